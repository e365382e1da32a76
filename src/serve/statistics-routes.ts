// /v1/stats: verdicts, added latency, actions and agents over time, from counts that are kept as things happen.

import type { FastifyInstance } from 'fastify';
import type { Named, Statistics } from '../record/statistics.ts';
import { answers, COUNT, list, object, orNull, part, READ_SECURITY, type Schema, TEXT, TIME } from './api-schema.ts';
import { InterlockError } from '../errors.ts';
import type { operatorsOnly } from './operators.ts';

export interface StatisticsRouteDeps {
  readonly operators: ReturnType<typeof operatorsOnly>;
  readonly statistics: Pick<Statistics, 'view'>;
}

/** Minutes. */
const WINDOWS: Readonly<Record<string, { readonly minutes: number; readonly step: number }>> = {
  '1h': { minutes: 60, step: 1 },
  '24h': { minutes: 1_440, step: 10 },
  '7d': { minutes: 10_080, step: 60 },
};
const MAX_BUCKETS = 1_500;

const VERDICT_COUNTS = object({ ALLOW: COUNT, ALLOW_LOG: COUNT, CONSTRAIN: COUNT, WAIT: COUNT, BLOCK: COUNT });
const MS: Schema = orNull({ type: 'number', minimum: 0 });
const STATISTICS = object({
  buckets: list(object({ at: TIME, verdicts: VERDICT_COUNTS, p50Ms: MS, p99Ms: MS })),
  actions: list(object({ action: TEXT, count: COUNT, blocked: COUNT })),
  agents: list(object({ agent: TEXT, count: COUNT, blocked: COUNT, waiting: COUNT })),
  totals: object({ count: COUNT, verdicts: VERDICT_COUNTS }),
});

export function addStatisticsRoutes(app: FastifyInstance, deps: StatisticsRouteDeps): void {
  app.get<{ Querystring: { readonly window?: string; readonly step?: number } }>(
    '/v1/stats',
    {
      onRequest: deps.operators,
      schema: {
        tags: ['ledger'],
        summary: 'Verdicts, added latency, actions and agents over time',
        description:
          'Exchanges, by the minute they were judged in. `p50Ms` and `p99Ms` are what Interlock itself added before a request left, measured since ' +
          'this data folder was first followed, and null where none left. `waiting` counts exchanges that had to wait for people.',
        security: READ_SECURITY,
        querystring: part({
          window: { enum: Object.keys(WINDOWS) },
          step: { type: 'integer', minimum: 60, maximum: 86_400, multipleOf: 60, description: 'Seconds in a bucket.' },
        }),
        response: answers({ 200: STATISTICS }),
      },
    },
    async ({ query }) => {
      const window = WINDOWS[query.window ?? '1h'];
      const step = query.step === undefined ? window?.step : query.step / 60;
      if (window === undefined || step === undefined || window.minutes / step > MAX_BUCKETS)
        throw new InterlockError('USAGE', `that makes more than ${MAX_BUCKETS} buckets: take a larger step`);
      return statisticsOf(deps.statistics, window.minutes, step);
    },
  );
}

function statisticsOf(statistics: Pick<Statistics, 'view'>, minutes: number, step: number): object {
  const { buckets, actions, agents } = statistics.view(minutes, step);
  const sum = (verdict: keyof (typeof buckets)[number]['verdicts']): number =>
    buckets.reduce((total, { verdicts }) => total + verdicts[verdict], 0);
  const verdicts = {
    ALLOW: sum('ALLOW'),
    ALLOW_LOG: sum('ALLOW_LOG'),
    CONSTRAIN: sum('CONSTRAIN'),
    WAIT: sum('WAIT'),
    BLOCK: sum('BLOCK'),
  };
  return {
    buckets,
    actions: actions.map(({ name, count, blocked }: Named) => ({ action: name, count, blocked })),
    agents: agents.map(({ name, count, blocked, waiting }: Named) => ({ agent: name, count, blocked, waiting })),
    totals: { count: Object.values(verdicts).reduce((total, count) => total + count, 0), verdicts },
  };
}
