// Groups, order, and what happens when the disk fails: nothing acknowledged is lost, nothing refused leaves a hole.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { InterlockError } from '../../src/errors.ts';
import { openChainWriter } from '../../src/record/chain-writer.ts';
import type { ChainWriter, ChainWriterOptions, Stall } from '../../src/record/chain-writer.ts';
import { readEntry } from '../../src/record/entry-codec.ts';
import type { GapBody, VerdictBody } from '../../src/record/entry.ts';
import { EMPTY_HEAD } from '../../src/record/head.ts';
import { signerFor } from '../../src/record/signer.ts';
import { entryKey, hiddenKey } from '../../src/record/store-keys.ts';
import { verifyStore } from '../../src/record/verify-store.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { memoryStore } from './memory-store.ts';
import type { MemoryStore } from './memory-store.ts';
import { outcomeOf, verdictOf } from './sample-bodies.ts';

const signer = signerFor(generateKeyPairSync('ed25519').privateKey);

function open(store: MemoryStore, options: Partial<ChainWriterOptions> = {}): ChainWriter {
  return openChainWriter({
    store,
    signer,
    ledger: signer.keyId,
    head: EMPTY_HEAD,
    clock: Date.now,
    onStall: () => undefined,
    maxWaiting: 1000,
    maxWaitMs: 60_000,
    retryMs: 0,
    ...options,
  });
}

async function assertWhole(store: MemoryStore, entries: number): Promise<void> {
  const report = await verifyStore(store, signer.publicKey, {});
  assert.deepEqual([report.ok, report.entries, report.firstBad], [true, entries, null]);
}

function entryIn(store: MemoryStore, sequence: number): ReturnType<typeof readEntry> {
  return readEntry(store.pairs.get(entryKey(sequence)) ?? '', store.pairs.get(hiddenKey(sequence)));
}

function gapIn(store: MemoryStore, sequence: number): GapBody {
  const { body } = entryIn(store, sequence);
  assert.ok(body.type === 'gap');
  return body;
}

function verdictIn(store: MemoryStore, sequence: number): VerdictBody {
  const { body } = entryIn(store, sequence);
  assert.ok(body.type === 'verdict');
  return body;
}

const diskFull = (): never => {
  throw new Error('IO error: No space left on device');
};

test('entries keep the order of the calls, and one group is one write with one head', async () => {
  const store = memoryStore();
  const writer = open(store);
  const receipts = await Promise.all(Array.from({ length: 50 }, (_, i) => writer.append(verdictOf(`x${i}`), 'written', [])));
  assert.deepEqual(
    receipts.map(({ entry }) => entry),
    Array.from({ length: 50 }, (_, i) => String(i)),
  );
  assert.equal(store.writes.length, 1);
  for (let i = 0; i < 50; i += 1) assert.equal(verdictIn(store, i).exchange, `x${i}`);
  await assertWhole(store, 50);
});

test('a group forms while the last one is being written', async () => {
  const store = memoryStore();
  const writer = open(store);
  const first = writer.append(verdictOf('x0'), 'written', []);
  let release: () => void = () => undefined;
  store.beforeWrite = (count) => (count === 1 ? new Promise<void>((resolve) => (release = resolve)) : undefined);
  await new Promise(setImmediate);
  const later = Array.from({ length: 20 }, (_, i) => writer.append(verdictOf(`x${i + 1}`), 'written', []));
  assert.equal(writer.lag, 21);
  release();
  await Promise.all([first, ...later]);
  assert.equal(store.writes.length, 2);
  assert.equal(writer.lag, 0);
});

test('one synced entry takes its whole group to the disk, and says so in the same batch', async () => {
  const store = memoryStore();
  const writer = open(store);
  await Promise.all([writer.append(verdictOf('x0'), 'written', []), writer.append(verdictOf('x1'), 'synced', [])]);
  await writer.append(verdictOf('x2'), 'written', []);
  assert.deepEqual(
    store.writes.map(({ sync }) => sync),
    [true, false],
  );
  assert.equal(store.pairs.get('m:synced'), '2');
  assert.equal(writer.head.synced, 2);
});

