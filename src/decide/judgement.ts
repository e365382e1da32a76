// What Cedar and the annotations of the determining policies come to, for one exchange.

import type { Action } from '../classify/action.ts';
import type { BudgetUse } from '../budget/meter.ts';
import type { Constraint } from './constraint.ts';

/** Strictest last. INVARIANT: the order of this list is the order of strictness. */
export const VERDICTS = ['ALLOW', 'ALLOW_LOG', 'CONSTRAIN', 'WAIT', 'BLOCK'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What else an approval of a model's call is for: the one request that the call announces. */
export type Covers = 'request';

/** One WAIT policy that matched: `quorum` distinct approvers of its groups satisfy it, and every one must be satisfied. */
export interface WaitRequirement {
  readonly policy: string;
  readonly reason: string;
  readonly approvers: readonly string[];
  /** Distinct people, 1 unless the policy says more. */
  readonly quorum: number;
  /** What its `@grant` lets approvers give beyond this once, as grant-scope.ts writes it. Absent: nothing. */
  readonly grant?: string;
  /** What its `@covers` makes an approval of a model's call an approval of as well. Absent: nothing. */
  readonly covers?: Covers;
}

export interface ActionJudgement {
  readonly action: Action;
  readonly verdict: Verdict;
  /** Determining policies, sorted. Empty: no permit matched (deny by default) or an evaluation error. */
  readonly policies: readonly string[];
  readonly constraints: readonly Constraint[];
  readonly waits: readonly WaitRequirement[];
  /** What the WAIT policies offer approvers instead. */
  readonly offers: readonly Constraint[];
  /** One plain sentence with facts filled in, from the policies that made the verdict. */
  readonly reason: string;
  /** Evaluation errors; any of them means BLOCK. */
  readonly errors: readonly string[];
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Digest of the bundle that decided. */
  readonly bundle: string;
  readonly actions: readonly ActionJudgement[];
  /** Of the strictest action: what people and agents are told. */
  readonly reason: string;
  readonly policies: readonly string[];
  readonly constraints: readonly Constraint[];
  readonly waits: readonly WaitRequirement[];
  readonly offers: readonly Constraint[];
  /** What it uses of the bundle's budgets, as it was judged. Absent: nothing of any. */
  readonly budget?: BudgetUse;
}
