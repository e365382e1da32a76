// Erasing: the value's bytes are in no file any more, live or sealed, and the chain holds.

import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Sealing } from '../../src/record/archive.ts';
import { openLedger } from '../../src/record/chain.ts';
import type { OpenLedger } from '../../src/record/chain.ts';
import { erase, type EraseRequest } from '../../src/record/eraser.ts';
import type { ErasureBody } from '../../src/record/erasure-body.ts';
import type { HiddenValues } from '../../src/record/reveal.ts';
import { removeUnfinished } from '../../src/record/segment-files.ts';
import type { Segments } from '../../src/record/segments.ts';
import { hiddenKey } from '../../src/record/store-keys.ts';
import { STORE_FOLDER } from '../../src/record/store.ts';
import { holding } from './held-bytes.ts';
import { memoryStore } from './memory-store.ts';
import { outcomeOf, verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

const REQUEST = { reason: 'request of 3 May', osUser: 'root' };
const SEALING: Sealing = { keepLive: 100, segmentEntries: 256 };

async function filled(
  t: TestContext,
  sealing?: Sealing,
  dataDir = temporaryFolder(t),
): Promise<{ readonly ledger: OpenLedger; readonly dataDir: string }> {
  const how = { dataDir, version: '0.0.0', ...(sealing === undefined ? {} : { sealing }) };
  const first = await openLedger(how);
  for (let i = 0; i < 300; i += 1) {
    void first.append(verdictOf(`x-${i}`), 'written');
    first.note(outcomeOf(`x-${i}`, String(i)));
  }
  await first.append(verdictOf('x-last'), 'synced');
  await first.close();
  const ledger = await openLedger(how);
  t.after(() => ledger.close());
  await ledger.archive.seal();
  return { ledger, dataDir };
}

/** Of a value that is still there. */
async function saltOf(ledger: OpenLedger, sequence: number, place: string): Promise<string> {
  for await (const { hidden } of ledger.stored(sequence, 1)) {
    const salt = /"salt":"([0-9a-f]{32})"/.exec(hidden?.split(`"${place}"`)[1] ?? '')?.[1];
    assert.ok(salt !== undefined);
    return salt;
  }
  throw new Error('no such entry');
}

async function sequenceOf(ledger: OpenLedger, exchange: string): Promise<number> {
  for await (const { sequence, body } of ledger.entries(0, 1e5))
    if (body.type === 'verdict' && body.exchange === exchange) return sequence;
  throw new Error('no such exchange');
}

for (const [where, exchange, sealing] of [
  ['a live entry', 'x-200', undefined],
  ['the last entry', 'x-last', undefined],
  ['a sealed entry', 'x-20', SEALING],
] as const)
  test(`a subject of ${where} is erased from every file, and only it`, async (t) => {
    const { ledger, dataDir } = await filled(t, sealing);
    const sequence = await sequenceOf(ledger, exchange);
    const place = 'actions/0/facts/recipients';
    const salt = await saltOf(ledger, sequence, place);
    assert.ok(holding(dataDir, salt).length > 0, 'it is there before');
    const erased = await ledger.archive.erase({ ...REQUEST, subject: `${exchange}@customer.example` });
    assert.deepEqual([erased.of, erased.values], [1, 2]);
    assert.deepEqual(holding(dataDir, salt), []);
    assert.deepEqual(holding(dataDir, `${exchange}@customer.example`), []);
    const { ok, firstBad, notes } = await ledger.verify({});
    assert.deepEqual([ok, firstBad], [true, null]);
    assert.match(notes.join('\n'), /2 hidden values are no longer kept/);
    const entry = await ledger.get(sequence);
    assert.ok(entry?.body.type === 'verdict');
    assert.match(String(entry.body.actions[0]?.facts['recipients']), /^commitment:/);
    const [id = ''] = erased.entries;
    const record = (await ledger.get(Number(id)))?.body;
    assert.deepEqual(record, { type: 'erasure', erased: [{ entry: String(sequence), places: [place, 'reason'] }], ...REQUEST });
    const neighbour = await ledger.get(await sequenceOf(ledger, 'x-21'));
    assert.ok(neighbour?.body.type === 'verdict');
    assert.deepEqual(neighbour.body.actions[0]?.facts['recipients'], ['x-21@customer.example']);
  });

test('one place goes and the others stay, while entries are written and the chain is verified', async (t) => {
  const { ledger, dataDir } = await filled(t);
  const sequence = await sequenceOf(ledger, 'x-100');
  const salt = await saltOf(ledger, sequence, 'reason');
  const [, report] = await Promise.all([
    ledger.archive.erase({ ...REQUEST, entry: sequence, places: ['reason'] }),
    ledger.verify({}),
    ledger.append(verdictOf('beside'), 'synced'),
  ]);
  assert.ok(report.ok);
  assert.deepEqual(holding(dataDir, salt), []);
  const entry = await ledger.get(sequence);
  assert.ok(entry?.body.type === 'verdict');
  assert.deepEqual(entry.body.actions[0]?.facts['recipients'], ['x-100@customer.example']);
  assert.match(entry.body.reason, /^commitment:/);
});

test('a value that never left the log and the memory of LevelDB goes as well', async (t) => {
  const dataDir = temporaryFolder(t);
  const ledger = await openLedger({ dataDir, version: '0.0.0' });
  t.after(() => ledger.close());
  await ledger.append(verdictOf('fresh'), 'synced');
  const salt = await saltOf(ledger, 1, 'reason');
  await ledger.archive.erase({ ...REQUEST, entry: 1, places: ['reason'] });
  assert.deepEqual(holding(dataDir, salt), []);
});

for (const [step, before] of [
  ['manifest', 'their keys were deleted'],
  ['deleted', 'the tables were rewritten'],
] as const)
  test(`a value that was sealed goes as well when the run that sealed it was cut off before ${before}`, async (t) => {
    const dataDir = temporaryFolder(t);
    const { ledger: whole } = await filled(t, undefined, dataDir);
    const salt = await saltOf(whole, 21, 'reason');
    await whole.close();
    const onStep = (one: string): void => {
      if (one === step) throw new Error('cut off');
    };
    const cut = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', sealing: { ...SEALING, onStep } });
    await assert.rejects(cut.archive.seal(), /cut off/);
    await cut.close();
    const ledger = await openLedger({ dataDir, version: '0.0.0' });
    t.after(() => ledger.close());
    assert.ok(ledger.archive.list().length > 0);
    assert.ok(holding(join(dataDir, STORE_FOLDER), salt).length > 0, 'the database still has it');
    await ledger.archive.erase({ ...REQUEST, entry: 21, places: ['reason'] });
    assert.deepEqual(holding(dataDir, salt), []);
  });

test('a value goes from files that a killed sealing or erasure left, and what may be all that is left stays', async (t) => {
  const dataDir = temporaryFolder(t);
  const { ledger: whole } = await filled(t, undefined, dataDir);
  const salt = await saltOf(whole, 21, 'reason');
  await whole.close();
  const onStep = (step: string): void => {
    if (step === 'files') throw new Error('cut off');
  };
  const cut = await openLedger({ dataDir, version: '0.0.0', start: 'lazy', sealing: { ...SEALING, onStep } });
  await assert.rejects(cut.archive.seal(), /cut off/);
  assert.deepEqual(cut.archive.list(), []);
  await cut.close();
  const segments = join(dataDir, 'segments');
  copyFileSync(join(segments, '0000000000000000.values'), join(segments, '0000000000000000.values.draft'));
  const lone = join(segments, '0000000000065536.values');
  copyFileSync(join(segments, '0000000000000000.values'), lone);
  assert.deepEqual(holding(segments, salt).length, 2);
  const ledger = await openLedger({ dataDir, version: '0.0.0' });
  t.after(() => ledger.close());
  await ledger.archive.erase({ ...REQUEST, entry: 21, places: ['reason'] });
  assert.deepEqual(readdirSync(segments), [basename(lone)], 'its entries are nowhere else: they are for repair to read');
  rmSync(lone);
  assert.deepEqual(holding(dataDir, salt), []);
});

test('files of what is sealed are never taken for left-overs, even while the database still has its entries', async (t) => {
  const { ledger, dataDir } = await filled(t, SEALING);
  const files = readdirSync(join(dataDir, 'segments'));
  assert.ok(files.length > 0 && ledger.archive.list().length > 0);
  await removeUnfinished(dataDir, 512, () => Promise.resolve(true));
  assert.deepEqual(readdirSync(join(dataDir, 'segments')), files);
});

test('what is not there is refused, and nothing is put on record', async (t) => {
  const { ledger } = await filled(t);
  const { size } = ledger;
  await assert.rejects(ledger.archive.erase({ ...REQUEST, entry: 0, places: ['note'] }), { code: 'NAME_UNKNOWN' });
  await assert.rejects(ledger.archive.erase({ ...REQUEST, subject: 'a@b' }), { code: 'USAGE' });
  assert.equal((await ledger.archive.erase({ ...REQUEST, subject: 'nobody@nowhere.example' })).values, 0);
  assert.equal(ledger.size, size);
});

const SALT = 'abcd'.repeat(8);

/** Erases in a store in memory that says in which order it was asked. */
function inMemory(values: readonly HiddenValues[], record: (body: ErasureBody) => Promise<string>) {
  const store = memoryStore();
  const order: string[] = [];
  for (const [i, hidden] of values.entries()) store.pairs.set(hiddenKey(i), JSON.stringify(hidden));
  store.compact = () => Promise.resolve(void order.push('compact'));
  store.afterWrite = () => void order.push(store.writes.at(-1)?.sync === true ? 'synced' : 'written');
  const options = {
    ...{ dataDir: '', segments: { end: 0, width: 256 } as unknown as Segments, store },
    holds: () => Promise.resolve([]),
    record: (body: ErasureBody) => record(body).finally(() => order.push('recorded')),
  };
  return { store, order, erase: (request: Partial<EraseRequest>) => erase({ ...REQUEST, ...request } as EraseRequest, options) };
}

const hiddenOf = (value: string): HiddenValues => ({ recipients: { salt: SALT, value } });

test('on record first, then gone: what could not be recorded is still there', async () => {
  const failing = inMemory([hiddenOf('ada@x.example')], () => Promise.reject(new Error('disk full')));
  await assert.rejects(failing.erase({ subject: 'ada@x.example' }), /disk full/);
  assert.equal(failing.store.pairs.size, 1);
  const { order, store, erase: eraseIn } = inMemory([hiddenOf('ada@x.example')], () => Promise.resolve('9'));
  await eraseIn({ subject: 'ada@x.example' });
  assert.deepEqual([order, store.pairs.size], [['recorded', 'compact', 'written', 'synced', 'compact'], 0]);
});

test('many values are told of in entries that stay small', async () => {
  const told: number[] = [];
  const all = inMemory(
    Array.from({ length: 1_001 }, () => hiddenOf('ada@x.example')),
    (body) => Promise.resolve(String(told.push(body.erased.length))),
  );
  const erased = await all.erase({ subject: 'ada@x.example' });
  assert.deepEqual([told, erased.entries.length, erased.of, all.store.pairs.size], [[1_000, 1], 2, 1_001, 0]);
});

test('a subject is looked for in values, as they read: not in salts, nor in the names of places', async () => {
  const values = [hiddenOf('say "hello" to\nada')];
  const quiet = inMemory(values, () => assert.fail('nothing is to be recorded'));
  for (const subject of ['recipients', 'abcdabcd', '\\"hello']) assert.equal((await quiet.erase({ subject })).of, 0);
  const { erase: eraseIn } = inMemory(values, () => Promise.resolve('9'));
  assert.equal((await eraseIn({ subject: '"hello" to\nada' })).values, 1);
});

test('of places that are not all there none is erased', async () => {
  const { erase: eraseIn, store } = inMemory([hiddenOf('x')], () => assert.fail('nothing is to be recorded'));
  for (const places of [['recipients', 'reason'], ['constructor']])
    await assert.rejects(eraseIn({ entry: 0, places }), {
      code: 'NAME_UNKNOWN',
      message: /no hidden value at (reason|constructor)/,
    });
  assert.equal(store.pairs.size, 1);
});
