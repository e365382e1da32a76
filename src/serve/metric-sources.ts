// What is read from the rooms only when Prometheus asks.

import type { ReloadableJudge } from '../decide/judge-engine.ts';
import type { Upstream } from '../forward/outgoing.ts';
import type { Enforcement } from '../config/config.ts';
import type { ShadowDesk } from '../rollout/shadow-desk.ts';
import type { MemoryBudget } from '../http/memory-budget.ts';
import type { LeafCache } from '../tls/leaf-cache.ts';
import type { MetricSources } from './metrics.ts';

interface MetricRooms {
  readonly beside: Pick<ShadowDesk, 'counts'>;
  readonly enforcement: Enforcement;
  readonly upstream: Pick<Upstream, 'stats'>;
  readonly judge: Pick<ReloadableJudge, 'memo'>;
  readonly leaves: Pick<LeafCache, 'stats'>;
  readonly budget: Pick<MemoryBudget, 'used'>;
}

export function metricSources({ upstream, judge, leaves, budget, beside, enforcement }: MetricRooms): MetricSources {
  return {
    pools: () => upstream.stats(),
    enforcing: () => enforcement === 'enforce',
    shadow: () => beside.counts,
    bodyBytes: () => budget.used,
    caches() {
      const { size, hits, misses } = judge.memo;
      const certificates = leaves.stats();
      return {
        decisions: { entries: size, hits, misses },
        leaves: { entries: certificates.size, hits: certificates.hits, misses: certificates.issued },
      };
    },
  };
}
