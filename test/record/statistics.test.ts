// Counts over time: in the right bucket, bounded, and the same after a restart.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStatistics, KEPT_MINUTES } from '../../src/record/statistics.ts';
import { countMs, percentileMs } from '../../src/record/latency.ts';
import { verdictOf } from './sample-bodies.ts';
import type { Entry, VerdictBody } from '../../src/record/entry.ts';

const NOW = Date.UTC(2026, 0, 10, 12, 30, 30);

function entryAt(ms: number, change: Partial<VerdictBody> = {}): Entry {
  return { version: 1, sequence: 0, time: new Date(ms).toISOString(), previous: '', body: verdictOf('x', change) };
}

test('verdicts fall into the minute they were judged in, and add up by step', () => {
  const statistics = createStatistics(() => NOW);
  statistics.count(entryAt(NOW));
  statistics.count(entryAt(NOW - 60_000, { verdict: 'BLOCK', agent: 'b' }));
  statistics.count(entryAt(NOW - 60_000, { verdict: 'WAIT', agent: 'b' }));
  statistics.count(entryAt(NOW - 3 * 3_600_000));
  statistics.count(entryAt(NOW - KEPT_MINUTES * 60_000 - 1));
  const hour = statistics.view(60, 1);
  assert.equal(hour.buckets.length, 60);
  assert.equal(hour.buckets.at(-1)?.at, '2026-01-10T12:30:00.000Z');
  assert.equal(hour.buckets.at(-1)?.verdicts.ALLOW, 1);
  assert.deepEqual([hour.buckets.at(-2)?.verdicts.BLOCK, hour.buckets.at(-2)?.verdicts.WAIT], [1, 1]);
  assert.deepEqual(hour.agents, [
    { name: 'b', count: 2, blocked: 1, waiting: 1 },
    { name: 'support-bot', count: 1, blocked: 0, waiting: 0 },
  ]);
  assert.deepEqual(hour.actions, [{ name: 'email.send', count: 3, blocked: 1, waiting: 1 }]);
  const day = statistics.view(1_440, 60).buckets;
  assert.equal(
    day.reduce((sum, { verdicts }) => sum + verdicts.ALLOW, 0),
    2,
  );
});

test('what is kept beside the index is the same counts after a restart; what is too old goes', () => {
  let now = NOW;
  const statistics = createStatistics(() => now);
  statistics.count(entryAt(NOW));
  statistics.leaving(3);
  const kept = statistics
    .changes()
    .flatMap((change): Array<readonly [string, string]> => ('put' in change ? [[change.put, change.value]] : []));
  assert.deepEqual(statistics.changes(), []);
  const again = createStatistics(() => now);
  again.load(kept);
  assert.deepEqual(again.view(60, 1), statistics.view(60, 1));
  now += (KEPT_MINUTES + 20) * 60_000;
  assert.deepEqual(
    again.changes().map((change) => 'del' in change && change.del.slice(0, 3)),
    ['s:m', 's:t'],
  );
});

test('policies that decided are counted by their ids, within bounds, and kept; what was kept before has none', () => {
  const statistics = createStatistics(() => NOW);
  statistics.count(entryAt(NOW, { policies: ['a', 'b'] }));
  statistics.count(entryAt(NOW - 3_600_000, { policies: ['a'] }));
  const told = (each = statistics, minutes = 1_440) => [...each.decidedBy(minutes)].toSorted();
  assert.deepEqual(told(), [
    ['a', 2],
    ['b', 1],
  ]);
  assert.deepEqual(told(statistics, 10), [
    ['a', 1],
    ['b', 1],
  ]);
  const again = createStatistics(() => NOW);
  again.load(
    statistics
      .changes()
      .flatMap((change): Array<readonly [string, string]> => ('put' in change ? [[change.put, change.value]] : [])),
  );
  assert.deepEqual(told(again), told());
  const old = createStatistics(() => NOW);
  old.load([[`s:t:${Math.floor(NOW / 600_000) * 10}`, '[[],[]]']]);
  assert.deepEqual(told(old), []);
  for (let i = 0; i < 3_000; i += 1) old.count(entryAt(NOW, { policies: [`p${i}`] }));
  assert.equal(old.decidedBy(60).size, 2_000);
});

test('many names are counted as one', () => {
  const statistics = createStatistics(() => NOW);
  for (let i = 0; i < 300; i += 1) statistics.count(entryAt(NOW, { agent: `agent-${i}` }));
  const { agents } = statistics.view(60, 1);
  assert.deepEqual(agents[0], { name: 'other', count: 200, blocked: 0, waiting: 0 });
  assert.equal(agents.length, 50);
});

test('percentiles are within ten percent', () => {
  const latency = { bins: new Map<number, number>() };
  assert.equal(percentileMs([latency], 0.5), null);
  for (let ms = 1; ms <= 1_000; ms += 1) countMs(latency, ms);
  for (const [share, expected] of [
    [0.5, 500],
    [0.99, 990],
  ] as const) {
    const found = percentileMs([latency], share) ?? 0;
    assert.ok(Math.abs(found - expected) / expected < 0.1, `${share}: ${found}`);
  }
  countMs(latency, 0);
  countMs(latency, 1e9);
});
