// What came of a case, beside what should have: all that a report tells of it.

import type { Action } from '../classify/action.ts';
import type { CaseExpectation } from './case.ts';
import type { Judgement, Verdict } from './judgement.ts';

export interface Difference {
  /** `verdict`, `policies`, …, `error`. */
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

export interface CaseOutcome {
  /** Empty: it came out as written. */
  readonly differences: readonly Difference[];
  /** Those that decided, sorted. */
  readonly policies: readonly string[];
  /** With the facts as they were judged; none for a case about a person. */
  readonly actions: readonly Action[];
  /** What could not be known when it was tried. */
  readonly notes: readonly string[];
}

/** As much of an answer as every case about an agent's request asks for. */
export interface CaseAnswer {
  readonly verdict: Verdict;
  readonly policies: readonly string[];
  readonly constraints: readonly string[];
  readonly approvers: readonly string[];
  readonly reason: string;
  /** Evaluation errors: a case can't expect one, because it looks like a BLOCK by policy. */
  readonly errors: readonly string[];
}

/** `verdict` differs from the judgement's where the constraints were carried out. */
export function answerOf(judgement: Judgement, verdict = judgement.verdict, reason = judgement.reason): CaseAnswer {
  return {
    verdict,
    reason,
    policies: judgement.policies,
    constraints: judgement.constraints.map((constraint) => constraint.name).toSorted(),
    approvers: [...new Set(judgement.waits.flatMap((wait) => wait.approvers))].toSorted(),
    errors: judgement.actions.flatMap((action) => action.errors),
  };
}

export function compareAnswer(
  expected: CaseExpectation & { readonly policies: readonly string[] },
  answer: CaseAnswer,
): Difference[] {
  const reasonFits = expected.reason === null || answer.reason.includes(expected.reason);
  return [
    ...differs('verdict', expected.verdict, answer.verdict),
    ...differs('policies', expected.policies.join(', '), answer.policies.join(', ')),
    ...differs('constraints', expected.constraints.join(', '), answer.constraints.join(', ')),
    ...differs('approvers', expected.approvers.join(', '), answer.approvers.join(', ')),
    ...(reasonFits ? [] : [{ what: 'reason', expected: `…${expected.reason}…`, actual: answer.reason }]),
    ...answer.errors.map(evaluationError),
  ];
}

export function differs(what: string, expected: string, actual: string): Difference[] {
  return expected === actual
    ? []
    : [{ what, expected: expected === '' ? 'none' : expected, actual: actual === '' ? 'none' : actual }];
}

export function evaluationError(error: string): Difference {
  return { what: 'evaluation', expected: 'no error', actual: `evaluation error: ${error}` };
}

/** A case that could not be tried at all. */
export function untried(problem: string): CaseOutcome {
  return { differences: [{ what: 'case', expected: 'to be tried', actual: problem }], policies: [], actions: [], notes: [] };
}

/** One line, as a finding has it. */
export function describeDifference({ what, expected, actual }: Difference): string {
  return `${what} is ${actual}, expected ${expected}`;
}
