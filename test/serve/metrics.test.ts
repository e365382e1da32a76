// Metrics: counted right, read when asked for, and bounded whatever the labels are.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from '../../src/serve/metrics.ts';

test('exchanges by verdict and action, with both latencies', async () => {
  const metrics = createMetrics();
  metrics.decided('ALLOW', 'http.read', 0.0002);
  metrics.decided('ALLOW', 'http.read', 0.0002);
  metrics.decided('BLOCK', 'http.write', 0.5);
  metrics.leaving(0.003);
  metrics.refused('POLICY_BLOCKED');
  const text = await metrics.render();
  assert.match(text, /interlock_requests_total\{verdict="ALLOW",action="http\.read"\} 2/);
  assert.match(text, /interlock_requests_total\{verdict="BLOCK",action="http\.write"\} 1/);
  assert.match(text, /interlock_decision_seconds_bucket\{le="0\.00025"\} 2/);
  assert.match(text, /interlock_added_latency_seconds_count 1/);
  assert.match(text, /interlock_refusals_total\{code="POLICY_BLOCKED"\} 1/);
});

test('sources are read at each scrape', async () => {
  const metrics = createMetrics();
  let pending = 1;
  assert.match(await metrics.render(), /interlock_ledger_lag_entries 0/);
  metrics.watch({
    tickets: () => ({ pending, grants: 2, waiting: 3 }),
    ledger: () => ({ lag: 4, size: 5 }),
    bodyBytes: () => 11,
    sinks: () => ({ siem: { lag: 12, up: false } }),
  });
  metrics.watch({ pools: () => ({ open: 6, busy: 1 }), caches: () => ({ leaf: { entries: 7, hits: 8, misses: 9 } }) });
  pending = 10;
  const text = await metrics.render();
  for (const line of [
    'interlock_tickets_open{state="pending"} 10',
    'interlock_tickets_open{state="approved"} 2',
    'interlock_exchanges_held 3',
    'interlock_body_memory_bytes 11',
    'interlock_export_lag_entries{sink="siem"} 12',
    'interlock_export_up{sink="siem"} 0',
    'interlock_ledger_lag_entries 4',
    'interlock_ledger_entries 5',
    'interlock_upstream_connections{state="open"} 6',
    'interlock_cache_entries{cache="leaf"} 7',
    'interlock_cache_hits{cache="leaf"} 8',
    'interlock_cache_misses{cache="leaf"} 9',
  ])
    assert.ok(text.includes(line), line);
});

test('labels are bounded: past the limit everything new is `other`', async () => {
  const metrics = createMetrics();
  for (let i = 0; i < 1_000; i += 1) {
    metrics.decided('ALLOW', `made.up-${i}`, 0);
    metrics.refused(`CODE_${i}`);
  }
  const text = await metrics.render();
  assert.equal(text.match(/^interlock_requests_total\{/gm)?.length, 201);
  assert.match(text, /interlock_requests_total\{verdict="ALLOW",action="other"\} 800/);
  assert.equal(text.match(/^interlock_refusals_total\{/gm)?.length, 101);
});

test('two gateways in one process do not share counters', async () => {
  const [one, two] = [createMetrics(), createMetrics()];
  one.refused('X');
  assert.ok(!(await two.render()).includes('code="X"'));
});
