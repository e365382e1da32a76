// The store over LevelDB: atomic, isolated, and honest about what it finds in a folder.

import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ClassicLevel } from 'classic-level';
import { openLevelStore, storeCondition } from '../../src/record/store.ts';
import type { Pair, StoreView } from '../../src/record/store.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { someTurns } from './stopped-time.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function keys(view: StoreView, from: string, to: string, limit?: number): Promise<string[]> {
  const found: string[] = [];
  for await (const page of view.pages(limit === undefined ? { from, to } : { from, to, limit }))
    found.push(...page.map(([key]) => key));
  return found;
}

test('ranges take the start, leave the end, and page through any number', async (t) => {
  const store = await openLevelStore(temporaryFolder(t), { create: true });
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
  const store = await openLevelStore(temporaryFolder(t), { create: true });
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
  await assert.rejects(view.get('a'), 'LevelDB keeps nothing for it any more');
  assert.equal(await store.get('a'), '2');
});

test('pages are bounded, also backwards, where the first one is for who wants only the newest', async (t) => {
  const store = await openLevelStore(temporaryFolder(t), { create: true });
  t.after(() => store.close());
  const pairs = Array.from({ length: 6000 }, (_, i) => ({ put: `k${String(i).padStart(5, '0')}`, value: '' }));
  await store.write(pairs, false);
  for (const newestFirst of [false, true]) {
    const pages: Array<readonly Pair[]> = [];
    for await (const page of store.pages({ from: 'k', to: 'l', newestFirst })) pages.push(page);
    assert.ok(pages.every((page) => page.length <= 1000));
    const found = pages.flat().map(([key]) => key);
    const all = pairs.map(({ put }) => put);
    assert.deepEqual(found, newestFirst ? all.toReversed() : all);
    assert.equal(pages[0]?.length, newestFirst ? 1 : 1000);
  }
});

test('who stops in the midst of the pages leaves no iterator open', async (t) => {
  const store = await openLevelStore(temporaryFolder(t), { create: true });
  t.after(() => store.close());
  await store.write([{ put: 'a', value: '' }], false);
  const made = t.mock.method(ClassicLevel.prototype, 'iterator');
  for await (const _page of store.pages({ from: 'a', to: 'b' })) break;
  await assert.rejects(made.mock.calls[0]?.result?.nextv(1) ?? Promise.resolve(), { code: 'LEVEL_ITERATOR_NOT_OPEN' });
});

test('files that do not read any more are told as a damaged store', async (t) => {
  const dataDir = temporaryFolder(t);
  const store = await openLevelStore(dataDir, { create: true });
  t.after(() => store.close());
  await store.write([{ put: 'a', value: 'x'.repeat(1000) }], true);
  await store.compact('a', 'b');
  await store.reopen();
  // LevelDB opens a table when it is first looked into.
  const tables = readdirSync(join(dataDir, 'ledger')).filter((name) => name.endsWith('.ldb'));
  assert.ok(tables.length > 0);
  for (const name of tables) truncateSync(join(dataDir, 'ledger', name), 10);
  await throwsWithCode('STORE_CORRUPT', () => store.get('a'));
  await throwsWithCode('STORE_CORRUPT', () => keys(store, 'a', 'b'));
});

test('damaged tables are told by their names, and one that is gone meanwhile is no damage', async (t) => {
  const dataDir = temporaryFolder(t);
  const store = await openLevelStore(dataDir, { create: true });
  t.after(() => store.close());
  await store.write([{ put: 'a', value: 'x'.repeat(1000) }], true);
  await store.compact('a', 'b');
  const folder = join(dataDir, 'ledger');
  symlinkSync(join(folder, 'gone'), join(folder, '000090.ldb'));
  assert.deepEqual(await store.damages(), []);
  const [name = ''] = readdirSync(folder).filter((one) => one.endsWith('.ldb') && one !== '000090.ldb');
  const bytes = readFileSync(join(folder, name));
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  for (const damaged of [name, '000091.sst']) writeFileSync(join(folder, damaged), bytes);
  const told = await store.damages();
  assert.deepEqual(
    told.map((one) => one.split(':')[0]),
    [name, '000091.sst'],
  );
});

