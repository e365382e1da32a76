// What becomes of one group: its size, one that can not be made, what followers are told of it, and what it takes to take it back.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { openChainWriter, type ChainWriterOptions } from '../../src/record/chain-writer.ts';
import { readEntry } from '../../src/record/entry-codec.ts';
import type { EntryBody } from '../../src/record/entry.ts';
import { EMPTY_HEAD } from '../../src/record/head.ts';
import type { StateChange } from '../../src/record/ledger.ts';
import { signerFor } from '../../src/record/signer.ts';
import { entryKey } from '../../src/record/store-keys.ts';
import { verifyStore } from '../../src/record/verify-store.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { waitFor } from '../support/wait-for.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';
import { outcomeOf, verdictOf } from './sample-bodies.ts';
import { someTurns } from './stopped-time.ts';

const key = signerFor(generateKeyPairSync('ed25519').privateKey);

function writerOn(store: MemoryStore, options: Partial<ChainWriterOptions> = {}) {
  const stalls: boolean[] = [];
  const writer = openChainWriter({
    ...{ store, signer: key, ledger: key.keyId, head: EMPTY_HEAD, clock: Date.now },
    onStall: ({ stalled }) => void stalls.push(stalled),
    ...{ maxWaiting: 5_000, maxWaitMs: 60_000, retryMs: 0 },
    ...options,
  });
  return { writer, stalls };
}

