// The upkeep of what is sealed: by itself, again after a failure, one thing at a time, and nothing is told once it is closing.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { Sealing } from '../../src/record/archive.ts';
import { openLedger, type OpenLedger } from '../../src/record/chain.ts';
import { openStore } from '../../src/record/open-store.ts';
import { segmentPath } from '../../src/record/segment-files.ts';
import { entryKey } from '../../src/record/store-keys.ts';
import { verdictOf } from './sample-bodies.ts';
import { someTurns } from './stopped-time.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SMALL: Sealing = { keepLive: 10, segmentEntries: 256 };

async function filled(t: TestContext, entries: number): Promise<string> {
  const dataDir = temporaryFolder(t);
  await fill(await openLedger({ dataDir, version: '0.0.0' }), entries);
  return dataDir;
}

async function fill(ledger: OpenLedger, entries: number): Promise<void> {
  for (let i = 0; i < entries; i += 1) void ledger.append(verdictOf(`x-${i}`, { actions: [] }), 'written');
  await ledger.close();
}

/** Lets timers go off until it is so. Every other wait goes on as it is. */
async function ticking(t: TestContext, isSo: () => boolean): Promise<void> {
  for (let turn = 0; !isSo(); turn += 1) {
    assert.ok(turn < 100_000, 'it did not come to that');
    t.mock.timers.tick(1000);
    await new Promise(setImmediate);
  }
}

test('what is due is sealed and dropped though nobody asks, again later, and after a failure that was told', async (t) => {
  const dataDir = await filled(t, 300);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const problems: unknown[] = [];
  let failures = 1;
  const sealing: Sealing = {
    ...SMALL,
    retention: { keepDays: null, keepBytes: 0 },
    onProblem: (error) => problems.push(error),
    onStep(step) {
      if (step === 'begun' && failures-- > 0) throw new Error('the disk is full');
    },
  };
  const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', sealing });
  await ticking(t, () => ledger.dropped.length > 0);
  assert.deepEqual(ledger.dropped, [{ from: 0, to: 255 }]);
  assert.match(String(problems), /^Error: the disk is full$/);
  for (let i = 0; i < 300; i += 1) void ledger.append(verdictOf(`y-${i}`, { actions: [] }), 'written');
  await ledger.flush();
  await ticking(t, () => ledger.dropped[0]?.to === 511);
  t.mock.timers.reset();
  await ledger.close();
});

test('what can not be sealed keeps nothing that is too old from being dropped, and is tried again', async (t) => {
  const dataDir = await filled(t, 300);
  const before = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', sealing: SMALL });
  await before.archive.seal();
  await fill(before, 300);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const problems: unknown[] = [];
  const sealing: Sealing = {
    ...SMALL,
    retention: { keepDays: null, keepBytes: 0 },
    onProblem: (error) => problems.push(error),
    onStep: (step) => assert.notEqual(step, 'begun', 'the disk is full'),
  };
  const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', sealing });
  await ticking(t, () => ledger.dropped.length > 0 && problems.length > 1);
  assert.match(String(problems[0]), /the disk is full/);
  t.mock.timers.reset();
  await ledger.close();
});

test('what fails does not keep what comes behind it from being done, and that waits for it', async (t) => {
  const ledger = await openLedger({ dataDir: temporaryFolder(t), version: '0.0.0', start: 'lazy', sealing: SMALL });
  t.after(() => ledger.close());
  const done: string[] = [];
  const failing = ledger.archive.alone(async () => {
    await new Promise(setImmediate);
    done.push('first');
    throw new Error('it can not be done');
  });
  const second = ledger.archive.alone(async () => void done.push('second'));
  await assert.rejects(failing, /can not be done/);
  await second;
  assert.deepEqual(done, ['first', 'second']);
});

