// Lines that skip to each other find what all of them have, in as many reads as the shortest one needs and not as the longest has entries.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findEntries } from '../../src/record/entry-query.ts';
import type { Entry } from '../../src/record/entry.ts';
import { meeting } from '../../src/record/meeting.ts';
import type { Term } from '../../src/record/entry-terms.ts';
import { verdictOf } from './sample-bodies.ts';

const term = (value: string): Term => ({ kind: 'agent', value });

/** An index of these lists, each ascending, which gives whole postings of `posting` entries. It counts. */
function indexOf(
  lists: Readonly<Record<string, readonly number[]>>,
  posting = 1,
): { reads: number; numbers: number; stretch(one: Term, below: number, least: number): Promise<number[]> } {
  return {
    reads: 0,
    numbers: 0,
    async stretch({ value }, below, least) {
      this.reads += 1;
      const list = lists[value] ?? [];
      let [low, end] = [0, list.length];
      while (low < end) {
        const middle = (low + end) >>> 1;
        if ((list[middle] ?? 0) < below) low = middle + 1;
        else end = middle;
      }
      const from = Math.max(0, Math.floor((end - least) / posting) * posting);
      const found = list.slice(from, end).toReversed();
      this.numbers += found.length;
      return found;
    },
  };
}

async function all(lists: Readonly<Record<string, readonly number[]>>, floor: number, posting: number): Promise<number[]> {
  const lines = meeting(Object.keys(lists).map(term), indexOf(lists, posting), 10_000);
  const found: number[] = [];
  for (let at = 1_000; ; ) {
    const step = await lines.atMost(at, floor);
    assert.equal(step.exhausted, false);
    if (step.found === null) return found;
    found.push(step.found);
    at = step.found - 1;
  }
}

test('what every line has is found, newest first, and nothing below the floor', async () => {
  const list = fc.uniqueArray(fc.nat({ max: 300 }), { maxLength: 200 }).map((found) => found.toSorted((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(
      fc.array(list, { minLength: 1, maxLength: 4 }),
      fc.nat(100),
      fc.integer({ min: 1, max: 40 }),
      async (lists, floor, posting) => {
        const named = Object.fromEntries(lists.map((one, i) => [`t${i}`, one]));
        const [first = [], ...others] = lists;
        const expected = first.filter((one) => one >= floor && others.every((other) => other.includes(one)));
        assert.deepEqual(await all(named, floor, posting), expected.toReversed());
      },
    ),
    { numRuns: 150 },
  );
});

test('of several values of one line any will do, each entry is found once, and none is passed over', async () => {
  const list = fc
    .uniqueArray(fc.nat({ max: 300 }), { maxLength: 200, size: 'max' })
    .map((found) => found.toSorted((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(fc.tuple(list, list, list), list, fc.integer({ min: 1, max: 40 }), async (lists, other, posting) => {
      const index = indexOf({ ...Object.fromEntries(lists.map((one, i) => [`t${i}`, one])), other }, posting);
      const lines = meeting([{ ...term('t0'), or: ['t1', 't2', 't1'] }, term('other')], index, 10_000);
      const found: number[] = [];
      for (let step = await lines.atMost(1_000, 0); step.found !== null; step = await lines.atMost(step.found - 1, 0))
        found.push(step.found);
      assert.deepEqual(found, other.filter((one) => lists.some((any) => any.includes(one))).toReversed());
    }),
    { numRuns: 50 },
  );
});

test('two rare values among many entries cost a few reads, not a walk through all of them', async () => {
  const common = Array.from({ length: 100_000 }, (_, i) => i);
  const index = indexOf({ rare: common.filter((i) => i % 10_000 === 0), seldom: common.filter((i) => i % 7_000 === 3) });
  const lines = meeting([{ ...term('rare'), or: ['seldom'] }], index, 400);
  let found = 0;
  for (let step = await lines.atMost(99_999, 0); step.found !== null; step = await lines.atMost(step.found - 1, 0)) found += 1;
  assert.equal(found, 25);
  assert.ok(index.reads <= 10 && index.numbers <= 75, `${index.reads} reads of ${index.numbers}`);
});

test('a rare term beside a common one costs as many reads as the rare one has entries, not the common one', async () => {
  const common = Array.from({ length: 100_000 }, (_, i) => i);
  const rare = common.filter((i) => i % 10_000 === 0);
  const index = indexOf({ common, rare });
  const lines = meeting([term('common'), term('rare')], index, 400);
  let found = 0;
  for (let at = 99_999; at >= 0; found += 1) {
    const step = await lines.atMost(at, 0);
    if (step.found === null) break;
    at = step.found - 1;
  }
  assert.equal(found, 10);
  assert.ok(index.reads < 20, `${index.reads} reads`);
  assert.ok(index.numbers < 200, `${index.numbers} sequences`);
});

test('a line that leads is read in long stretches', async () => {
  const long = Array.from({ length: 20_000 }, (_, i) => i);
  const index = indexOf({ long });
  const lines = meeting([term('long')], index, 400);
  for (let at = 19_999; at >= 0; at -= 1) assert.equal((await lines.atMost(at, 0)).found, at);
  assert.ok(index.reads < 100, `${index.reads} reads`);
});

test('who takes too many reads says where to go on, and a page does', async () => {
  const even = Array.from({ length: 60_000 }, (_, i) => 2 * i);
  const odd = [0, ...even.map((i) => i + 1)];
  const exhausted = await meeting([term('even'), term('odd')], indexOf({ even, odd }), 10).atMost(120_000, 0);
  assert.deepEqual([exhausted.found, exhausted.exhausted], [null, true]);
  assert.ok(exhausted.at > 0 && exhausted.at < 120_000);
  const pages: number[] = [];
  const found: number[] = [];
  const ledger = {
    size: 120_001,
    get: async (sequence: number): Promise<Entry> => ({
      version: 1,
      sequence,
      time: new Date(Date.UTC(2026, 0, 1) + sequence * 1000).toISOString(),
      previous: '',
      body: verdictOf(`x${sequence}`),
    }),
    async *entries() {
      yield* [];
    },
    tail: async () => [],
  };
  const index = { ...indexOf({ even, odd }), around: async () => ({ low: 0, high: 120_001 }) };
  const query = { terms: [term('even'), term('odd')], limit: 5, since: null, until: null, matches: () => true };
  for (let before: number | null = null, first = true; first || before !== null; first = false) {
    const page: Awaited<ReturnType<typeof findEntries>> = await findEntries({ ...query, before }, { ledger, index });
    found.push(...page.entries.map(({ sequence }) => sequence));
    before = page.next;
    if (before !== null) pages.push(before);
  }
  assert.deepEqual(found, [0]);
  assert.ok(pages.length > 0);
  assert.deepEqual(
    pages,
    pages.toSorted((a, b) => b - a),
  );
});

test('the index is not read below the time that is asked for', async () => {
  const index = { ...indexOf({ a: [1, 2, 3], b: [4, 5, 6] }), around: async () => ({ low: 4, high: 5 }) };
  const ledger = {
    size: 10,
    get: async () => assert.fail('nothing is found'),
    async *entries() {
      yield* [];
    },
    tail: async () => [],
  };
  const query = { terms: [term('b'), term('a')], before: null, limit: 5, since: 1, until: null, matches: () => true };
  assert.deepEqual(await findEntries(query, { ledger, index }), { entries: [], next: null });
  assert.ok(index.reads <= 2);
});
