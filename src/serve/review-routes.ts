// /v1/bundle/findings and /v1/bundle/coverage: what the checker says of the bundle in force, and which policies its cases and traffic show deciding.

import type { FastifyInstance } from 'fastify';
import type { BundleFinding } from '../decide/bundle-finding.ts';
import type { Policy } from '../decide/policy.ts';
import { plainText } from '../record/plain-text.ts';
import type { Statistics } from '../record/statistics.ts';
import type { BundleReview } from '../rollout/review-bundle.ts';
import type { ReviewDesk } from '../rollout/review-desk.ts';
import { answers, COUNT, list, object, orNull, READ_SECURITY, type Schema, TEXT } from './api-schema.ts';
import type { operatorsOnly } from './operators.ts';

export interface ReviewRouteDeps {
  readonly operators: ReturnType<typeof operatorsOnly>;
  readonly review: Pick<ReviewDesk, 'look'>;
  readonly bundle: () => { readonly digest: string; readonly policies: readonly Policy[] };
  readonly statistics: Pick<Statistics, 'decidedBy'>;
}

const WAIT_MS = 4_000;
const MAX_TEXT_CHARS = 1_000;
/** Days whose traffic is counted. */
const LIVE_DAYS = 7;

const STATE: Readonly<Record<string, Schema>> = {
  digest: TEXT,
  state: { enum: ['ready', 'running', 'failed'], description: '`running`: ask again. It is worked out once for each digest.' },
  problem: { ...orNull(TEXT), description: 'Why it `failed`; the next request tries again.' },
};
const FINDING = object({
  file: TEXT,
  line: COUNT,
  column: COUNT,
  severity: { enum: ['error', 'warning'] },
  rule: TEXT,
  message: TEXT,
  fix: TEXT,
  policy: { ...orNull(TEXT), description: 'The id of the policy in force that it is about.' },
});
const FINDINGS = object({
  ...STATE,
  findings: list(FINDING),
  omitted: { ...COUNT, description: 'Findings beyond those listed.' },
  cases: { ...COUNT, description: 'Cases of the bundle that were tried.' },
  failed: { ...COUNT, description: 'Those that came out otherwise than they say.' },
});
const PERCENT: Schema = { ...COUNT, maximum: 100, description: 'Whole percent, rounded down.' };
const COVERED = { policies: COUNT, decided: COUNT, percent: PERCENT };
const COVERAGE = object({
  ...STATE,
  cases: COUNT,
  coverage: orNull(
    object({
      ...COVERED,
      files: list(object({ file: TEXT, ...COVERED, undecided: list(object({ id: TEXT, line: COUNT })) })),
    }),
  ),
  live: {
    ...list(object({ id: TEXT, count: COUNT })),
    description: `How often each policy in force was among the determining ones in the last ${LIVE_DAYS} days. A policy that decided nothing has 0.`,
  },
});

export function addReviewRoutes(app: FastifyInstance, deps: ReviewRouteDeps): void {
  const route = (summary: string, description: string, answer: Schema) => ({
    onRequest: deps.operators,
    schema: { tags: ['house'], summary, description, security: READ_SECURITY, response: answers({ 200: answer }, 404, 500) },
  });
  app.get(
    '/v1/bundle/findings',
    route('What `policy check` finds in the bundle in force', 'With its cases, as they were when it was loaded.', FINDINGS),
    async () => {
      const { policies } = deps.bundle();
      const { head, review } = await reviewOf(deps);
      return {
        ...head,
        findings: (review?.findings ?? []).map((finding) => toldFinding(finding, policies)),
        omitted: review?.omitted ?? 0,
        cases: review?.cases ?? 0,
        failed: review?.failed ?? 0,
      };
    },
  );
  app.get(
    '/v1/bundle/coverage',
    route('Which policies no case shows deciding', 'And how often each decided traffic.', COVERAGE),
    async () => {
      const { policies } = deps.bundle();
      const { head, review } = await reviewOf(deps);
      const counts = deps.statistics.decidedBy(LIVE_DAYS * 24 * 60);
      const live = policies.filter(({ shadow }) => !shadow).map(({ id }) => ({ id, count: counts.get(id) ?? 0 }));
      return { ...head, cases: review?.cases ?? 0, coverage: review?.coverage ?? null, live };
    },
  );
}

interface Looked {
  readonly head: { readonly digest: string; readonly state: string; readonly problem: string | null };
  readonly review: BundleReview | null;
}

async function reviewOf({ bundle, review }: ReviewRouteDeps): Promise<Looked> {
  const { digest } = bundle();
  const looked = await review.look(digest, WAIT_MS);
  const problem = looked.state === 'failed' ? plainText(looked.problem, MAX_TEXT_CHARS) : null;
  return { head: { digest, state: looked.state, problem }, review: looked.state === 'ready' ? looked.review : null };
}

function toldFinding(finding: BundleFinding, policies: readonly Policy[]): object {
  const { file, line, message, fix } = finding;
  const about = policies.find(
    (policy) => policy.file === file && line >= policy.line && line < policy.line + policy.text.split('\n').length,
  );
  return {
    ...finding,
    file: plainText(file, MAX_TEXT_CHARS),
    message: plainText(message, MAX_TEXT_CHARS),
    fix: plainText(fix, MAX_TEXT_CHARS),
    policy: about?.id ?? null,
  };
}
