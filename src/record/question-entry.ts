// The entry of a question: what was asked before acting, and what was told. It never looks like something that was done.

import type { Judgement, Verdict } from '../decide/judgement.ts';
import type { WrittenRequest } from '../http/written-request.ts';
import type { Principal } from '../identify/principal.ts';
import type { QuestionBody } from './entry.ts';
import type { Ledger } from './ledger.ts';
import { headDigest, recordedActions } from './verdict-entry.ts';

export interface RecordedQuestion {
  readonly question: string;
  readonly given: QuestionBody['given'];
  readonly verdict: Verdict;
  /** Null: it could not be judged, or was not. */
  readonly judgement: Judgement | null;
  readonly rejudged: Judgement | null;
  readonly changed: readonly string[];
  readonly reason: string;
  readonly code: string | null;
  readonly ticket: string | null;
  readonly written: WrittenRequest | null;
  /** What was read of its body; null when nothing was judged. */
  readonly judgedBytes: Buffer | null;
}

export function questionBody(asked: RecordedQuestion, principal: Principal, digest: Ledger['keyedDigest']): QuestionBody {
  const { judgement, rejudged, written, judgedBytes } = asked;
  return {
    type: 'question',
    question: asked.question,
    given: asked.given,
    agent: principal.agent,
    user: principal.user,
    session: principal.session,
    verdict: asked.verdict,
    actions: judgement === null ? [] : recordedActions(judgement, digest),
    bundle: judgement?.bundle ?? null,
    policies: judgement?.policies ?? [],
    reason: asked.reason,
    code: asked.code,
    constraints: judgement?.constraints.map((constraint) => constraint.name) ?? [],
    changed: asked.changed,
    substitute: rejudged === null ? [] : recordedActions(rejudged, digest),
    ticket: asked.ticket,
    headDigest: written === null ? null : headDigest(written.view, digest),
    // INVARIANT: as the request's own verdict has it (verdict-entry.ts), so that the two can be found by each other.
    bodyDigest: judgedBytes === null || judgedBytes.length === 0 ? null : digest(judgedBytes),
  };
}
