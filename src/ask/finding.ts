// What came of a question, before it is recorded and told.

import type { Judgement, Verdict } from '../decide/judgement.ts';
import type { Decision } from '../enforce/decision.ts';
import type { Rehearsal } from '../enforce/rehearse.ts';
import { type ErrorCode, toInterlockError } from '../errors.ts';
import type { WrittenRequest } from '../http/written-request.ts';

export interface Finding {
  readonly verdict: Verdict;
  readonly reason: string;
  /** Null when it could not be judged. */
  readonly judgement: Judgement | null;
  /** Of a raw request that the wire would open. */
  readonly decision: Decision | null;
  readonly written: WrittenRequest | null;
  readonly unknown: Rehearsal['unknown'];
  readonly code: ErrorCode | null;
}

const NOTHING = { judgement: null, decision: null, written: null, unknown: null, code: null };

export function judged(judgement: Judgement, written: WrittenRequest | null = null): Finding {
  return { ...NOTHING, verdict: judgement.verdict, reason: judgement.reason, judgement, written };
}

export function rehearsed({ decision, unknown }: Rehearsal, written: WrittenRequest): Finding {
  const { verdict, reason, judgement } = decision;
  return { ...NOTHING, verdict, reason, judgement, decision, written, unknown };
}

/** INVARIANT: whatever goes wrong is a BLOCK, as it would be on the wire (fail closed). */
export function failed(thrown: unknown, written: WrittenRequest | null = null): Finding {
  const { code, message } = toInterlockError(thrown);
  return { ...NOTHING, verdict: 'BLOCK', reason: message, written, code };
}

/** It would have been another verdict, but this stands in its way. */
export function stopped(finding: Finding, thrown: unknown): Finding {
  const { code, message } = toInterlockError(thrown);
  return { ...finding, verdict: 'BLOCK', reason: message, code };
}