test('state stands in the batch of its entry', async () => {
  const store = memoryStore();
  const writer = open(store);
  await writer.append(verdictOf('x0'), 'synced', [
    { put: 'ticket:1', value: 'open' },
    { put: 'ticket:2', value: 'x' },
  ]);
  await writer.append(verdictOf('x1'), 'synced', [{ put: 'ticket:1', value: 'spent' }, { del: 'ticket:2' }]);
  assert.equal(store.pairs.get('state:ticket:1'), 'spent');
  assert.equal(store.pairs.has('state:ticket:2'), false);
  assert.ok(store.writes[1]?.changes.some((change) => 'put' in change && change.put === entryKey(1)));
});

test('a failed write refuses its callers and those behind them, and leaves neither entry, state nor hole', async () => {
  const store = memoryStore();
  const stalls: Stall[] = [];
  const writer = open(store, { onStall: (stall) => stalls.push(stall) });
  await writer.append(verdictOf('x0'), 'written', []);
  store.beforeWrite = diskFull;
  const refused = [
    writer.append(verdictOf('x1'), 'synced', [{ put: 'grant', value: 'spent' }]),
    writer.append(verdictOf('x2'), 'written', []),
  ];
  writer.note(outcomeOf('x0', '0'));
  for (const append of refused) await throwsWithCode('RECORD_FAILED', () => append);
  assert.equal(store.pairs.has('state:grant'), false);
  assert.equal(writer.head.size, 1);
  await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x3'), 'written', []));

  store.beforeWrite = () => undefined;
  assert.deepEqual(await writer.append(verdictOf('x4'), 'written', []), { entry: '3' });
  const gap = gapIn(store, 1);
  assert.deepEqual([gap.refused, gap.withdrawn], [3, undefined]);
  assert.match(gap.note, /No space left/);
  // Of what went before nobody was refused: its outcome waits for the disk.
  assert.equal(entryIn(store, 2).body.type, 'outcome');
  assert.deepEqual([stalls.length, stalls[0]?.stalled, stalls[1]], [2, true, { stalled: false, refused: 3 }]);
  await assertWhole(store, 4);
});

test('before a failed store is written to again it is opened anew', async () => {
  const store = memoryStore();
  const writer = open(store);
  store.beforeWrite = (count) => (count === 1 ? diskFull() : undefined);
  await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x0'), 'written', []));
  assert.equal(store.reopened, 0);
  for (const exchange of ['x1', 'x2']) {
    await writer.append(verdictOf(exchange), 'written', []);
    assert.equal(store.reopened, 1);
  }
  await assertWhole(store, 3);
});

test('a store that does not open again keeps refusing, then goes on', async () => {
  const store = memoryStore();
  const writer = open(store);
  await writer.append(verdictOf('x0'), 'written', []);
  store.beforeWrite = (count) => (count === 2 ? diskFull() : undefined);
  store.beforeReopen = diskFull;
  for (let i = 0; i < 3; i += 1) await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('y'), 'written', []));
  store.beforeReopen = () => undefined;
  await writer.append(verdictOf('x1'), 'written', []);
  assert.equal(gapIn(store, 1).refused, 3);
  await assertWhole(store, 3);
});

test('whatever the store is found to be, who waits is told that nothing could be recorded: so it is tried again', async () => {
  const store = memoryStore();
  const writer = open(store);
  store.beforeWrite = (count) => (count === 1 ? diskFull() : undefined);
  await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x0'), 'written', []));
  for (const found of [
    new InterlockError('STORE_CORRUPT', 'a table does not read'),
    new Error('IO error: a table does not read'),
  ]) {
    store.beforeReopen = () => {
      throw found;
    };
    const { message } = await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x1'), 'written', []));
    assert.match(message, /can not be opened again: .*a table does not read/);
  }
  store.beforeReopen = () => undefined;
  await writer.append(verdictOf('x2'), 'written', []);
});

test('between attempts at a failing store appends are refused at once', async (t) => {
  const store = memoryStore();
  const writer = open(store, { retryMs: 60_000 });
  store.beforeWrite = diskFull;
  await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x'), 'written', []));
  for (let i = 0; i < 20; i += 1) await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x'), 'written', []));
  assert.equal(store.reopened, 0);
  store.beforeWrite = () => undefined;
  const now = performance.now.bind(performance);
  t.mock.method(performance, 'now', () => now() + 60_000);
  await writer.append(verdictOf('x'), 'written', []);
  assert.equal(gapIn(store, 0).refused, 21);
});

