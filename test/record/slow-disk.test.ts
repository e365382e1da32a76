// A disk that takes its time: nobody waits for it longer than was said, nothing refused counts, and it goes on by itself.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { openChainWriter } from '../../src/record/chain-writer.ts';
import type { ChainWriter, ChainWriterOptions, Stall } from '../../src/record/chain-writer.ts';
import { readEntry } from '../../src/record/entry-codec.ts';
import type { EntryBody } from '../../src/record/entry.ts';
import { EMPTY_HEAD } from '../../src/record/head.ts';
import { signerFor } from '../../src/record/signer.ts';
import { entryKey, hiddenKey } from '../../src/record/store-keys.ts';
import type { VerifyReport } from '../../src/record/verify-report.ts';
import { verifyStore } from '../../src/record/verify-store.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { waitFor } from '../support/wait-for.ts';
import { memoryStore } from './memory-store.ts';
import type { MemoryStore } from './memory-store.ts';
import { outcomeOf, verdictOf } from './sample-bodies.ts';

const signer = signerFor(generateKeyPairSync('ed25519').privateKey);
// A busy machine may take dozens of milliseconds for a turn of the loop, and the write has to begin before the bound is reached.
const MAX_WAIT_MS = 100;

interface Slow {
  readonly store: MemoryStore;
  readonly writer: ChainWriter;
  readonly stalls: Stall[];
  /** The writes from now on wait until they are let go. */
  hold(): void;
  letGo(): void;
  bodies(): EntryBody[];
}

function slowLedger(options: Partial<ChainWriterOptions> = {}): Slow {
  const store = memoryStore();
  const stalls: Stall[] = [];
  const waiting: Array<() => void> = [];
  const writer = openChainWriter({
    ...{ store, signer, ledger: signer.keyId, head: EMPTY_HEAD, clock: Date.now, onStall: (stall) => stalls.push(stall) },
    ...{ maxWaiting: 1000, maxWaitMs: MAX_WAIT_MS, retryMs: 0 },
    ...options,
  });
  return {
    ...{ store, writer, stalls },
    hold: () => void (store.beforeWrite = () => new Promise((resolve) => waiting.push(resolve))),
    letGo() {
      store.beforeWrite = () => undefined;
      for (const resolve of waiting.splice(0)) resolve();
    },
    bodies: () =>
      Array.from({ length: writer.head.size }, (_, i) =>
        readEntry(store.pairs.get(entryKey(i)) ?? '', store.pairs.get(hiddenKey(i))),
      ).map(({ body }) => body),
  };
}

async function whole(store: MemoryStore): Promise<VerifyReport> {
  const report = await verifyStore(store, signer.publicKey, {});
  assert.deepEqual([report.ok, report.firstBad], [true, null]);
  return report;
}

const settled = (slow: Slow): Promise<boolean> => waitFor(() => (!slow.writer.stalled && slow.writer.lag === 0) || undefined);

test('nobody waits longer than was said: who waits is refused, and whoever comes then at once', async () => {
  const slow = slowLedger();
  slow.hold();
  const began = performance.now();
  // Listened to at once: on a busy machine a turn of the loop alone takes longer than the bound.
  const first = throwsWithCode('RECORD_FAILED', () => slow.writer.append(verdictOf('x0'), 'synced', []));
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  const behind = throwsWithCode('RECORD_FAILED', () => slow.writer.append(verdictOf('x1'), 'written', []));
  await Promise.all([first, behind]);
  const waited = performance.now() - began;
  assert.ok(waited >= MAX_WAIT_MS - 1 && waited < 50 * MAX_WAIT_MS, `${waited} ms`);
  await assert.rejects(slow.writer.append(verdictOf('x2'), 'written', []), /the disk has not answered for 100 ms/);
  assert.equal(slow.writer.lag, 0, 'nothing waits in memory');
  assert.deepEqual(
    slow.stalls.map(({ stalled }) => stalled),
    [true],
  );
  slow.letGo();
});

