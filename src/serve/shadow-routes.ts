// /v1/shadow: what policies that are not in force would have decided otherwise, grouped, with the exchanges to look at.

import type { FastifyInstance } from 'fastify';
import type { CandidateState } from '../rollout/candidate.ts';
import { groupFlips } from '../rollout/flip-groups.ts';
import type { ShadowCounts } from '../rollout/shadow-desk.ts';
import type { EntryIndex } from '../record/entry-index.ts';
import type { Feed, Followed } from '../record/feed.ts';
import { plainText } from '../record/plain-text.ts';
import { answers, COUNT, list, object, orNull, READ_SECURITY, TEXT, TEXTS, TIME } from './api-schema.ts';
import { entriesWith } from './entry-routes.ts';
import type { operatorsOnly } from './operators.ts';

export interface ShadowRouteDeps {
  readonly operators: ReturnType<typeof operatorsOnly>;
  readonly ledger: Followed;
  readonly index: EntryIndex;
  readonly feed: Pick<Feed, 'settled'>;
  readonly shadow: { readonly counts: () => ShadowCounts; readonly candidate: () => CandidateState | null };
}

/** The newest flips that are counted. */
const MAX_FLIPS = 1_000;
const MAX_ERROR_CHARS = 4_000;
const VERDICT = { enum: ['ALLOW', 'ALLOW_LOG', 'CONSTRAIN', 'WAIT', 'BLOCK'] };
const FLIPS = object({
  side: { enum: ['policies', 'candidate'] },
  bundle: TEXT,
  policies: { ...TEXTS, description: 'Those that would have determined; none: nothing would have permitted it.' },
  agent: TEXT,
  action: TEXT,
  was: VERDICT,
  would: VERDICT,
  count: COUNT,
  latest: TIME,
  exchanges: { ...TEXTS, description: 'The newest of them.' },
});
const SHADOW = object({
  counts: object({ judged: COUNT, flips: COUNT, dropped: COUNT, failed: COUNT }),
  candidate: orNull(object({ policiesDir: TEXT, digest: orNull(TEXT), policies: COUNT, error: orNull(TEXT) })),
  flips: { ...list(FLIPS), description: `Of the newest ${MAX_FLIPS}, the most frequent first.` },
  since: { ...orNull(TIME), description: 'The oldest flip counted.' },
});

export function addShadowRoutes(app: FastifyInstance, deps: ShadowRouteDeps): void {
  app.get(
    '/v1/shadow',
    {
      onRequest: deps.operators,
      schema: {
        tags: ['house'],
        summary: 'What shadow policies and the candidate bundle would decide otherwise',
        description: '`counts` are since the start; what was `dropped` was not judged again, because too many waited.',
        security: READ_SECURITY,
        response: answers({ 200: SHADOW }),
      },
    },
    async () => {
      await deps.feed.settled();
      const entries = await entriesWith({ kind: 'type', value: 'shadow' }, deps, MAX_FLIPS);
      const candidate = deps.shadow.candidate();
      return {
        counts: deps.shadow.counts(),
        candidate:
          candidate === null
            ? null
            : { ...candidate, error: candidate.error === null ? null : plainText(candidate.error, MAX_ERROR_CHARS) },
        flips: groupFlips(entries),
        since: entries[0]?.time ?? null,
      };
    },
  );
}
