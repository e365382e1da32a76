// A plan: steps that an agent means to take, judged before the first of them runs, and what it has taken of them so far.

import type { Approval, Channel } from '../approve/ticket.ts';
import type { EntityRef, Facts } from '../classify/action.ts';
import type { Verdict, WaitRequirement } from '../decide/judgement.ts';

/** `waiting`: for people. `accepted`: in force. All others are ends. */
export type PlanState = 'waiting' | 'accepted' | 'rejected' | 'denied' | 'expired' | 'revoked' | 'completed';

/** How far a request's fact may differ from the step's. */
export type Bound =
  /** A whole number from 0 up to this one. */
  | { readonly atMost: number }
  /** A text that is one of these, or a list with no other members. */
  | { readonly within: readonly string[] }
  /** Whatever it is, or not there at all. */
  | { readonly any: true };

/** One action that a step allows. */
export interface StepPattern {
  readonly action: string;
  readonly resource: EntityRef;
  /** INVARIANT: every fact of the request is here, or has a bound; a fact that nobody was shown is never approved with it. */
  readonly facts: Facts;
  readonly bounds: Readonly<Record<string, Bound>>;
}

export interface PlanStep {
  /** One line of plain text in the agent's words; may be empty. */
  readonly title: string;
  readonly kind: 'typed' | 'request';
  /** Steps of one group may be taken in any order; groups stand in theirs. */
  readonly group: number;
  readonly optional: boolean;
  /** How often it may be taken. */
  readonly times: number;
  /** As many as the actions of its request. */
  readonly patterns: readonly StepPattern[];
  /** Of a request without bounds: the binding of this one and no other (approve/binding.ts). */
  readonly binding: string | null;
  readonly verdict: Verdict;
  readonly policies: readonly string[];
  readonly reason: string;
  readonly waits: readonly WaitRequirement[];
}

/** One taking of one step. What was given back is gone from the list, and on record. */
export interface StepUse {
  /** Its place in the plan, from 0. */
  readonly step: number;
  readonly exchange: string;
  readonly at: string;
  readonly fate: 'sent' | 'confirmed' | 'unknown' | 'refused';
  /** The binding that a ticket of this request would have, where it had to be approved. */
  readonly tried?: string;
}

export interface Plan {
  /** `p_` and 128 random bits in base32. */
  readonly id: string;
  readonly agent: string;
  readonly user: string | null;
  readonly session: string | null;
  readonly title: string;
  readonly state: PlanState;
  readonly steps: readonly PlanStep[];
  readonly uses: readonly StepUse[];
  /** From its acceptance. */
  readonly lifetimeSeconds: number;
  readonly createdAt: string;
  /** Of one that waits its ticket's end. */
  readonly expiresAt: string;
  readonly ticket: string | null;
  readonly approvals: readonly Approval[];
  /** Who ended it, and why, where somebody did. */
  readonly endedBy: string | null;
  readonly note: string;
}

/** The door through which a plan was moved. */
export type PlanChannel = Channel | 'proxy' | 'clock';

export const PLAN_STATES: readonly PlanState[] = ['waiting', 'accepted', 'rejected', 'denied', 'expired', 'revoked', 'completed'];

export function isOpenPlan({ state }: Pick<Plan, 'state'>): boolean {
  return state === 'waiting' || state === 'accepted';
}