test('a data folder that others may look into is closed to them', async (t) => {
  const dataDir = temporaryFolder(t);
  chmodSync(dataDir, 0o755);
  await (await openLevelStore(dataDir, { create: true })).close();
  for (const path of [dataDir, join(dataDir, 'ledger')]) assert.equal(statSync(path).mode & 0o777, 0o700);
});

test('readers wait while it opens again, and everything is still there', async (t) => {
  const store = await openLevelStore(temporaryFolder(t), { create: true });
  t.after(() => store.close());
  await store.write([{ put: 'a', value: '1' }], false);
  const reopened = store.reopen();
  await Promise.all([store.clear('x', 'y'), store.compact('x', 'y')]);
  assert.equal(await store.get('a'), '1');
  await reopened;
  const again = store.reopen();
  assert.deepEqual(await keys(store, 'a', 'z'), ['a']);
  await again;
  // At once: it is open when that resolves.
  await store.reopen();
  await store.write([{ put: 'b', value: '2' }], true);
});

test('opening again creates nothing: a store that is gone is not replaced by an empty one', async (t) => {
  const dataDir = temporaryFolder(t);
  const store = await openLevelStore(dataDir, { create: true });
  await store.write([{ put: 'a', value: '1' }], true);
  rmSync(join(dataDir, 'ledger', 'CURRENT'));
  await throwsWithCode('STORE_CORRUPT', () => store.reopen());
  await store.close();
});

/** An older log that can't be opened tells that somebody waits for older logs. */
function plantLog(dataDir: string, name: string): { remove(): void } {
  const path = join(dataDir, 'ledger', name);
  symlinkSync(path, path);
  return { remove: () => rmSync(path) };
}

test('what was deleted by a range is waited for with the next synced write, and with one that comes while it is deleted', async (t) => {
  const dataDir = temporaryFolder(t);
  const store = await openLevelStore(dataDir, { create: true });
  t.after(() => store.close());
  await store.write([{ put: 'a', value: '1' }], true);
  let older = plantLog(dataDir, '000001.log');
  await store.write([{ put: 'b', value: '2' }], true);
  await store.clear('a', 'b');
  await assert.rejects(store.write([{ put: 'c', value: '3' }], true), /ELOOP/);
  older.remove();
  await store.write([{ put: 'c', value: '3' }], true);
  older = plantLog(dataDir, '000001.log');
  const begun = async (): Promise<{ readonly cleared: Promise<void> }> => {
    const cleared = store.clear('b', 'c');
    // No turn of the loop goes by, so it can't be over.
    for (let i = 0; i < 5; i += 1) await Promise.resolve();
    return { cleared };
  };
  const first = await begun();
  await assert.rejects(store.write([{ put: 'd', value: '4' }], true), /ELOOP/);
  assert.equal(await store.get('d'), undefined, 'before it, not only behind it');
  await first.cleared;
  older.remove();
  // Nor does a sync that began meanwhile cover what is deleted behind it.
  const second = await begun();
  await store.write([{ put: 'e', value: '5' }], true);
  await second.cleared;
  plantLog(dataDir, '000001.log');
  await assert.rejects(store.write([{ put: 'f', value: '6' }], true), /ELOOP/);
});

