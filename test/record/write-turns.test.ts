// When a group is begun and when a wait is over, on a clock that a test moves: nothing is tried too often, too late, or once it is closed.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { openChainWriter, type ChainWriter, type ChainWriterOptions } from '../../src/record/chain-writer.ts';
import type { EntryBody } from '../../src/record/entry.ts';
import { EMPTY_HEAD } from '../../src/record/head.ts';
import { signerFor } from '../../src/record/signer.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';
import { outcomeOf, verdictOf } from './sample-bodies.ts';
import { someTurns, stoppedTime, type StoppedTime } from './stopped-time.ts';

const key = signerFor(generateKeyPairSync('ed25519').privateKey);
const MAX_WAIT_MS = 1000;

interface Timed {
  readonly store: MemoryStore;
  readonly writer: ChainWriter;
  readonly time: StoppedTime;
  note(exchange: string): void;
  /** What became of it so far. */
  append(exchange: string): { state: 'waits' | 'written' | 'refused'; why: string };
}

function timed(t: TestContext, options: Partial<ChainWriterOptions> = {}): Timed {
  const store = memoryStore();
  const time = stoppedTime(t);
  const writer = openChainWriter({
    ...{ store, signer: key, ledger: key.keyId, head: EMPTY_HEAD, clock: Date.now, onStall: () => undefined },
    ...{ maxWaiting: 5_000, maxWaitMs: MAX_WAIT_MS, retryMs: 0 },
    ...options,
  });
  return {
    ...{ store, writer, time },
    note: (exchange) => writer.note(outcomeOf(exchange, '0')),
    append(exchange) {
      const appended: ReturnType<Timed['append']> = { state: 'waits', why: '' };
      writer.append(verdictOf(exchange), 'written', []).then(
        () => void (appended.state = 'written'),
        (error: unknown) => void Object.assign(appended, { state: 'refused', why: String(error) }),
      );
      return appended;
    },
  };
}