test('each attempt that fails begins the time to the next one', async (t) => {
  const store = memoryStore();
  const writer = open(store, { retryMs: 1000 });
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  store.beforeWrite = diskFull;
  const append = (): Promise<unknown> => throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x'), 'written', []));
  await append();
  const tries = [];
  for (now of [999, 1000, 1999, 2000, 2001]) {
    await append();
    tries.push(store.reopened);
  }
  assert.deepEqual(tries, [0, 1, 1, 2, 2]);
});

test('entries of a write whose answer was lost are taken back, because their actions were refused', async () => {
  const store = memoryStore();
  const writer = open(store);
  store.pairs.set('state:step', 'open');
  store.afterWrite = (count) => (count === 1 ? diskFull() : undefined);
  await throwsWithCode('RECORD_FAILED', () =>
    writer.append(verdictOf('x0'), 'synced', [{ put: 'grant', value: 'spent' }, { del: 'step' }]),
  );
  assert.deepEqual([store.pairs.get('state:grant'), store.pairs.has('state:step')], ['spent', false]);
  assert.deepEqual(await writer.append(verdictOf('x1'), 'written', []), { entry: '3' });
  assert.deepEqual([store.pairs.has('state:grant'), store.pairs.get('state:step')], [false, 'open']);
  assert.deepEqual(gapIn(store, 1).withdrawn, [{ from: 0, to: 0 }]);
  const told = entryIn(store, 2).body;
  assert.ok(told.type === 'outcome');
  assert.deepEqual([told.exchange, told.verdictEntry, told.result, told.status], ['x0', '0', 'refused', 503]);
  await assertWhole(store, 4);
});

test('a store that comes back without acknowledged entries is never written to', async () => {
  const store = memoryStore();
  const writer = open(store);
  await writer.append(verdictOf('x0'), 'written', []);
  store.beforeWrite = (count) => (count === 2 ? diskFull() : undefined);
  await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x1'), 'written', []));
  store.pairs.clear();
  for (let i = 0; i < 3; i += 1) await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x2'), 'written', []));
  assert.equal(store.writes.length, 1);
});

test('a store that comes back with another last entry is never written to, though our key signed that one as well', async () => {
  const [store, other] = [memoryStore(), memoryStore()];
  const writer = open(store);
  await Promise.all([writer.append(verdictOf('x0'), 'written', []), open(other).append(verdictOf('y0'), 'written', [])]);
  store.beforeWrite = (count) => (count === 2 ? diskFull() : undefined);
  await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x1'), 'written', []));
  for (const [name, text] of other.pairs) store.pairs.set(name, text);
  await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x2'), 'written', []));
  assert.equal(store.writes.length, 1);
});

test('a full queue refuses at once, and the gap entry tells', async () => {
  const store = memoryStore();
  const writer = open(store, { maxWaiting: 3 });
  const appends = Array.from({ length: 5 }, (_, i) => writer.append(verdictOf(`x${i}`), 'written', []));
  const results = await Promise.allSettled(appends);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
  );
  await assertWhole(store, 4);
  assert.equal(gapIn(store, 0).refused, 2);
});

test('an entry that can not be built refuses its caller alone', async () => {
  const store = memoryStore();
  const writer = open(store);
  const good = writer.append(verdictOf('x0'), 'written', []);
  await throwsWithCode('RECORD_FAILED', () => writer.append({ ...outcomeOf('x', '0'), durationMs: Number.NaN }, 'written', []));
  await good;
  await assertWhole(store, 2);
});

test('flush waits for what was noted before it', async () => {
  const store = memoryStore();
  const writer = open(store);
  await writer.flush();
  for (let i = 0; i < 2500; i += 1) if (i < 900) writer.note(outcomeOf(`x${i}`, '0'));
  await writer.flush();
  assert.equal(writer.head.size, 900);
  await assertWhole(store, 900);
});

test('a body that its caller changes afterwards is recorded as it was handed in', async () => {
  const store = memoryStore();
  const writer = open(store);
  const body = { ...verdictOf('x0') };
  const written = writer.append(body, 'written', []);
  Object.assign(body, { agent: 'somebody-else' });
  await written;
  assert.equal(verdictIn(store, 0).agent, 'support-bot');
});
