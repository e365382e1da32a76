// The ledger's keys over a real LevelDB: the head of every batch, nodes that outlive their entries, and tables that do not span each other.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { StateChange } from '../../src/record/ledger.ts';
import { openStore } from '../../src/record/open-store.ts';
import { manifestOf } from '../../src/record/store-check.ts';
import { openLevelStore } from '../../src/record/store.ts';
import type { KeyRange, Store, StoreView } from '../../src/record/store.ts';
import {
  ENTRIES_END,
  ENTRY_PREFIX,
  entryKey,
  HEAD_KEY,
  hiddenKey,
  stateKey,
  SYNCED_KEY,
  treeKey,
} from '../../src/record/store-keys.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { holding } from './held-bytes.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A batch as a group of the chain writes it. */
function group(from: number, count: number, value = 'text'): StateChange[] {
  const entries = Array.from({ length: count }, (_, i) => [
    { put: entryKey(from + i), value },
    { put: hiddenKey(from + i), value },
  ]).flat();
  return [...entries, { put: HEAD_KEY, value: headAt(from + count) }, { put: SYNCED_KEY, value: String(from) }];
}

const headAt = (size: number) => `origin\n${size}\nroot\n`;

async function opened(t: TestContext, dataDir = temporaryFolder(t)): Promise<Store> {
  const store = await openStore(dataDir, { create: true });
  t.after(() => store.close());
  return store;
}

async function keysIn(view: StoreView, range: Partial<KeyRange> = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const page of view.pages({ from: ENTRY_PREFIX, to: ENTRIES_END, ...range })) {
    assert.ok(page.length > 0, 'no page is empty');
    found.push(...page.map(([key]) => key));
  }
  return found;
}

/** Large batches long enough that the average is one. */
async function busy(store: Store, from: number, batches = 20, size = 20): Promise<number> {
  for (let i = 0; i < batches; i += 1) await store.write(group(from + i * size, size), false);
  return from + batches * size;
}

async function quiet(store: Store, from: number): Promise<number> {
  for (let i = 0; i < 40; i += 1) await store.write(group(from + i, 1), false);
  return from + 40;
}

test('the head is that of the last batch, in quiet times and in busy ones, in views of before and after a restart', async (t) => {
  const dataDir = temporaryFolder(t);
  let store = await openStore(dataDir, { create: true });
  let size = 0;
  const level = { tails: 0, fronts: 0 };
  for (const phase of [quiet, busy, quiet, busy, busy, quiet]) {
    const view = store.snapshot();
    const before = size;
    size = await phase(store, size);
    assert.equal(await store.get(HEAD_KEY), headAt(size));
    assert.equal(await store.get(SYNCED_KEY), String(phase === busy ? size - 20 : size - 1));
    assert.equal(await view.get(HEAD_KEY), before === 0 ? undefined : headAt(before));
    await view.close();
    await store.close();
    const raw = await openLevelStore(dataDir, { create: false });
    const last = (await keysIn(raw, { newestFirst: true, limit: 1 }))[0] ?? '';
    if (last.endsWith(':tail')) level.tails += 1;
    else level.fronts += 1;
    await raw.close();
    store = await openStore(dataDir, { create: false });
    assert.equal(await store.get(HEAD_KEY), headAt(size));
  }
  assert.deepEqual(level, { tails: 3, fronts: 3 });
  assert.equal((await keysIn(store)).length, 2 * size, 'one tail a batch is seen by nobody');
  await store.close();
});

test('a head without entries takes the place of the one in force', async (t) => {
  const store = await opened(t);
  for (const phase of [quiet, busy]) {
    await phase(store, 0);
    await store.write([{ put: HEAD_KEY, value: 'other' }], true);
    assert.equal(await store.get(HEAD_KEY), 'other');
    await store.write([{ put: SYNCED_KEY, value: '5' }], true);
    assert.deepEqual([await store.get(HEAD_KEY), await store.get(SYNCED_KEY)], ['other', '5']);
  }
});

