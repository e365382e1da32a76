// What is taken of a bundle's cases: plain files, a bounded number, size and depth; the rest is told, never followed.

import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readableCases, readCaseTree } from '../../src/rollout/case-tree.ts';
import { workplace } from './whole-bundle.ts';

test('by path and in order; hidden files are no part of it, and none at all is no mistake', async () => {
  using place = workplace();
  const files = { 'cases/raw/x.http': 'GET /', 'cases/b.yaml': '[]', 'cases/a.yaml': '[]', 'cases/.draft': 'x' };
  const tree = await readCaseTree(place.bundle('a', files));
  assert.deepEqual([[...tree.files.keys()], tree.left], [['cases/a.yaml', 'cases/b.yaml', 'cases/raw/x.http'], []]);
  assert.deepEqual(await readCaseTree(place.bundle('b')), { files: new Map(), left: [] });
});

// INVARIANT: no link leads to a file elsewhere, whose text would then be kept, shown and sent with the bundle.
test('a link is not followed, be it to a file or a folder', async () => {
  using place = workplace();
  writeFileSync(join(place.path, 'secret'), 'a key');
  for (const [name, target] of [
    ['file', 'secret'],
    ['folder', '.'],
  ] as const) {
    const directory = place.bundle(name, { 'cases/a.yaml': '[]' });
    symlinkSync(join(place.path, target), join(directory, 'cases/b.yaml'));
    const { files, left } = await readCaseTree(directory);
    assert.deepEqual([[...files.keys()], left], [['cases/a.yaml'], ['cases/b.yaml is not a plain file']]);
  }
});

test('no more than so many files, bytes and folders in folders', async () => {
  using place = workplace();
  const many = place.bundle('many', { 'cases/a.yaml': '' });
  for (let i = 0; i <= 5_000; i += 1) writeFileSync(join(many, `cases/${i}.yaml`), '');
  const tree = await readCaseTree(many);
  assert.deepEqual([tree.files.size, tree.left.length], [5_000, 1]);
  const huge = place.bundle('huge', { 'cases/a.yaml': '' });
  truncateSync(join(huge, 'cases/a.yaml'), 65 * 1024 * 1024);
  assert.match((await readCaseTree(huge)).left[0] ?? '', /beyond 5000 files or 64 MiB/);
  const deep = place.bundle('deep');
  mkdirSync(join(deep, 'cases', ...Array.from({ length: 9 }, () => 'x')), { recursive: true });
  assert.match((await readCaseTree(deep)).left[0] ?? '', /is deeper than 8 folders/);
});

test('as texts they are cut where they are very long, and bytes that are no text are marked', () => {
  const cases = new Map([
    ['cases/long.http', Buffer.from('x'.repeat(200_000))],
    ['cases/emoji.http', Buffer.from(`x${'😀'.repeat(60_000)}`)],
    ['cases/bytes.http', Buffer.from([0x47, 0xff])],
  ]);
  const [long, emoji, bytes] = readableCases(cases).map(({ text }) => text);
  assert.equal(long?.length, 100_000);
  assert.ok(emoji?.isWellFormed());
  assert.equal(bytes, 'G\ufffd');
});