test('what lands late is taken back on record, and the ledger goes on by itself, without a new open', async () => {
  const slow = slowLedger();
  await slow.writer.append(verdictOf('x0'), 'synced', [{ put: 'grant', value: 'approved' }]);
  slow.hold();
  const late = [
    slow.writer.append(verdictOf('x1'), 'synced', [
      { put: 'grant', value: 'spent' },
      { put: 'new', value: '1' },
    ]),
    slow.writer.append({ ...verdictOf('x2'), verdict: 'BLOCK' }, 'synced', []),
  ];
  for (const append of late) await throwsWithCode('RECORD_FAILED', () => append);
  slow.letGo();
  await settled(slow);
  assert.deepEqual([slow.store.pairs.get('state:grant'), slow.store.pairs.has('state:new')], ['approved', false]);
  const [, , , gap, outcome, ...rest] = slow.bodies();
  assert.ok(gap?.type === 'gap' && outcome?.type === 'outcome');
  assert.deepEqual([gap.refused, gap.withdrawn], [2, [{ from: 1, to: 2 }]]);
  assert.deepEqual([outcome.exchange, outcome.verdictEntry, outcome.result], ['x1', '1', 'refused']);
  assert.deepEqual(rest, []);
  assert.equal(slow.store.reopened, 0);
  assert.equal((await slow.writer.append(verdictOf('x3'), 'written', [])).entry, '5');
  // x0 and x3 have no outcome in this test; x1 has.
  assert.equal((await whole(slow.store)).unfinished, 2);
});

test('a grant, a step and a reservation that landed late are given back on record', async () => {
  const slow = slowLedger();
  slow.hold();
  const common = { agent: 'a', by: null, channel: 'proxy', note: '' } as const;
  const bodies: EntryBody[] = [
    { ...common, type: 'ticket', ticket: 't_1', exchange: 'x1', move: 'spent', binding: 'b' },
    { ...common, type: 'ticket', ticket: 't_2', exchange: 'x2', move: 'opened', binding: 'b' },
    {
      ...common,
      type: 'plan',
      plan: 'p_1',
      move: 'consumed',
      user: null,
      session: null,
      ticket: null,
      exchange: 'x3',
      step: 1,
      actions: [],
    },
    { type: 'budget', move: 'reserved', exchange: 'x4', budgets: ['daily'], used: [5] },
  ];
  for (const append of bodies.map((body) => slow.writer.append(body, 'synced', [])))
    await throwsWithCode('RECORD_FAILED', () => append);
  slow.letGo();
  await settled(slow);
  const told = slow.bodies().slice(bodies.length + 1);
  assert.deepEqual(
    told.map((body) => [body.type, 'move' in body ? body.move : null, 'exchange' in body ? body.exchange : null]),
    [
      ['ticket', 'returned', 'x1'],
      ['plan', 'returned', 'x3'],
      ['budget', 'returned', 'x4'],
    ],
  );
  assert.equal((await whole(slow.store)).unfinished, 0);
});

test('outcomes are kept for a disk that comes back, in their order and with their own time', async () => {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const slow = slowLedger({ clock: () => now });
  await slow.writer.append(verdictOf('x0'), 'written', []);
  slow.hold();
  const refused = throwsWithCode('RECORD_FAILED', () => slow.writer.append(verdictOf('x1'), 'synced', []));
  now += 1000;
  await refused;
  for (const exchange of ['x0', 'x8', 'x9']) {
    slow.writer.note(outcomeOf(exchange, '0'), [{ put: `noted:${exchange}`, value: '1' }]);
    now += 60_000;
  }
  assert.equal(slow.writer.lag, 3);
  slow.letGo();
  await settled(slow);
  const outcomes = slow.bodies().flatMap((body) => (body.type === 'outcome' ? [body.exchange] : []));
  assert.deepEqual(outcomes, ['x1', 'x0', 'x8', 'x9']);
  const gap = slow.bodies().find((body) => body.type === 'gap');
  assert.ok(gap?.type === 'gap');
  assert.equal(gap.since, '2026-01-01T00:00:00.000Z', 'when it was asked for, not when it was given up');
  assert.match(gap.note, /nothing could be written until 2026-01-01T00:03:01.000Z/);
  assert.equal(slow.store.pairs.get('state:noted:x9'), '1');
  const report = await whole(slow.store);
  assert.equal(report.unfinished, 0);
  assert.doesNotMatch(report.notes.join('\n'), /stepped back/);
});