/** Reads of what the state was take until they are let go. */
function slowViews(store: MemoryStore): { letGo(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { snapshot } = store;
  store.snapshot = () => {
    const view = snapshot();
    return { ...view, get: (name) => promise.then(() => view.get(name)) };
  };
  return { letGo: resolve };
}

test('a group is bounded, and what is behind it follows in order', async () => {
  const store = memoryStore();
  const { writer } = writerOn(store);
  const small = verdictOf('x', { actions: [] });
  const receipts = await Promise.all(Array.from({ length: 1_001 }, () => writer.append(small, 'written', [])));
  assert.deepEqual([receipts.at(-1)?.entry, store.writes.length], ['1000', 2]);
});

test('a group that can not be made is refused whole, counted, and nothing waits for it', async () => {
  const store = memoryStore();
  let broken = true;
  const sign = (message: Buffer): Buffer => (broken ? assert.fail('no signature') : key.sign(message));
  const { writer, stalls } = writerOn(store, { signer: { ...key, sign } });
  writer.note(outcomeOf('x0', '0'));
  await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x1'), 'synced', [{ put: 'grant', value: 'spent' }]));
  await writer.flush();
  assert.deepEqual([writer.lag, writer.head.size, store.pairs.size, stalls], [0, 0, 0, [true]]);
  broken = false;
  assert.equal((await writer.append(verdictOf('x2'), 'written', [])).entry, '1');
  const { body } = readEntry(store.pairs.get(entryKey(0)) ?? '', undefined);
  assert.ok(body.type === 'gap');
  assert.equal(body.refused, 1);
  assert.match(body.note, /the group could not be made.*1 outcome entries lost/);
  assert.deepEqual(stalls, [true, false]);
  assert.equal((await verifyStore(store, key.publicKey, {})).ok, true);
});

test('where nobody can read all of what the state was, all of it stays as it was written: nothing is let go that was not', async () => {
  const store = memoryStore();
  const { writer } = writerOn(store);
  const uses = (grant: string, uses: string): StateChange[] => [
    { put: 'grant', value: grant },
    { put: 'uses', value: uses },
  ];
  await writer.append(verdictOf('x0'), 'synced', uses('approved', '0'));
  let closed = 0;
  store.snapshot = () => ({
    async get(name) {
      // A turn later: what tells of the refusal waits for it all the same.
      await new Promise(setImmediate);
      return name === 'state:grant' ? 'approved' : assert.fail('IO error');
    },
    pages: () => assert.fail(),
    close() {
      closed += 1;
      return Promise.reject(new Error('IO error'));
    },
  });
  store.afterWrite = (count) => (count === 2 ? assert.fail('the answer is lost') : undefined);
  await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x1'), 'synced', uses('spent', '1')));
  await writer.append(verdictOf('x2'), 'written', []);
  assert.deepEqual([store.pairs.get('state:grant'), store.pairs.get('state:uses')], ['spent', '1']);
  assert.equal(closed > 0, true);
  const [, , gap, outcome, ...rest] = bodiesIn(store);
  assert.ok(gap?.type === 'gap' && outcome?.type === 'outcome');
  assert.deepEqual([gap.refused, gap.withdrawn, rest.length], [1, [{ from: 1, to: 1 }], 1]);
});

test('who is refused does not wait until it is read what the state was, and the store does not open anew before', async () => {
  const store = memoryStore();
  const { writer } = writerOn(store);
  await writer.append(verdictOf('x0'), 'synced', [{ put: 'grant', value: 'approved' }]);
  const views = slowViews(store);
  store.afterWrite = (count) => (count === 2 ? assert.fail('the answer is lost') : undefined);
  await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x1'), 'synced', [{ put: 'grant', value: 'spent' }]));
  const next = writer.append(verdictOf('x2'), 'written', []);
  await someTurns();
  assert.equal(store.reopened, 0);
  views.letGo();
  await next;
  assert.deepEqual([store.reopened, store.pairs.get('state:grant')], [1, 'approved']);
});

test('nothing is written behind what came too late until it is read what the state was', async () => {
  const store = memoryStore();
  const { writer } = writerOn(store, { maxWaitMs: 20 });
  await writer.append(verdictOf('x0'), 'synced', [{ put: 'grant', value: 'approved' }]);
  const views = slowViews(store);
  let land: () => void = () => undefined;
  store.beforeWrite = () => new Promise((resolve) => (land = resolve));
  await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x1'), 'synced', [{ put: 'grant', value: 'spent' }]));
  store.beforeWrite = () => undefined;
  land();
  const refused = throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x2'), 'written', []));
  await someTurns();
  assert.equal(store.writes.length, 2);
  views.letGo();
  await Promise.all([refused, waitFor(() => !writer.stalled || undefined)]);
  const [, , gap] = bodiesIn(store);
  assert.deepEqual(gap?.type === 'gap' && [gap.refused, gap.withdrawn], [2, [{ from: 1, to: 1 }]]);
  assert.equal(store.pairs.get('state:grant'), 'approved');
});

const bodiesIn = (store: MemoryStore): EntryBody[] =>
  [...store.pairs].flatMap(([name, text]) => (/^e:\d+$/.test(name) ? [readEntry(text, undefined).body] : []));

test('outcomes whose write has lost its answer count, and a gap tells of it though nobody was refused', async () => {
  const store = memoryStore();
  const { writer, stalls } = writerOn(store);
  store.afterWrite = (count) => (count === 1 ? assert.fail('the answer is lost') : undefined);
  writer.note(outcomeOf('x0', '0'));
  await writer.flush();
  // INVARIANT: it is tried again though nobody appends: whoever closes the ledger flushes, and must not wait for ever.
  await writer.flush();
  await waitFor(() => !writer.stalled || undefined);
  const [outcome, gap, ...rest] = bodiesIn(store);
  assert.ok(outcome?.type === 'outcome' && gap?.type === 'gap');
  assert.deepEqual([gap.refused, gap.withdrawn, rest, writer.lag, stalls], [0, undefined, [], 0, [true, false]]);
});

test('who is refused while a gap is being written is told of in the next one', async () => {
  const store = memoryStore();
  const { writer } = writerOn(store, { maxWaiting: 1 });
  let release: () => void = () => undefined;
  store.beforeWrite = () => assert.fail('the disk is full');
  await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x1'), 'written', []));
  store.beforeWrite = (count) => (count === 2 ? new Promise((resolve) => (release = resolve)) : undefined);
  const second = writer.append(verdictOf('x2'), 'written', []);
  await waitFor(() => (writer.lag === 1 && store.reopened === 1) || undefined);
  const third = writer.append(verdictOf('x3'), 'written', []);
  await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x4'), 'written', []));
  release();
  await Promise.all([second, third]);
  const told = bodiesIn(store).map((body) => (body.type === 'gap' ? body.refused : body.type));
  assert.deepEqual(told, [1, 'verdict', 1, 'verdict']);
});

test('whoever flushes is let go when nothing can be written, and so is whoever closes', async () => {
  const store = memoryStore();
  const { writer } = writerOn(store);
  store.beforeWrite = () => assert.fail('the disk is full');
  store.beforeReopen = () => assert.fail('the disk is full');
  writer.note(outcomeOf('x0', '0'));
  for (const done of [writer.flush(), writer.close()])
    assert.equal(await Promise.race([done.then(() => 'let go'), someTurns().then(() => 'waits')]), 'let go');
});

test('the state of an entry that nobody waited for stays, though the others of its group are taken back', async () => {
  const store = memoryStore();
  const { writer } = writerOn(store);
  store.afterWrite = (count) => (count === 1 ? assert.fail('the answer is lost') : undefined);
  writer.note(outcomeOf('x0', '0'), [{ put: 'noted', value: '1' }]);
  await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x1'), 'written', [{ put: 'grant', value: 'spent' }]));
  await writer.append(verdictOf('x2'), 'written', []);
  assert.deepEqual([store.pairs.get('state:noted'), store.pairs.has('state:grant')], ['1', false]);
});

test('no look at an older state stays open: LevelDB would keep what was deleted since', async () => {
  const store = memoryStore();
  const { writer } = writerOn(store);
  const spend = (): Promise<unknown> => writer.append(verdictOf('x'), 'synced', [{ put: 'grant', value: 'spent' }]);
  await spend();
  assert.equal(store.openViews.size, 0);
  store.beforeWrite = () => assert.fail('the disk is full');
  await throwsWithCode('RECORD_FAILED', spend);
  await waitFor(() => store.openViews.size === 0 || undefined);
});

test('followers are told of each entry of a group by its place, of what came too late as well', async () => {
  const store = memoryStore();
  const told: Array<readonly [number, readonly string[]]> = [];
  const onWritten: ChainWriterOptions['onWritten'] = (first, entries) =>
    void told.push([first, entries.map(({ body }) => body.type)]);
  const { writer } = writerOn(store, { onWritten });
  await writer.append(verdictOf('x0'), 'written', []);
  store.afterWrite = (count) => (count === 2 ? assert.fail('the answer is lost') : undefined);
  await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x1'), 'written', []));
  await writer.append(verdictOf('x2'), 'written', []);
  assert.deepEqual(told, [
    [0, ['verdict']],
    [1, ['verdict']],
    [2, ['gap', 'outcome', 'verdict']],
  ]);
});

test('what tells of refusals is on disk when it is written, whoever it was written for', async () => {
  const store = memoryStore();
  const { writer } = writerOn(store);
  store.beforeWrite = () => assert.fail('the disk is full');
  await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x1'), 'written', []));
  store.beforeWrite = () => undefined;
  await writer.append(verdictOf('x2'), 'written', []);
  assert.deepEqual([store.writes.length, store.writes[0]?.sync, writer.head.synced], [1, true, 2]);
});

test('what was answered in time is not given up later, however long nothing follows', async (t) => {
  const store = memoryStore();
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { writer, stalls } = writerOn(store, { maxWaitMs: 1 });
  await writer.append(verdictOf('x0'), 'written', []);
  for (const until = performance.now() + 2; performance.now() < until; );
  t.mock.timers.tick(1);
  await someTurns();
  assert.deepEqual([stalls, writer.stalled], [[], false]);
});
