// The store over LevelDB: atomic, isolated, and honest about what it finds in a folder.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStore, storeCondition } from '../../src/record/store.ts';
import type { StoreView } from '../../src/record/store.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function keys(view: StoreView, from: string, to: string, limit?: number): Promise<string[]> {
  const found: string[] = [];
  for await (const page of view.pages(limit === undefined ? { from, to } : { from, to, limit }))
    found.push(...page.map(([key]) => key));
  return found;
}

test('ranges take the start, leave the end, and page through any number', async (t) => {
  const store = await openStore(temporaryFolder(t), { create: true });
  t.after(() => store.close());
  await store.write(
    Array.from({ length: 2500 }, (_, i) => ({ put: `k${String(i).padStart(5, '0')}`, value: 'v' })),
    false,
  );
  assert.equal((await keys(store, 'k', 'l')).length, 2500);
  assert.deepEqual(await keys(store, 'k00001', 'k00003'), ['k00001', 'k00002']);
  assert.deepEqual(await keys(store, 'k', 'l', 2), ['k00000', 'k00001']);
});

test('a snapshot does not see later writes', async (t) => {
  const store = await openStore(temporaryFolder(t), { create: true });
  t.after(() => store.close());
  await store.write([{ put: 'a', value: '1' }], false);
  const view = store.snapshot();
  await store.write(
    [
      { put: 'a', value: '2' },
      { put: 'b', value: '2' },
    ],
    false,
  );
  assert.equal(await view.get('a'), '1');
  assert.deepEqual(await keys(view, 'a', 'z'), ['a']);
  await view.close();
  assert.equal(await store.get('a'), '2');
});

test('readers wait while it opens again, and everything is still there', async (t) => {
  const store = await openStore(temporaryFolder(t), { create: true });
  t.after(() => store.close());
  await store.write([{ put: 'a', value: '1' }], false);
  const reopened = store.reopen();
  assert.equal(await store.get('a'), '1');
  assert.deepEqual(await keys(store, 'a', 'z'), ['a']);
  await reopened;
});

test('a synced write after a full log reaches back to the older log', async (t) => {
  const dataDir = temporaryFolder(t);
  const store = await openStore(dataDir, { create: true });
  t.after(() => store.close());
  // More than LevelDB's write buffer of 4 MB, so the log changes while nothing was synced.
  for (let i = 0; i < 12; i += 1) await store.write([{ put: `k${i}`, value: 'x'.repeat(500_000) }], false);
  await store.write([{ put: 'last', value: '' }], true);
  assert.equal((await keys(store, 'k', 'm')).length, 13);
});

test('what was deleted by a range is waited for with the next synced write', async (t) => {
  const dataDir = temporaryFolder(t);
  const store = await openStore(dataDir, { create: true });
  t.after(() => store.close());
  await store.write([{ put: 'a', value: '1' }], true);
  // An older log that can't be opened tells that somebody waits for older logs.
  const older = join(dataDir, 'ledger', '000001.log');
  symlinkSync(older, older);
  await store.write([{ put: 'b', value: '2' }], true);
  await store.clear('a', 'b');
  await assert.rejects(store.write([{ put: 'c', value: '3' }], true), /ELOOP/);
});

test('what is in a folder is told apart before LevelDB would tidy it away', async (t) => {
  const dataDir = temporaryFolder(t);
  const folder = join(dataDir, 'ledger');
  assert.equal(storeCondition(dataDir), 'absent');
  mkdirSync(folder);
  for (const name of ['LOCK', 'LOG', 'MANIFEST-000001']) writeFileSync(join(folder, name), '');
  assert.equal(storeCondition(dataDir), 'absent');
  writeFileSync(join(folder, '000003.log'), '');
  assert.equal(storeCondition(dataDir), 'damaged');
  writeFileSync(join(folder, 'CURRENT'), '');
  assert.equal(storeCondition(dataDir), 'present');
});

test('without leave to create, nothing is created', async (t) => {
  const dataDir = temporaryFolder(t);
  await throwsWithCode('STORE_CORRUPT', () => openStore(dataDir, { create: false }));
  assert.ok(!readdirSync(join(dataDir, 'ledger')).includes('CURRENT'));
  // The refused attempt holds no lock.
  await (await openStore(dataDir, { create: true })).close();
});
