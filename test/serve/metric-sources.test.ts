// What Prometheus shows of the rooms: read at each question, never kept.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metricSources } from '../../src/serve/metric-sources.ts';

test('pools and caches are what the rooms say at the moment they are asked', () => {
  let open = 1;
  const sources = metricSources({
    upstream: { stats: () => ({ pools: 1, http2Sessions: 0, open, busy: 0 }) },
    judge: { memo: { size: 2, hits: 3, misses: 4 } },
    budget: { used: 8 },
    beside: { counts: { judged: 1, flips: 2, dropped: 3, failed: 4 } },
    enforcement: 'monitor',
    leaves: { stats: () => ({ size: 5, hits: 6, issued: 7 }) },
  });
  assert.deepEqual(sources.caches?.(), {
    decisions: { entries: 2, hits: 3, misses: 4 },
    leaves: { entries: 5, hits: 6, misses: 7 },
  });
  assert.equal(sources.bodyBytes?.(), 8);
  assert.equal(sources.enforcing?.(), false);
  assert.equal(sources.shadow?.().dropped, 3);
  open = 9;
  assert.equal(sources.pools?.().open, 9);
});