test('a write that fails after it was given up leaves nothing to take back', async () => {
  const slow = slowLedger();
  let fail: () => void = () => undefined;
  slow.store.beforeWrite = () =>
    new Promise((_resolve, reject) => {
      fail = () => reject(new Error('IO error: Input/output error'));
    });
  await throwsWithCode('RECORD_FAILED', () => slow.writer.append(verdictOf('x0'), 'synced', [{ put: 'k', value: '1' }]));
  slow.store.beforeWrite = () => undefined;
  fail();
  await new Promise(setImmediate);
  assert.equal((await slow.writer.append(verdictOf('x1'), 'written', [])).entry, '1');
  const [gap] = slow.bodies();
  assert.ok(gap?.type === 'gap');
  assert.deepEqual([gap.refused, gap.withdrawn, slow.store.reopened], [1, undefined, 1]);
  await whole(slow.store);
});

test('what puts state back and comes too late itself still counts', async () => {
  const slow = slowLedger();
  await slow.writer.append(verdictOf('x0'), 'synced', [{ put: 'grant', value: 'approved' }]);
  const spend = (exchange: string): Promise<unknown> =>
    throwsWithCode('RECORD_FAILED', () =>
      slow.writer.append(verdictOf(exchange), 'synced', [
        { put: 'grant', value: `spent by ${exchange}` },
        { put: 'new', value: exchange },
      ]),
    );
  // The first one lands late; the group that tells of it holds the second one, and comes too late as well.
  let release: () => void = () => undefined;
  const held = (): Promise<void> => new Promise((resolve) => (release = resolve));
  slow.store.beforeWrite = held;
  await spend('x1');
  release();
  // The turn ends with the write; the next one is a turn of the loop later.
  await new Promise(setImmediate);
  await spend('x2');
  slow.store.beforeWrite = () => undefined;
  release();
  await settled(slow);
  assert.deepEqual([slow.store.pairs.get('state:grant'), slow.store.pairs.has('state:new')], ['approved', false]);
  const outcomes = slow.bodies().flatMap((body) => (body.type === 'outcome' ? [body.exchange] : []));
  assert.deepEqual(outcomes, ['x1', 'x2']);
  await whole(slow.store);
});

test('once the disk is overdue nobody else is made to wait for it, until it answers', async () => {
  const slow = slowLedger();
  slow.hold();
  await throwsWithCode('RECORD_FAILED', () => slow.writer.append(verdictOf('x0'), 'synced', []));
  const refused = throwsWithCode('RECORD_FAILED', () => slow.writer.append(verdictOf('x1'), 'synced', []));
  const first = await Promise.race([refused.then(() => 'refused'), new Promise((resolve) => setImmediate(resolve, 'waits'))]);
  assert.equal(first, 'refused');
  slow.letGo();
  await settled(slow);
  await slow.writer.append(verdictOf('x2'), 'synced', []);
});

test('a turn of the loop that takes long is not the disk', async () => {
  const slow = slowLedger();
  const written = slow.writer.append(verdictOf('x0'), 'written', []);
  const until = performance.now() + 3 * MAX_WAIT_MS;
  while (performance.now() < until);
  await written;
  assert.deepEqual(slow.stalls, []);
});

test('a disk that never answers keeps no more than was said in memory', async () => {
  const slow = slowLedger({ maxWaiting: 10 });
  slow.hold();
  await throwsWithCode('RECORD_FAILED', () => slow.writer.append(verdictOf('x'), 'synced', []));
  for (let i = 0; i < 50; i += 1) slow.writer.note(outcomeOf(`x${i}`, '0'));
  assert.equal(slow.writer.lag, 10);
  slow.letGo();
  await settled(slow);
  const gap = slow.bodies().find((body) => body.type === 'gap');
  assert.match(gap?.type === 'gap' ? gap.note : '', /40 outcome entries lost/);
});
