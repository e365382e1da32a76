// Exchanges and outcomes in the index, over several batches, and what is left of them once their entries are dropped.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { openLedger, type OpenLedger } from '../../src/record/chain.ts';
import { type EntryIndex, INDEX_FOLDER, openEntryIndex } from '../../src/record/entry-index.ts';
import { openLevelStore } from '../../src/record/store.ts';
import { outcomeOf, verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

const EXCHANGES = 600;
const BATCH = 70;
const ALL = Number.MAX_SAFE_INTEGER;

interface Indexed {
  readonly folder: string;
  readonly ledger: OpenLedger;
  readonly index: EntryIndex;
  /** Sequences of each exchange's verdict and outcome. */
  readonly made: ReadonlyMap<string, readonly [verdict: number, outcome: number]>;
}

/** Outcomes come in another order than their verdicts, many in a later batch of the index. */
async function indexed(t: TestContext): Promise<Indexed> {
  const folder = temporaryFolder(t);
  const ledger = await openLedger({ dataDir: folder, version: 'test' });
  const verdicts = new Map<string, number>();
  const made = new Map<string, readonly [number, number]>();
  const end = async (exchange: string, verdict: number): Promise<void> => {
    ledger.note(outcomeOf(exchange, String(verdict)));
    await ledger.flush();
    made.set(exchange, [verdict, ledger.size - 1]);
    verdicts.delete(exchange);
  };
  for (let i = 0; i < EXCHANGES; i += 1) {
    const exchange = `x0123456789ab-${i.toString(36)}`;
    const { entry } = await ledger.append(verdictOf(exchange), 'written');
    if (i % 3 === 0) await end(exchange, Number(entry));
    else verdicts.set(exchange, Number(entry));
  }
  for (const [exchange, verdict] of [...verdicts].toReversed()) await end(exchange, verdict);
  const index = await openEntryIndex(folder, ledger);
  for await (const entry of ledger.entries(0, ledger.size)) {
    index.collect(entry);
    if (index.next % BATCH === 0) await index.write([]);
  }
  await index.write([]);
  t.after(() => ledger.close());
  return { folder, ledger, index, made };
}

async function exchangeOf(index: EntryIndex, value: string, below = ALL, limit = 10): Promise<number[]> {
  return index.newest({ kind: 'exchange', value }, below, limit);
}

test('every exchange has its own entries and no others, and every verdict its outcome', async (t) => {
  const { ledger, index, made } = await indexed(t);
  for (const [exchange, [verdict, outcome]] of made) {
    assert.deepEqual(await exchangeOf(index, exchange), [outcome, verdict], exchange);
    // Newer keys that it shares may have none of it: as many as are wanted are found all the same.
    assert.deepEqual(await exchangeOf(index, exchange, ALL, 1), [outcome], exchange);
    assert.equal((await index.outcomeOf(verdict))?.result, 'sent', exchange);
  }
  assert.equal(made.size, EXCHANGES);
  const [exchange, [verdict, outcome]] = [...made].at(-1) ?? ['', [0, 0]];
  assert.deepEqual(await exchangeOf(index, exchange, outcome), [verdict]);
  assert.deepEqual(await exchangeOf(index, exchange, verdict), []);
  assert.deepEqual(await exchangeOf(index, `${exchange}_`), []);
  assert.equal(await index.outcomeOf(outcome), null);
  assert.equal(await index.outcomeOf(ledger.size + 10), null);
  await index.close();
});

test('of what was dropped nothing is found any more, and the rest still is', async (t) => {
  const folder = temporaryFolder(t);
  const ledger = await openLedger({ dataDir: folder, version: 'test' });
  const index = await openEntryIndex(folder, ledger);
  // Entry 0 is the start: exchange i has 1 + 2i and 2 + 2i.
  for (let i = 0; i < 200; i += 1) {
    const { entry } = await ledger.append(verdictOf(`x0-${i.toString(36)}`), 'written');
    ledger.note(outcomeOf(`x0-${i.toString(36)}`, entry));
  }
  await ledger.flush();
  for await (const entry of ledger.entries(0, ledger.size)) {
    index.collect(entry);
    if (index.next % 40 === 0) await index.write([]);
  }
  await index.write([]);
  await index.forget([{ from: 0, to: 160 }]);
  for (let i = 0; i < 200; i += 1) {
    const [found, outcome] = [await exchangeOf(index, `x0-${i.toString(36)}`), await index.outcomeOf(1 + 2 * i)];
    // The key of the 80th has some that are kept, and stays as long as they do.
    if (i < 72) assert.deepEqual([found, outcome], [[], null], String(i));
    if (i >= 80) assert.deepEqual([found, outcome?.status], [[2 + 2 * i, 1 + 2 * i], 200], String(i));
  }
  await index.close();
  await ledger.close();
});

test('an index of an earlier form is made anew', async (t) => {
  const { folder, index, ledger } = await indexed(t);
  const { size } = index;
  await index.close();
  const store = await openLevelStore(folder, { create: false, folder: INDEX_FOLDER });
  const place = await store.get('m:place');
  await store.close();
  const again = await openEntryIndex(folder, ledger);
  assert.equal(again.size, size);
  await again.close();
  const older = await openLevelStore(folder, { create: false, folder: INDEX_FOLDER });
  await older.write([{ put: 'm:place', value: (place ?? '').replace(/^\d+/, '3') }], false);
  await older.close();
  const anew = await openEntryIndex(folder, ledger);
  assert.equal(anew.size, 0);
  await anew.close();
});
