// One question from beginning to end: whose it is, what would come of it, whether it waits, and its entry before its answer.

import { InterlockError } from '../errors.ts';
import type { Principal } from '../identify/principal.ts';
import type { Ledger } from '../record/ledger.ts';
import { questionBody } from '../record/question-entry.ts';
import { askAhead, type Ahead, type AheadDeps } from './ahead.ts';
import { failed } from './finding.ts';
import { judgeQuestion, type JudgeQuestionDeps } from './judge-question.ts';
import type { Asked } from './question.ts';
import { type Told, told } from './told.ts';

export interface AskDeps extends JudgeQuestionDeps, Omit<AheadDeps, 'judge' | 'wishes' | 'inspectBytes'> {
  readonly ledger: Ledger;
}

export interface Answered extends Told {
  /** Set when it could not be judged, or was not: what the transport may say with a status of its own. */
  readonly refused: InterlockError | null;
}

/** `id` is the question's own. Throws RECORD_FAILED: INVARIANT: no answer is given that is not on record. */
export async function ask(asked: Asked, principal: Principal, id: string, deps: AskDeps): Promise<Answered> {
  const foreign = foreignSubject(asked, principal);
  const finding = foreign === null ? await judgeQuestion(asked, principal, deps) : failed(foreign);
  const ahead = await askAhead(finding, asked, principal, id, deps);
  const entry = await record(ahead, asked, principal, id, deps);
  const { decision, context } = told(ahead, asked.obligations, entry);
  // The answer is policy's, as the entry of the request will have it; that nobody holds the agent to it is said beside it.
  return {
    decision,
    context: deps.enforcement === 'monitor' ? { ...context, enforcement: 'monitor' } : context,
    refused: foreign,
  };
}

/** INVARIANT: nobody asks as another: what others may do is not this agent's to know (threats D2, D14). */
export function foreignSubject({ subject }: Pick<Asked, 'subject'>, { agent }: Principal): InterlockError | null {
  if (subject === null || (subject.type.toLowerCase() === 'agent' && subject.id === agent)) return null;
  return new InterlockError(
    'QUESTION_FORBIDDEN',
    'the subject is not the agent that asks: leave it out, or name {"type": "Agent", "id": …} of the proxy token',
  );
}

async function record(ahead: Ahead, asked: Asked, principal: Principal, id: string, { ledger }: AskDeps): Promise<string> {
  const { finding, ticket, problem } = ahead;
  const body = questionBody(
    {
      question: id,
      given: asked.question.kind,
      verdict: finding.verdict,
      judgement: finding.judgement,
      rejudged: finding.decision?.rejudged ?? null,
      changed: finding.decision?.substitute?.changed ?? [],
      reason: finding.reason,
      code: finding.code ?? problem?.code ?? null,
      ticket: ticket?.id ?? null,
      written: finding.written,
      judgedBytes: finding.decision?.proposal.body.bytes ?? null,
    },
    principal,
    ledger.keyedDigest,
  );
  // Nothing was done: a power cut may take it, a crash of the process may not.
  return (await ledger.append(body, 'written')).entry;
}
