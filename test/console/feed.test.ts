// The feed's list: order, outcomes, no doubles, a bound, and the same filters as the API's.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fits, MOST_ROWS, withEntry, withOlder } from '../../console/model/feed.ts';
import type { FeedEntry } from '../../console/model/shapes.ts';
import { feedEntry } from '../support/console-data.ts';

const outcome = (sequence: number, exchange: string): FeedEntry =>
  feedEntry(sequence, { type: 'outcome', exchange, verdict: null, status: 201, result: 'sent', durationMs: 9 });

test('newest first, each once, and no more than fit', () => {
  let rows: readonly FeedEntry[] = [];
  for (const sequence of [1, 3, 2, 3]) rows = withEntry(rows, feedEntry(sequence));
  assert.deepEqual(
    rows.map((row) => row.sequence),
    [3, 2, 1],
  );
  for (let sequence = 4; sequence < MOST_ROWS + 20; sequence += 1) rows = withEntry(rows, feedEntry(sequence));
  assert.equal(rows.length, MOST_ROWS);
  assert.equal(rows[0]?.sequence, MOST_ROWS + 19);
});

test("an outcome goes into its verdict's row, live and from a page", () => {
  const verdict = feedEntry(7, { exchange: 'x', status: null, result: null, durationMs: null });
  assert.deepEqual(
    withEntry([verdict], outcome(8, 'x')).map((row) => [row.sequence, row.status]),
    [[7, 201]],
  );
  assert.deepEqual(withEntry([verdict], outcome(8, 'other'))[0]?.status, null);
  assert.deepEqual(
    withOlder([], [outcome(8, 'x'), verdict]).map((row) => [row.sequence, row.status]),
    [[7, 201]],
  );
  assert.equal(withOlder([verdict], [verdict]).length, 1);
});

test('filters: a verdict, an action, and text in what is shown', () => {
  const entry = feedEntry(1, {
    verdict: 'BLOCK',
    actions: ['payment.refund'],
    agent: 'a',
    host: 'h.example',
    path: '/Refunds',
    reason: null,
  });
  for (const filters of [
    {},
    { verdict: 'BLOCK' },
    { action: 'payment.refund' },
    { q: 'refunds' },
    { agent: 'a', host: 'h.example' },
  ])
    assert.ok(fits(entry, filters), JSON.stringify(filters));
  for (const filters of [{ verdict: 'WAIT' }, { action: 'payment' }, { agent: 'b' }, { host: 'h' }, { q: 'nowhere' }])
    assert.ok(!fits(entry, filters), JSON.stringify(filters));
});
