// What the rooms of the plan book share, and the line in which the moves of one session stand.

import type { Clock, Deadline } from '../approve/clock.ts';
import type { KeyedLock } from '../approve/keyed-lock.ts';
import type { OpenTicketBook } from '../approve/ticket-book.ts';
import type { Action } from '../classify/action.ts';
import type { WaitRequirement } from '../decide/judgement.ts';
import type { Ledger } from '../record/ledger.ts';
import type { Plan } from './plan.ts';
import type { PlanNote, PlanStore } from './plan-store.ts';

export interface PlanLimits {
  readonly plans: number;
  readonly plansPerAgent: number;
}

/** What the rooms of the book share. */
export interface Shelf {
  readonly store: PlanStore;
  /** Every move of a plan, and every proposal, in the line of its session. */
  readonly lock: KeyedLock;
  readonly clock: Clock;
  /** When each accepted plan ends. */
  readonly deadlines: Map<string, Deadline>;
  readonly tickets: Pick<OpenTicketBook, 'open' | 'get' | 'spendGrant' | 'settle' | 'deciderOf' | 'withdraw'>;
  /** Is this name an active user still? */
  readonly standing: (user: string) => boolean;
  readonly keyedDigest: Ledger['keyedDigest'];
  readonly limits: PlanLimits;
  /** Aborts when the book closes. */
  readonly closing: AbortSignal;
  save(plan: Plan, notes: readonly [PlanNote, ...PlanNote[]]): Promise<Plan>;
}

/** A request on the wire, as far as a plan looks at it. */
export interface Taking {
  readonly exchange: string;
  readonly actions: readonly Action[];
  /** Null: it can't be bound, or no step asks for it. */
  readonly binding: string | null;
  /** The binding that a ticket of it would have; null: it needs none. Not the step's: what constraints make of it is what is approved. */
  readonly tried?: string | null;
  /** What must be approved before it may go; empty when nothing must. */
  readonly waits: readonly WaitRequirement[];
}

/** The line of a session. */
export function lineOf({ agent, user, session }: Pick<Plan, 'agent' | 'user' | 'session'>): string {
  return JSON.stringify([agent, user, session]);
}

export function inLine<T>(shelf: Shelf, plan: Pick<Plan, 'agent' | 'user' | 'session'>, work: () => Promise<T>): Promise<T> {
  return shelf.lock(lineOf(plan), work);
}
