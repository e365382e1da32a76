// /v1/reports: replays that were kept, newest first, and each in full.

import type { FastifyInstance } from 'fastify';
import { REPORT_ID, type ReportStore } from '../rollout/report-store.ts';
import { answers, COUNT, list, mapOf, object, orNull, READ_SECURITY, type Schema, TEXT, TEXTS, TIME } from './api-schema.ts';
import type { operatorsOnly } from './operators.ts';

export interface ReportRouteDeps {
  readonly operators: ReturnType<typeof operatorsOnly>;
  readonly reports: Pick<ReportStore, 'list' | 'read'>;
}

const VERDICT: Schema = { enum: ['ALLOW', 'ALLOW_LOG', 'CONSTRAIN', 'WAIT', 'BLOCK'] };
const COUNTS = object({ ALLOW: COUNT, ALLOW_LOG: COUNT, CONSTRAIN: COUNT, WAIT: COUNT, BLOCK: COUNT });
const FLIP = object({
  entry: COUNT,
  time: TIME,
  agent: TEXT,
  action: TEXT,
  resource: TEXT,
  from: VERDICT,
  to: VERDICT,
  policiesBefore: TEXTS,
  policiesAfter: TEXTS,
  reason: TEXT,
  cause: { enum: ['candidate', 'elsewhere', 'unknown'] },
  doubts: { ...TEXTS, description: 'Facts that are not on record whole.' },
});
const GROUPS = list(object({ key: TEXT, flips: COUNT, moves: mapOf(COUNT), examples: list(FLIP) }));
const FIGURES = {
  candidate: { ...TEXT, description: 'The digest of the candidate.' },
  judged: COUNT,
  flips: COUNT,
  flipsOfCandidate: COUNT,
  since: orNull(TIME),
  until: orNull(TIME),
};
const HEAD = { id: TEXT, at: TIME, directory: { ...TEXT, description: 'The candidate, as the command was given it.' } };
const REPORT = object({
  ...HEAD,
  version: { const: 1 },
  report: object({
    ...FIGURES,
    inForce: orNull(TEXT),
    skipped: COUNT,
    otherPolicies: COUNT,
    doubtful: COUNT,
    before: COUNTS,
    after: COUNTS,
    byPolicy: GROUPS,
    byAgent: GROUPS,
    byAction: GROUPS,
    byDay: GROUPS,
  }),
});

export function addReportRoutes(app: FastifyInstance, deps: ReportRouteDeps): void {
  const shared = { tags: ['house'], security: READ_SECURITY };
  app.get(
    '/v1/reports',
    {
      onRequest: deps.operators,
      schema: {
        ...shared,
        summary: 'Reports of replays that were kept, newest first',
        description: '`interlock policy replay --keep` makes one. The newest 20 are kept.',
        response: answers({ 200: object({ reports: list(object({ ...HEAD, ...FIGURES })) }) }),
      },
    },
    async () => {
      const kept = await deps.reports.list();
      return {
        reports: kept.map(({ id, at, directory, report }) => {
          const { candidate, judged, flips, flipsOfCandidate, since, until } = report;
          return { id, at, directory, candidate, judged, flips, flipsOfCandidate, since, until };
        }),
      };
    },
  );
  app.get<{ Params: { readonly id: string } }>(
    '/v1/reports/:id',
    {
      onRequest: deps.operators,
      schema: {
        ...shared,
        summary: 'A report in full',
        params: object({ id: { type: 'string', pattern: REPORT_ID } }),
        response: answers({ 200: REPORT }, 404, 500),
      },
    },
    async ({ params }) => deps.reports.read(params.id),
  );
}
