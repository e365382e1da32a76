// What is spent counts for the whole window from then on, and no longer than a 96th of it more; a day ends where its time zone's clocks say.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bucketAt } from '../../src/budget/window.ts';

test('a sliding window never frees early, and at most a 96th late', () => {
  const lengths = fc.integer({ min: 1, max: 92 * 1440 }).map((minutes) => minutes * 60_000);
  fc.assert(
    fc.property(lengths, fc.integer({ min: 0, max: 4_102_444_800_000 }), (lengthMs, nowMs) => {
      const late = bucketAt({ kind: 'sliding', lengthMs }, nowMs).untilMs - (nowMs + lengthMs);
      assert.ok(late > 0 && late <= Math.ceil(lengthMs / 96), String(late));
    }),
  );
});

test('a day of 23 hours, one of 25, one that begins at 01:00, and weeks from Monday', () => {
  const end = (timezone: string, now: string, period: 'day' | 'week' | 'month' = 'day'): string => {
    const { id, untilMs } = bucketAt({ kind: 'calendar', period, timezone }, Date.parse(now));
    return `${id} ${new Date(untilMs).toISOString()}`;
  };
  assert.equal(end('Europe/Berlin', '2026-03-29T00:30:00Z'), '2026-03-29 2026-03-29T22:00:00.000Z');
  assert.equal(end('Europe/Berlin', '2026-10-24T22:30:00Z'), '2026-10-25 2026-10-25T23:00:00.000Z');
  assert.equal(end('Africa/Cairo', '2026-04-23T12:00:00Z'), '2026-04-23 2026-04-23T22:00:00.000Z');
  assert.equal(end('UTC', '2026-11-29T23:59:59Z', 'week'), '2026-11-23 2026-11-30T00:00:00.000Z');
  assert.equal(end('UTC', '2026-12-05T00:00:00Z', 'month'), '2026-12-01 2027-01-01T00:00:00.000Z');
});