test('a hold, its release and an erasure wait for whatever else changes the segments, and closing waits as well', async (t) => {
  const ledger = await openLedger({ dataDir: temporaryFolder(t), version: '0.0.0', start: 'lazy', sealing: SMALL });
  const { archive } = ledger;
  const who = { reason: 'case 12', osUser: 'root' };
  const behind = async <T>(change: () => Promise<T>): Promise<T> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = ledger.size;
    const busy = archive.alone(() => promise);
    const changed = change();
    await Promise.race([changed, someTurns(5000)]);
    assert.equal(ledger.size, before, 'nothing is on record yet');
    resolve();
    await busy;
    await changed;
    assert.equal(ledger.synced, ledger.size, 'and then it is on disk');
    return changed;
  };
  const { hold } = await behind(() => archive.holds.add({ ...who, from: 0, to: null }));
  assert.deepEqual([(await ledger.get(0))?.body.type, (await ledger.get(1))?.body.type], ['start', 'hold']);
  await ledger.append(verdictOf('x-0'), 'written');
  await behind(() => archive.holds.release({ ...who, hold }));
  await behind(() => archive.erase({ ...who, subject: 'x-0@customer.example' }));
  let isOver = false;
  void archive.alone(async () => {
    await someTurns(20_000);
    isOver = true;
  });
  await ledger.close();
  assert.equal(isOver, true);
});

test('an erasure that is the first of a run stands behind its start entry', async (t) => {
  const dataDir = await filled(t, 3);
  const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy' });
  const before = ledger.size;
  await ledger.archive.erase({ reason: 'asked', osUser: null, subject: 'x-1@customer.example' });
  const types = (await ledger.tail(ledger.size - before)).map(({ body }) => body.type);
  assert.deepEqual(types, ['start', 'erasure']);
  await ledger.close();
});

test('an entry that is missing is not taken for dropped, in a segment that is there or among the live ones', async (t) => {
  const dataDir = await filled(t, 300);
  const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', sealing: SMALL });
  t.after(() => ledger.close());
  await ledger.archive.seal();
  const { prover, archive, signedHead } = ledger;
  rmSync(segmentPath(dataDir, 0, 'entries'));
  assert.deepEqual([await archive.droppedEntry(10), await archive.droppedEntry(256)], [null, null]);
  await assert.rejects(prover.evidence(10, signedHead.size), { code: 'STORE_CORRUPT', message: /10 is missing or unreadable/ });
});

test('what a run that ended had sealed and not yet deleted is deleted by the next start', async (t) => {
  const dataDir = await filled(t, 300);
  const onStep = (step: string): void => assert.notEqual(step, 'manifest', 'far enough');
  const ended = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', sealing: { ...SMALL, onStep } });
  await assert.rejects(ended.archive.seal(), /far enough/);
  await ended.close();
  const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', sealing: SMALL });
  await ledger.archive.alone(async () => undefined);
  await ledger.close();
  const store = await openStore(dataDir, { create: false });
  t.after(() => store.close());
  assert.deepEqual([await store.get(entryKey(0)), (await store.get(entryKey(256))) !== undefined], [undefined, true]);
});

test('closing ends a sealing that is under way, waits for its end, and that is no problem to be told', async (t) => {
  const dataDir = await filled(t, 600);
  const problems: unknown[] = [];
  const begun = Promise.withResolvers<void>();
  let steps = 0;
  const sealing: Sealing = {
    ...SMALL,
    onProblem: (error) => problems.push(error),
    onStep() {
      steps += 1;
      begun.resolve();
    },
  };
  const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', sealing });
  await begun.promise;
  await ledger.close();
  const before = steps;
  await new Promise(setImmediate);
  assert.deepEqual([ledger.archive.list().length < 2, problems, steps], [true, [], before]);
});

test('the upkeep keeps no process alive', async (t) => {
  const dataDir = await filled(t, 1);
  const timers = (): number => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
  const before = timers();
  const ledger = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', sealing: SMALL });
  await ledger.archive.alone(async () => undefined);
  assert.equal(timers(), before);
  await ledger.close();
});