test('what is written while a synced write is under way is waited for with the next one', async (t) => {
  const dataDir = temporaryFolder(t);
  const store = await openLevelStore(dataDir, { create: true });
  t.after(() => store.close());
  await store.write([{ put: 'a', value: '1' }], false);
  // So many older logs that it is still busy with them when its own batch can be read.
  const plain = Array.from({ length: 500 }, (_, i) => join(dataDir, 'ledger', `0000000${String(i).padStart(3, '0')}.log`));
  for (const path of plain) writeFileSync(path, '');
  let isOver = false;
  const synced = store.write([{ put: 'b', value: '2' }], true).then(() => (isOver = true));
  while ((await store.get('b')) === undefined) await someTurns(1);
  assert.equal(isOver, false);
  await store.write([{ put: 'c', value: '3' }], false);
  await synced;
  for (const path of plain) rmSync(path, { force: true });
  plantLog(dataDir, '000001.log');
  await assert.rejects(store.write([{ put: 'd', value: '4' }], true), /ELOOP/);
});

test('older logs are those of lower numbers, one that is gone meanwhile is none, and none stays open', async (t) => {
  const dataDir = temporaryFolder(t);
  const store = await openLevelStore(dataDir, { create: true });
  t.after(() => store.close());
  const folder = join(dataDir, 'ledger');
  for (let i = 0; i < 50; i += 1) writeFileSync(join(folder, `0000000${String(i).padStart(3, '0')}.log`), '');
  symlinkSync(join(folder, 'gone'), join(folder, '000001.log'));
  await store.write([{ put: 'a', value: '1' }], false);
  await store.write([{ put: 'b', value: '2' }], true);
  if (existsSync('/proc/self/fd')) {
    const open = readdirSync('/proc/self/fd').map((fd) => readlinkOr('', join('/proc/self/fd', fd)));
    assert.deepEqual(
      open.filter((path) => /0000000\d\d\d\.log$/.test(path)),
      [],
    );
  }
  writeFileSync(join(folder, '1000000.log'), '');
  plantLog(dataDir, '999999.log');
  await store.write([{ put: 'c', value: '3' }], false);
  await assert.rejects(store.write([{ put: 'd', value: '4' }], true), /ELOOP/);
});

function readlinkOr(other: string, path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return other;
  }
}

test('what is in a folder is told apart before LevelDB would tidy it away', async (t) => {
  const dataDir = temporaryFolder(t);
  const folder = join(dataDir, 'ledger');
  assert.equal(storeCondition(dataDir), 'absent');
  mkdirSync(folder);
  for (const name of ['LOCK', 'LOG', 'MANIFEST-000001']) writeFileSync(join(folder, name), '');
  assert.equal(storeCondition(dataDir), 'absent');
  for (const name of ['000003.log', '000005.ldb', '000007.sst']) {
    writeFileSync(join(folder, name), '');
    assert.equal(storeCondition(dataDir), 'damaged', name);
    rmSync(join(folder, name));
  }
  writeFileSync(join(folder, 'CURRENT'), '');
  assert.equal(storeCondition(dataDir), 'present');
});

test('without leave to create, nothing is created', async (t) => {
  const dataDir = temporaryFolder(t);
  await throwsWithCode('STORE_CORRUPT', () => openLevelStore(dataDir, { create: false }));
  assert.ok(!readdirSync(join(dataDir, 'ledger')).includes('CURRENT'));
  // The refused attempt holds no lock.
  await (await openLevelStore(dataDir, { create: true })).close();
});

test('of each table that reaches into a range one key of the range is told, and of no other', async (t) => {
  const store = await openLevelStore(temporaryFolder(t), { create: true });
  t.after(() => store.close());
  assert.deepEqual(await store.spanned('a', 'z'), [], 'there is no table');
  await store.write(
    ['b', 'f', 'k'].map((put) => ({ put, value: '' })),
    false,
  );
  await store.compact('a', 'z');
  for (const [from, to, key] of [
    ['a', 'c', 'b'],
    ['g', 'h', 'g'],
    ['k', 'z', 'k'],
    ['a', 'z', 'b'],
    ['a', 'b', undefined],
    ['l', 'z', undefined],
  ] as const)
    assert.deepEqual(await store.spanned(from, to), key === undefined ? [] : [key], `${from} to ${to}`);
});
