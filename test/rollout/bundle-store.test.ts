// What is kept of a bundle is what was in force, or it is refused; the oldest go, and are told.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { oneKept, openBundleStore } from '../../src/rollout/bundle-store.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { READ, wholeBundle, workplace, WRITE } from './whole-bundle.ts';

test('a bundle is kept with its cases, for its owner alone, and read again as it was', async () => {
  using place = workplace();
  const bundle = await wholeBundle(
    place.bundle('a', { 'budgets.yaml': '', 'tools.yaml': '# none', 'cases/a.yaml': '[]', 'cases/raw/x.http': 'GET /' }),
  );
  const store = openBundleStore(place.path);
  assert.deepEqual(await store.keep(bundle), []);
  const { files, cases } = await store.read(bundle.files.digest);
  assert.deepEqual(
    [files.policies, files.budgets, files.tools, files.digest],
    [bundle.files.policies, '', '# none', bundle.files.digest],
  );
  assert.deepEqual(cases, bundle.cases);
  const root = join(place.path, 'bundles');
  assert.equal(statSync(root).mode & 0o777, 0o700);
  const modes = readdirSync(root, { recursive: true, withFileTypes: true }).map((entry) => {
    const { mode } = statSync(join(entry.parentPath, entry.name));
    return [entry.isDirectory() ? 'folder' : 'file', (mode & 0o777).toString(8)].join(' ');
  });
  assert.deepEqual([...new Set(modes)].toSorted(), ['file 600', 'folder 700']);
});

test('files that were changed, added or taken away are refused, and whole again after the bundle was in force again', async () => {
  using place = workplace();
  const bundle = await wholeBundle(place.bundle('a', { 'cases/a.yaml': '[]' }));
  const { digest } = bundle.files;
  const store = openBundleStore(place.path);
  const folder = join(place.path, 'bundles', digest);
  const tampers = [
    () => writeFileSync(join(folder, 'main.cedar'), WRITE),
    () => writeFileSync(join(folder, 'more.cedar'), WRITE),
    () => rmSync(join(folder, 'entities.json')),
    () => writeFileSync(join(folder, 'cases/a.yaml'), '[1]'),
    () => writeFileSync(join(folder, 'cases/b.yaml'), '[]'),
    () => rmSync(join(folder, '.cases-sha256')),
  ];
  for (const tamper of tampers) {
    await store.keep(bundle);
    await store.read(digest);
    tamper();
    await throwsWithCode('STORE_CORRUPT', () => store.read(digest));
  }
});

test('a link beside the files is no case that was kept', async () => {
  using place = workplace();
  const bundle = await wholeBundle(place.bundle('a'));
  const store = openBundleStore(place.path);
  await store.keep(bundle);
  const cases = join(place.path, 'bundles', bundle.files.digest, 'cases');
  mkdirSync(cases);
  symlinkSync('/etc/hostname', join(cases, 'a.yaml'));
  await throwsWithCode('STORE_CORRUPT', () => store.read(bundle.files.digest));
});

test('a folder under the name of another digest is refused', async () => {
  using place = workplace();
  const bundle = await wholeBundle(place.bundle('a'));
  const store = openBundleStore(place.path);
  await store.keep(bundle);
  place.bundle(`bundles/${'e'.repeat(64)}`);
  await throwsWithCode('STORE_CORRUPT', () => store.read('e'.repeat(64)));
});

test('what is not kept is unknown, and a digest is no path', async () => {
  using place = workplace();
  const store = openBundleStore(place.path);
  assert.deepEqual(await store.find(''), []);
  await store.keep(await wholeBundle(place.bundle('a')));
  place.bundle('bundles/not-a-digest');
  assert.equal((await store.find('')).length, 1);
  for (const digest of ['f'.repeat(64), '../bundles', '../a', 'not-a-digest', '.', ''])
    await throwsWithCode('BUNDLE_UNKNOWN', () => store.read(digest));
});

test('what was longest not in force goes first, never the one in force, and what a crash left is cleared', async () => {
  using place = workplace();
  const store = openBundleStore(place.path, { maxKept: 2 });
  const bundles = await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      wholeBundle(place.bundle(name, { 'main.cedar': READ.replaceAll('read', name).replace('http.a', 'http.read') })),
    ),
  );
  const [a, b, c] = bundles.map(({ files }) => files.digest);
  assert.ok(a !== undefined && b !== undefined && c !== undefined);
  const root = join(place.path, 'bundles');
  const age = (digest: string, seconds: number): void => utimesSync(join(root, digest), seconds, seconds);
  for (const [i, bundle] of bundles.slice(0, 2).entries()) {
    await store.keep(bundle);
    age(bundle.files.digest, 1_000 + i);
  }
  const [first] = bundles;
  assert.ok(first !== undefined);
  await store.keep(first); // in force again
  mkdirSync(join(root, `.${c}.0123`));
  const [, , third] = bundles;
  assert.ok(third !== undefined);
  assert.deepEqual(await store.keep(third), [b]);
  assert.deepEqual(readdirSync(root).toSorted(), [a, c].toSorted());
  const tight = openBundleStore(place.path, { maxBytes: 1 });
  assert.deepEqual(await tight.keep(third), [a]);
});

test('the beginning of a digest is enough where it is one only', async () => {
  const find = async (prefix: string): Promise<readonly string[]> =>
    ['aaaaaa1', 'aaaaaa2'].filter((digest) => digest.startsWith(prefix));
  assert.equal(await oneKept({ find }, 'aaaaaa2'), 'aaaaaa2');
  await throwsWithCode('USAGE', () => oneKept({ find }, 'aaaaaa'));
  for (const prefix of ['aaaaab', 'aaa', '../aaaa', 'AAAAAA'])
    await throwsWithCode('BUNDLE_UNKNOWN', () => oneKept({ find }, prefix));
});
