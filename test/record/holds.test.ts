// Legal holds: what is held is neither dropped nor erased, and what is no hold is refused.

import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { test } from 'node:test';
import { createHolds, holdOver } from '../../src/record/holds.ts';
import type { Hold, Holds } from '../../src/record/holds.ts';
import { segmentPath } from '../../src/record/segment-files.ts';
import type { HoldBody } from '../../src/record/storage-body.ts';
import { stateKey } from '../../src/record/store-keys.ts';
import { filled, WHO } from './aged-folder.ts';
import { type MemoryStore, memoryStore } from './memory-store.ts';
import { verdictOf } from './sample-bodies.ts';

interface Rig extends Holds {
  readonly store: MemoryStore;
  readonly recorded: HoldBody[];
  readonly clock: { ms: number };
}

/** Over a ledger of ten entries. */
function rig(): Rig {
  const store = memoryStore();
  const recorded: HoldBody[] = [];
  const clock = { ms: 0 };
  const holds = createHolds({
    store,
    size: () => 10,
    clock: () => clock.ms,
    async record(body, state) {
      recorded.push(body);
      const changes = state.map((one) => ('put' in one ? { ...one, put: stateKey(one.put) } : { del: stateKey(one.del) }));
      await store.write(changes, true);
    },
  });
  return { ...holds, store, recorded, clock };
}

test('a hold begins at an entry that is there or comes next, and ends no earlier', async () => {
  const { add, list, recorded } = rig();
  for (const [from, to] of [
    [-1, null],
    [-1, 5],
    [11, null],
    [Number.NaN, null],
    [5, 4],
  ] as const)
    await assert.rejects(add({ ...WHO, from, to }), { code: 'USAGE', message: /no entry in this ledger/ });
  assert.deepEqual([recorded, await list()], [[], []]);
  for (const [from, to] of [
    [0, 0],
    [10, null],
    [9, 1e6],
  ] as const)
    await add({ ...WHO, from, to });
  assert.equal((await list()).length, 3);
});

test('there are at most 200, and with one released there is room for one', async () => {
  const { add, list, release } = rig();
  for (let i = 0; i < 200; i += 1) await add({ ...WHO, from: 0, to: null });
  const more = () => add({ ...WHO, from: 0, to: null });
  await assert.rejects(more(), { code: 'USAGE', message: /200 holds already/ });
  const [{ hold } = { hold: '' }] = await list();
  await release({ ...WHO, hold });
  await more();
  assert.equal(new Set((await list()).map((one) => one.hold)).size, 200);
});

test('they are listed by age, each as it was asked for, and a release tells of the range', async () => {
  const { add, list, release, clock, recorded } = rig();
  const made: Hold[] = [];
  for (const [i, ms] of [3, 1, 2, 5, 4].entries()) {
    clock.ms = ms;
    made.push(await add({ reason: `case ${i}`, osUser: null, from: i, to: i + 1 }));
  }
  const [, first, , last] = made;
  assert.deepEqual(
    (await list()).map(({ since, reason, from, to }) => [since.slice(20), reason, from, to]),
    [
      ['001Z', 'case 1', 1, 2],
      ['002Z', 'case 2', 2, 3],
      ['003Z', 'case 0', 0, 1],
      ['004Z', 'case 4', 4, 5],
      ['005Z', 'case 3', 3, 4],
    ],
  );
  assert.deepEqual(await release({ ...WHO, hold: last?.hold ?? '' }), last);
  assert.deepEqual(recorded.at(-1), { type: 'hold', move: 'released', hold: last?.hold, from: 3, to: 4, ...WHO });
  assert.equal((await list())[0]?.hold, first?.hold);
});

