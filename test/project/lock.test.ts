// The lock file installs on every platform and from every registry.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completed, missingPackages, type Packages } from '../../scripts/complete-lock.ts';
import { textOf } from './tree.ts';

for (const folder of ['', 'test/']) {
  const { packages }: { packages: Packages } = JSON.parse(textOf(`${folder}package-lock.json`));

  test(`${folder}: no optional package of any platform is missing (npm run lock adds them)`, () => {
    assert.deepEqual(missingPackages(packages), []);
  });

  test(`${folder}: it names packages, not the addresses of one registry`, () => {
    assert.deepEqual(
      Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined),
      [],
    );
  });

  test(`${folder}: it is that of package.json`, () => {
    const { version, dependencies, devDependencies, optionalDependencies, bin, engines } = JSON.parse(
      textOf(`${folder}package.json`),
    );
    const root = packages[''] ?? {};
    for (const [key, value] of Object.entries({ version, dependencies, devDependencies, optionalDependencies, bin, engines }))
      assert.deepEqual(root[key], value, key);
  });
}

test('what npm left out is written in with its platform', () => {
  const before: Packages = {
    'node_modules/a': {
      version: '1.2.3',
      dev: true,
      license: 'MIT',
      optionalDependencies: { '@a/linux-x64-musl': '1.2.3', '@a/win32-arm64': '1.2.3' },
    },
  };
  const after = completed(before);
  assert.deepEqual(after['node_modules/@a/linux-x64-musl'], {
    version: '1.2.3',
    cpu: ['x64'],
    dev: true,
    libc: ['musl'],
    license: 'MIT',
    optional: true,
    os: ['linux'],
  });
  assert.deepEqual(after['node_modules/@a/win32-arm64'], {
    version: '1.2.3',
    cpu: ['arm64'],
    dev: true,
    license: 'MIT',
    optional: true,
    os: ['win32'],
  });
  assert.deepEqual(missingPackages(after), []);
  assert.throws(() => completed({ x: { optionalDependencies: { fsevents: '^2.0.0' } } }), /cannot tell the platform of fsevents/);
});
