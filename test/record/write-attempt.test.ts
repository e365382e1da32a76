// What becomes of one group: its size, one that can not be made, and one whose state nobody can read any more.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { openChainWriter } from '../../src/record/chain-writer.ts';
import { readEntry } from '../../src/record/entry-codec.ts';
import type { EntryBody } from '../../src/record/entry.ts';
import { EMPTY_HEAD } from '../../src/record/head.ts';
import { signerFor, type Signer } from '../../src/record/signer.ts';
import { entryKey } from '../../src/record/store-keys.ts';
import { verifyStore } from '../../src/record/verify-store.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { waitFor } from '../support/wait-for.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';
import { outcomeOf, verdictOf } from './sample-bodies.ts';

const key = signerFor(generateKeyPairSync('ed25519').privateKey);

function writerOn(store: MemoryStore, signer: Signer = key, maxWaiting = 5_000) {
  const stalls: boolean[] = [];
  const writer = openChainWriter({
    ...{ store, signer, ledger: key.keyId, head: EMPTY_HEAD, clock: Date.now },
    onStall: ({ stalled }) => void stalls.push(stalled),
    ...{ maxWaiting, maxWaitMs: 60_000, retryMs: 0 },
  });
  return { writer, stalls };
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
  const { writer, stalls } = writerOn(store, { ...key, sign });
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

test('where nobody can read what the state was, it stays as it was written: nothing is let go that was not', async () => {
  const store = memoryStore();
  const { writer } = writerOn(store);
  await writer.append(verdictOf('x0'), 'synced', [{ put: 'grant', value: 'approved' }]);
  const closed: number[] = [];
  store.snapshot = () => ({
    get: () => Promise.reject(new Error('IO error')),
    pages: () => assert.fail(),
    close: () => Promise.resolve(void closed.push(1)),
  });
  store.afterWrite = (count) => (count === 2 ? assert.fail('the answer is lost') : undefined);
  await throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x1'), 'synced', [{ put: 'grant', value: 'spent' }]));
  await writer.append(verdictOf('x2'), 'written', []);
  assert.equal(store.pairs.get('state:grant'), 'spent');
  assert.equal(closed.length > 0, true);
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
  const { writer } = writerOn(store, key, 1);
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
