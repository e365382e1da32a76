// The control socket's routes that read the ledger: pages to hand on, a search, counts.

import type { FastifyInstance } from 'fastify';
import type { PageRequest } from '../export/page.ts';
import { FILTER_KINDS } from '../record/entry-filter.ts';
import { KEPT_MINUTES } from '../record/statistics.ts';
import { body, result } from './control-route.ts';
import type { StatisticsQuery } from './ledger-desk.ts';
import type { LedgerSearch } from './ledger-search.ts';
import type { Operator } from './operator.ts';

const VALUES = { type: 'array', items: { type: 'string', maxLength: 256 }, minItems: 1, maxItems: 100 } as const;
const FILTER = {
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(FILTER_KINDS.map(({ kind }) => [kind, VALUES])),
} as const;
const COUNT = { type: 'integer', minimum: 0 } as const;
const MAYBE = { ...COUNT, nullable: true } as const;
/** A page is waited for less long than a silent gateway counts as gone (control-client.ts). */
const MAX_WAIT_MS = 30_000;

export function addReadingRoutes(app: FastifyInstance, operator: Operator): void {
  app.post<{ Body: PageRequest }>(
    '/readLedger',
    body({
      from: COUNT,
      count: { type: 'integer', minimum: 1 },
      filter: FILTER,
      values: { enum: ['open', 'revealed'] },
      waitMs: { ...COUNT, maximum: MAX_WAIT_MS },
    }),
    ({ body: request, raw }) => {
      // Who has gone is not waited for.
      const left = new AbortController();
      raw.socket.once('close', () => left.abort());
      return result(operator.readLedger(request, left.signal));
    },
  );
  app.post<{ Body: { ms: number } }>('/sequenceAt', body({ ms: { type: 'integer' } }), ({ body: { ms } }) =>
    result(operator.sequenceAt(ms)),
  );
  app.post<{ Body: LedgerSearch }>(
    '/searchEntries',
    body({
      filter: FILTER,
      text: { type: 'string', maxLength: 200, nullable: true },
      before: MAYBE,
      limit: { type: 'integer', minimum: 1, maximum: 200 },
      since: { type: 'integer', nullable: true },
      until: { type: 'integer', nullable: true },
    }),
    ({ body: search }) => result(operator.searchEntries(search)),
  );
  app.post<{ Body: StatisticsQuery }>(
    '/ledgerStatistics',
    body({
      minutes: { ...COUNT, minimum: 1, maximum: KEPT_MINUTES },
      stepMinutes: { ...COUNT, minimum: 1, maximum: KEPT_MINUTES },
    }),
    ({ body: query }) => result(operator.ledgerStatistics(query)),
  );
}