test('what is kept of a hold and is none is told of, whatever it is, and nothing else beside it is read', async () => {
  const { add, store, list } = rig();
  store.pairs.set(stateKey('holder'), 'no hold').set(stateKey('hole'), 'no hold');
  await add({ ...WHO, from: 0, to: null });
  assert.equal((await list()).length, 1);
  const whole = { hold: 'h_1', from: 0, to: 5 };
  for (const bad of [
    '{"hold":',
    '5',
    'null',
    ...[
      { ...whole, hold: 1 },
      { ...whole, from: '0' },
      { ...whole, from: 0.5 },
      { ...whole, to: '5' },
      { ...whole, to: 1e300 },
      { hold: 'h_1', from: 0 },
      { hold: 'h_1', to: 5 },
      { from: 0, to: 5 },
    ].map((one) => JSON.stringify(one)),
  ]) {
    store.pairs.set(stateKey('hold:h_1'), bad);
    await assert.rejects(list(), { code: 'STORE_CORRUPT', message: /hold:h_1 can't be read/ }, bad);
  }
});

test('a hold counts from its first entry to its last, both included', () => {
  const hold = (from: number, to: number | null): Hold => ({ hold: 'h_1', from, to, ...WHO, since: '' });
  const isHeld = (one: Hold, from: number, to: number): boolean => holdOver([one], from, to) === one;
  for (const [from, to, held] of [
    [0, 9, false],
    [0, 10, true],
    [12, 13, true],
    [0, 30, true],
    [20, 30, true],
    [21, 30, false],
  ] as const) {
    assert.equal(isHeld(hold(10, 20), from, to), held, `${from} to ${to}`);
    assert.equal(isHeld(hold(10, null), from, to), to >= 10);
  }
});

test('what is held is neither dropped nor erased, until it is released by name', async (t) => {
  const { open } = await filled(t);
  const before = await open();
  const { hold } = await before.archive.holds.add({ ...WHO, from: 300, to: 310 });
  await before.close();
  const ledger = await open({ keepDays: 1, keepBytes: null });
  await assert.rejects(ledger.archive.erase({ ...WHO, subject: 'x-150@customer.example' }), { code: 'LEDGER_HELD' });
  await assert.rejects(ledger.archive.erase({ ...WHO, entry: 301, places: [] }), { code: 'LEDGER_HELD' });
  await ledger.archive.retain();
  assert.deepEqual(ledger.dropped, [
    { from: 0, to: 255 },
    { from: 512, to: 767 },
  ]);
  const told = (await ledger.tail(50)).flatMap(({ body }) =>
    body.type === 'retention' ? body.dropped.map(({ from }) => from) : [],
  );
  assert.deepEqual(told, [0, 512], 'nothing is told of that is held');
  assert.ok((await ledger.get(305)) !== undefined);
  assert.ok((await ledger.verify({})).ok);
  await assert.rejects(ledger.archive.holds.release({ ...WHO, hold: 'h_none' }), { code: 'NAME_UNKNOWN' });
  assert.equal((await ledger.archive.holds.release({ ...WHO, hold })).from, 300);
  assert.deepEqual(await ledger.archive.holds.list(), []);
  await ledger.archive.retain();
  assert.deepEqual(ledger.dropped, [{ from: 0, to: 767 }]);
  const moves = (await ledger.tail(20)).flatMap(({ body }) =>
    body.type === 'hold' ? [[body.move, body.hold, body.osUser, body.reason]] : [],
  );
  assert.deepEqual(moves, [
    ['added', hold, 'root', 'case 12'],
    ['released', hold, 'root', 'case 12'],
  ]);
});

test('a hold without an end holds what is still to come, and one that can not be read holds everything', async (t) => {
  const { open } = await filled(t);
  const before = await open();
  await before.archive.holds.add({ ...WHO, from: 0, to: null });
  await before.close();
  const ledger = await open({ keepDays: 1, keepBytes: null });
  assert.equal(await ledger.archive.retain(), 0);
  const { entry } = await ledger.append(verdictOf('later'), 'synced');
  await assert.rejects(ledger.archive.erase({ ...WHO, entry: Number(entry), places: [] }), { code: 'LEDGER_HELD' });
  await assert.rejects(ledger.archive.holds.add({ ...WHO, from: 5, to: 4 }), { code: 'USAGE' });
  await assert.rejects(ledger.archive.holds.add({ ...WHO, from: 1e9, to: null }), { code: 'USAGE' });
  await ledger.append(verdictOf('x'), 'synced', [{ put: 'hold:h_bad', value: '{"hold":1}' }]);
  await assert.rejects(ledger.archive.retain(), { code: 'STORE_CORRUPT' });
});

test('a hold that came between the record and a drop that was killed counts, wherever in the segment it is', async (t) => {
  const { open } = await filled(t);
  const before = await open();
  const { hold } = await before.archive.holds.add({ ...WHO, from: 255, to: 255 });
  await before.append(verdictOf('x'), 'synced', [{ put: 'retention', value: '[0,256,"x"]' }]);
  await before.close();
  const ledger = await open({ keepDays: 1, keepBytes: null });
  assert.equal(await ledger.archive.retain(), 2);
  assert.deepEqual(ledger.dropped, [{ from: 256, to: 767 }]);
  await ledger.archive.holds.release({ ...WHO, hold });
  await ledger.close();
  const again = await open();
  assert.equal(await again.archive.retain(), 1, 'the first drop is still on record');
  assert.deepEqual(again.dropped, [{ from: 0, to: 767 }]);
  await again.append(verdictOf('x'), 'synced', [{ put: 'retention', value: '{}' }]);
  assert.equal(await again.archive.retain(), 0, 'what is no list names nothing');
});

test('a hold from right behind a segment keeps it from nothing, and what is held counts for the size of all', async (t) => {
  const { dataDir, open } = await filled(t);
  const before = await open();
  await before.archive.holds.add({ ...WHO, from: 256, to: 256 });
  await before.append(verdictOf('x'), 'synced', [{ put: 'retention', value: '[0,256]' }]);
  await before.close();
  const ledger = await open();
  assert.equal(await ledger.archive.retain(), 1);
  assert.deepEqual(ledger.dropped, [{ from: 0, to: 255 }]);
  await ledger.close();
  const bytes = (['entries', 'values'] as const).reduce((sum, part) => sum + statSync(segmentPath(dataDir, 512, part)).size, 0);
  const small = await open({ keepDays: null, keepBytes: bytes });
  assert.equal(await small.archive.retain(), 1);
  assert.deepEqual(small.dropped, [
    { from: 0, to: 255 },
    { from: 512, to: 767 },
  ]);
});
