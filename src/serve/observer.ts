// Tells metrics and the log what happens to exchanges. Secrets are never handed in; what agents wrote is left to the ledger.

import type { Logger } from 'pino';
import type { Decision } from '../enforce/decision.ts';
import type { InterlockError } from '../errors.ts';
import type { Sent } from '../forward/relay.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Principal } from '../identify/principal.ts';
import type { Progress, Recorded } from '../pipeline.ts';
import type { Statistics } from '../record/statistics.ts';
import type { Metrics } from './metrics.ts';

interface ExchangeObserver {
  decided(exchange: Exchange, principal: Principal, decision: Decision, decisionMs: number): void;
  leaving(exchange: Exchange, recorded: Recorded): void;
  finished(exchange: Exchange, recorded: Recorded, sent: Sent): void;
  refused(exchange: Exchange, progress: Progress, error: InterlockError): void;
}

export interface ObserverOptions {
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly statistics: Pick<Statistics, 'leaving'>;
}

export function createObserver({ metrics, log, statistics }: ObserverOptions): ExchangeObserver {
  return {
    decided(exchange, principal, decision, decisionMs) {
      const action = strictestAction(decision);
      metrics.decided(decision.verdict, action, decisionMs / 1_000);
      if (decision.verdict === 'ALLOW') return; // one line a read would drown the rest
      log.info(
        {
          exchange: exchange.id,
          agent: principal.agent,
          session: principal.session,
          action,
          host: exchange.request.authority.host,
          verdict: decision.verdict,
          policies: decision.policies,
        },
        'verdict',
      );
    },
    leaving(exchange, recorded) {
      if (recorded.mustWait) return; // people's time is not the proxy's latency
      const addedMs = performance.now() - exchange.startedMs;
      metrics.leaving(addedMs / 1_000);
      statistics.leaving(addedMs);
    },
    finished(exchange, recorded, sent) {
      if (sent.error === null) return;
      log.warn({ exchange: exchange.id, entry: recorded.entry, code: sent.error.code, error: sent.error.message }, 'upstream');
    },
    refused(exchange, progress, error) {
      if (progress.recorded !== null && error.code === 'POLICY_BLOCKED') return; // told when it was decided
      metrics.refused(error.code);
      log.info(
        {
          exchange: exchange.id,
          agent: progress.principal?.agent ?? null,
          host: exchange.request.authority.host,
          code: error.code,
        },
        'refused',
      );
    },
  };
}

function strictestAction(decision: Decision): string {
  const { judgement } = decision;
  const strictest = judgement.actions.find((judged) => judged.verdict === judgement.verdict) ?? judgement.actions[0];
  return strictest?.action.name ?? 'unknown';
}
