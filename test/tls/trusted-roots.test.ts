// Whom upstreams may be rooted in.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { rootCertificates } from 'node:tls';
import { InterlockError } from '../../src/errors.ts';
import { publicRoots, readRoots } from '../../src/tls/trusted-roots.ts';
import { make } from './certificate-maker.ts';

const folder = mkdtempSync(join(tmpdir(), 'interlock-roots-'));
after(() => rmSync(folder, { recursive: true, force: true }));

it('has every public root once', () => {
  const roots = publicRoots();
  assert.equal(new Set(roots).size, roots.length);
  assert.ok(rootCertificates.every((pem) => roots.includes(pem.trim())));
});

it('reads every certificate of a file, whatever stands between them', async () => {
  const [one, two] = [await make({ name: 'One', issuer: null, ca: true }), await make({ name: 'Two', issuer: null, ca: true })];
  const file = join(folder, 'two.pem');
  writeFileSync(file, `# our roots\n${one.certPem}\nsubject=Two\n${two.certPem}`);
  assert.deepEqual(
    readRoots([file]).map((pem) => pem.trim()),
    [one.certPem.trim(), two.certPem.trim()],
  );
  assert.deepEqual(readRoots([]), []);
});

it('names a file that it cannot use, also one with a broken certificate behind a good one', async () => {
  const good = (await make({ name: 'Good', issuer: null, ca: true })).certPem;
  const file = join(folder, 'mixed.pem');
  writeFileSync(file, `${good}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`);
  for (const bad of [file, join(folder, 'absent.pem'), folder]) {
    assert.throws(
      () => readRoots([bad]),
      (error) => error instanceof InterlockError && error.code === 'CONFIG_INVALID' && error.message.includes(bad),
    );
  }
});