/** A write that is not answered until it is told to be. */
function held(store: MemoryStore): { letGo(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  store.beforeWrite = () => promise;
  return {
    letGo() {
      store.beforeWrite = () => undefined;
      resolve();
    },
  };
}

const diskFull = (): never => assert.fail('the disk is full');

test('what nobody waits for waits for company, not for long and not for the disk, and who comes takes it along', async (t) => {
  const { store, time, note, append } = timed(t);
  const writes: number[] = [];
  for (const exchange of ['x0', 'x1']) note(exchange);
  for (const millis of [0, 9, 1, 1000]) {
    await time.pass(millis);
    writes.push(store.writes.length);
  }
  assert.deepEqual([writes, store.writes[0]?.sync], [[0, 0, 1, 1], false]);
  note('x2');
  append('x3');
  await someTurns();
  await time.pass(1000);
  assert.equal(store.writes.length, 2);
});

test('whoever flushes or closes does not wait for company, and behind it nothing is taken', async (t) => {
  const { store, writer, note, append } = timed(t);
  note('x0');
  await writer.flush();
  assert.equal(writer.head.size, 1);
  note('x1');
  await writer.close();
  assert.equal(writer.head.size, 2);
  const late = append('x2');
  note('x3');
  await someTurns();
  assert.deepEqual([late.state, writer.lag, store.writes.length], ['refused', 0, 2]);
  assert.match(late.why, /it is closed/);
});

test('a store that fails is tried once a second while nobody asks, and not at all once it is closed', async (t) => {
  const { store, writer, time, note } = timed(t);
  store.beforeWrite = diskFull;
  note('x0');
  await writer.flush();
  await someTurns();
  for (const exchange of ['x1', 'x2']) note(exchange);
  const tries: number[] = [];
  for (const millis of [0, 999, 1, 1, 999]) {
    await time.pass(millis);
    tries.push(store.reopened);
  }
  assert.deepEqual(tries, [0, 0, 1, 1, 2]);
  await writer.close();
  await time.pass(60_000);
  assert.equal(store.reopened, 3);
});

test('a store is not opened again behind the closing that came while a group was forming', async (t) => {
  const { store, writer, append } = timed(t);
  store.beforeWrite = diskFull;
  append('x0');
  await someTurns();
  t.mock.timers.tick(1000);
  const closed = writer.close();
  const late = append('x1');
  await closed;
  await someTurns();
  assert.deepEqual([store.reopened, late.state, writer.lag], [0, 'refused', 0]);
});

test('closing leaves no timer: the process ends', async (t) => {
  const open = (store: MemoryStore): ChainWriter =>
    openChainWriter({
      ...{ store, signer: key, ledger: key.keyId, head: EMPTY_HEAD, clock: Date.now, onStall: () => undefined },
      ...{ maxWaiting: 5_000, maxWaitMs: MAX_WAIT_MS, retryMs: 0 },
    });
  const timers = (): number => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
  const before = timers();
  const writer = open(memoryStore());
  const closed = writer.close();
  writer.note(outcomeOf('x0', '0'));
  assert.equal(timers(), before + 1);
  await closed;
  assert.equal(timers(), before);
  const failing = memoryStore();
  failing.beforeWrite = diskFull;
  const other = open(failing);
  other.note(outcomeOf('x0', '0'));
  const armed = t.mock.method(globalThis, 'setTimeout');
  await other.close();
  await someTurns();
  assert.equal(armed.mock.callCount(), 0, 'nor is one armed behind it');
});

test('a group forms while each turn of the loop brings more, and not for ever', async (t) => {
  const { store, writer, append } = timed(t);
  setImmediate(() => {
    append('x1');
    setImmediate(() => append('x2'));
  });
  await writer.append(verdictOf('x0'), 'written', []);
  assert.deepEqual([store.writes.length, writer.head.size], [1, 3]);
  const first = append('x3');
  for (let turn = 0; turn < 100 && first.state === 'waits'; turn += 1) {
    append(`y${turn}`);
    await new Promise(setImmediate);
  }
  assert.equal(first.state, 'written');
});

test('what is owed to the record is written though nobody asks, whatever kept it from being written', async (t) => {
  let broken = false;
  const sign = (message: Buffer): Buffer => (broken ? assert.fail('no signature') : key.sign(message));
  const { store, writer, time, note, append } = timed(t, { signer: { ...key, sign } });
  broken = true;
  const refused = append('x0');
  await someTurns();
  assert.deepEqual([refused.state, writer.stalled], ['refused', true]);
  broken = false;
  await time.pass(10);
  assert.deepEqual([writer.stalled, writer.head.size], [false, 1]);
  // An outcome lands, its answer is lost, and what tells of that can not be signed.
  store.afterWrite = (count) => {
    if (count !== 2) return;
    broken = true;
    diskFull();
  };
  note('x1');
  await time.pass(10);
  await time.pass(1000);
  assert.deepEqual([writer.stalled, writer.head.size], [true, 2]);
  broken = false;
  await time.pass(10);
  assert.deepEqual([writer.stalled, writer.head.size], [false, 3]);
});

test('what was refused for itself is told with the next entry: a synced write for each would wear out the disk', async (t) => {
  const { store, writer, time } = timed(t);
  const bad: EntryBody = { ...outcomeOf('x', '0'), durationMs: Number.NaN };
  await throwsWithCode('RECORD_FAILED', () => writer.append(bad, 'written', []));
  const odd = Object.defineProperty({ ...verdictOf('x') }, 'agent', { enumerable: true, get: diskFull });
  await throwsWithCode('RECORD_FAILED', () => writer.append(odd, 'written', []));
  await writer.flush();
  await time.pass(1000);
  assert.equal(store.writes.length, 0);
  await writer.append(verdictOf('x'), 'written', []);
  assert.deepEqual([store.writes.length, writer.head.size], [1, 2]);
});

test('the oldest wait counts, in the write or behind it, whoever else is in its group', async (t) => {
  const { store, writer, time, note, append } = timed(t);
  let disk = held(store);
  note('n0');
  const first = append('x0');
  await time.pass(500);
  const second = append('x1');
  await time.pass(499);
  assert.deepEqual([first.state, second.state], ['waits', 'waits']);
  await time.pass(1);
  assert.deepEqual([first.state, second.state], ['refused', 'refused']);
  disk.letGo();
  await someTurns();
  await writer.flush();
  // Only an outcome is being written, and a request waits behind it.
  disk = held(store);
  note('n1');
  await time.pass(10);
  const third = append('x2');
  await time.pass(999);
  assert.equal(third.state, 'waits');
  await time.pass(1);
  assert.equal(third.state, 'refused');
  disk.letGo();
});

test('who comes behind a write that was given up gets the whole time', async (t) => {
  const { store, writer, time, append } = timed(t);
  await writer.append(verdictOf('x0'), 'written', []);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  store.snapshot = () => ({ get: () => promise, pages: () => assert.fail(), close: () => Promise.resolve() });
  store.beforeWrite = diskFull;
  const spent = throwsWithCode('RECORD_FAILED', () => writer.append(verdictOf('x1'), 'written', [{ put: 'k', value: '1' }]));
  await someTurns();
  await time.pass(900);
  // The store failed at once; what the state was is still being read.
  const behind = append('x2');
  await time.pass(999);
  assert.equal(behind.state, 'waits');
  await time.pass(1);
  assert.equal(behind.state, 'refused');
  assert.match(behind.why, /has not answered for 1000 ms/);
  resolve(undefined);
  await spent;
});