test('as many pairs as are asked for, from either end, however many tails lie between', async (t) => {
  const dataDir = temporaryFolder(t);
  const store = await openStore(dataDir, { create: true });
  await busy(store, 0, 60, 9);
  await store.write(
    [{ put: stateKey('b'), value: '' }, ...[1, 2, 3].map((i) => ({ put: stateKey(`a:${i}`), value: '' }))],
    false,
  );
  const all = await keysIn(store);
  assert.equal(all.length, 60 * 9 * 2);
  for (const limit of [1, 2, 18, 19, 100, 1079, 1080, 1081, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
    assert.deepEqual(await keysIn(store, { limit }), all.slice(0, limit), `first ${limit}`);
    const newest = await keysIn(store, { limit, newestFirst: true });
    assert.deepEqual(newest, all.toReversed().slice(0, limit), `last ${limit}`);
  }
  assert.deepEqual(
    await keysIn(store, { from: stateKey('a:'), to: stateKey('a;'), limit: 2 }),
    [1, 2].map((i) => stateKey(`a:${i}`)),
  );
  assert.equal((await keysIn(store, { from: '', to: '\uffff', limit: 1 })).length, 1);
  await store.close();
  const raw = await openLevelStore(dataDir, { create: false });
  const tails = (await keysIn(raw)).filter((key) => key.endsWith(':tail')).length;
  await raw.close();
  assert.ok(tails > 30, `${tails} tails`);
});

test('nodes of the tree outlive the entries that completed them', async (t) => {
  const store = await opened(t);
  const nodes = [0, 1, 2].map((index) => ({ put: treeKey(8, index), value: `node ${index}` }));
  await busy(store, 0, 40);
  await store.write([...nodes, ...group(800, 20)], false);
  const there = () => Promise.all(nodes.map(({ put }) => store.get(put)));
  const values = nodes.map(({ value }) => value);
  assert.deepEqual(await there(), values);
  for (const [from, to] of [
    [ENTRY_PREFIX, entryKey(300)],
    [entryKey(300), entryKey(512)],
  ] as const) {
    await store.clear(from, to);
    assert.deepEqual(await there(), values);
  }
  assert.equal((await keysIn(store))[0], entryKey(512));
});

test('the head in force is never cleared, and nothing goes when it would be', async (t) => {
  const store = await opened(t);
  const size = await busy(store, 0);
  await throwsWithCode('INTERNAL', () => store.clear(ENTRY_PREFIX, entryKey(size)));
  assert.equal((await keysIn(store)).length, 2 * size);
  await store.clear(ENTRY_PREFIX, entryKey(size - 1));
  assert.equal(await store.get(HEAD_KEY), headAt(size));
});

test('nothing goes when all entries would, whether their head lies behind them or in front', async (t) => {
  const store = await opened(t);
  await quiet(store, 0);
  await throwsWithCode('INTERNAL', () => store.clear(ENTRY_PREFIX, ENTRIES_END));
  assert.equal((await keysIn(store)).length, 80);
});

test('keys that are no entries are cleared, told and rewritten where they lie', async (t) => {
  const dataDir = temporaryFolder(t);
  const store = await opened(t, dataDir);
  const put = ['a', 'b', 'c'].map((name) => ({ put: stateKey(name), value: `state ${name}` }));
  await store.write([...put, ...group(0, 3)], false);
  await store.compact(stateKey(''), stateKey('z'));
  const database = join(dataDir, 'ledger');
  assert.equal(holding(database, 'state b').filter((name) => name.endsWith('.ldb')).length, 1);
  assert.equal((await store.spanned(stateKey('b'), stateKey('c'))).length, 1);
  await store.clear(stateKey('b'), stateKey('c'));
  assert.deepEqual(await keysIn(store, { from: stateKey(''), to: stateKey('z') }), [stateKey('a'), stateKey('c')]);
  assert.equal((await keysIn(store)).length, 6);
  await store.compact(stateKey(''), stateKey('z'));
  assert.deepEqual(holding(database, 'state b'), [], 'a rewrite takes off what was deleted');
  const all = [entryKey(0), hiddenKey(0), entryKey(1), hiddenKey(1), entryKey(2), hiddenKey(2)];
  const front = [HEAD_KEY, SYNCED_KEY, stateKey('a'), stateKey('c')];
  assert.deepEqual(await keysIn(store, { from: '', to: '\uffff' }), [...front, ...all]);
});

test('entries that are written without a head make none', async (t) => {
  const store = await opened(t);
  const entries = (from: number) => group(from, 20).slice(0, -2);
  for (let i = 0; i < 20; i += 1) await store.write(entries(i * 20), false);
  assert.deepEqual([await store.get(HEAD_KEY), await store.get(SYNCED_KEY)], [undefined, undefined]);
});

test('many nodes are moved with the entries that completed them, and a foreign key among those goes too', async (t) => {
  const store = await opened(t);
  const count = 300;
  const nodes = Array.from({ length: count }, (_, index) => ({ put: treeKey(8, index), value: `node ${index}` }));
  await store.write([{ put: 'e:!', value: 'not ours' }, ...nodes, ...group(0, 1), ...group(count * 256, 1)], false);
  await store.clear(ENTRY_PREFIX, entryKey(count * 256));
  for (const { put, value } of nodes) assert.equal(await store.get(put), value);
  assert.deepEqual(await keysIn(store), [entryKey(count * 256), hiddenKey(count * 256)]);
});

test('tables of busy times do not span each other', async (t) => {
  const dataDir = temporaryFolder(t);
  const store = await opened(t, dataDir);
  const text = 'x'.repeat(20_000);
  await busy(store, 0);
  await store.write([{ put: stateKey('old'), value: text }], false);
  // What was before, and the state with it, is in a table of its own.
  await store.compact(stateKey(''), ENTRIES_END);
  let size = 400;
  for (; size < 4400; size += 20) {
    const index = Math.floor((size + 20) / 256) - 1;
    const node = index === Math.floor(size / 256) - 1 ? [] : [{ put: treeKey(8, index), value: '' }];
    await store.write([...node, ...group(size, 20, text)], false);
  }
  const manifest = await manifestOf(join(dataDir, 'ledger'));
  assert.ok(typeof manifest !== 'string' && manifest.tables.size > 4);
  const spans = [...manifest.tables.values()].toSorted((a, b) => (a.first < b.first ? -1 : 1));
  for (const [i, { first }] of spans.entries()) assert.ok(i === 0 || first > (spans[i - 1]?.last ?? ''), `table ${i}`);
  const marks = await store.spanned(entryKey(0), ENTRIES_END);
  assert.ok(marks.length >= spans.length - 1 && marks.every((key) => key >= entryKey(0)));
  for (const { first, last } of spans.slice(1)) assert.ok(marks.some((key) => key >= first && key <= last));
});
