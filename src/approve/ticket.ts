// A parked action awaiting sign-off, and the one later use that an approval may leave.

import type { RecordedAction } from '../record/entry.ts';
import type { WaitRequirement } from '../decide/judgement.ts';

export type TicketState = 'pending' | 'approved' | 'denied' | 'expired' | 'spent';

/** The door that a decision came through. */
export type Channel = 'cli' | 'api' | 'console' | 'slack';

/** Who decides: proved here by their token, or already by the door (a console session, a signed Slack interaction). */
export type Decider = { readonly token: string } | { readonly user: string };

export interface Approval {
  readonly user: string;
  readonly at: string;
  readonly channel: Channel;
  /** The WAIT policies that this approval satisfies. */
  readonly policies: readonly string[];
  /** Given for as much as the ticket's `scope` allows, not for this request alone. */
  readonly scope: boolean;
}

/** A constraint that may be approved instead of the request as it is, tried out when the request was parked. */
export interface Offer {
  /** Its name in constraints.yaml. */
  readonly constraint: string;
  /** What it changes, in plain words. Never empty. */
  readonly changed: readonly string[];
  /** What would be sent, as judged again. */
  readonly actions: readonly RecordedAction[];
}

/** What an approver chooses besides yes. */
export interface Choice {
  /** The name of an offer's constraint: its substitute is approved, not the request. */
  readonly edit?: string;
  /** Also what the ticket's `scope` covers, for later requests. */
  readonly scope?: boolean;
}

/** Where it stands in the request (`Idempotency-Key`, or a member of the JSON body), and its value. */
export interface IdempotencyKey {
  readonly at: 'header' | 'body';
  readonly name: string;
  readonly key: string;
}

/** Of a denial's reason: it is read by people, and by agents in a refusal. */
export const MAX_DENIAL_CHARS = 300;

export interface Ticket {
  /** 128 random bits, `t_` and base32 (threat D2). */
  readonly id: string;
  readonly state: TicketState;
  /** Digest of what the approval is for (see binding.ts). */
  readonly binding: string;
  readonly agent: string;
  readonly user: string | null;
  readonly session: string | null;
  readonly actions: readonly RecordedAction[];
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly reason: string;
  readonly waits: readonly WaitRequirement[];
  readonly approvals: readonly Approval[];
  readonly deniedBy: string | null;
  /** Why, in the words of who denied it: one line of plain text, or null. Of an expired one: why it was withdrawn. */
  readonly denial: string | null;
  readonly createdAt: string;
  /** When a pending ticket expires, or, once approved with nobody connected, its grant does. */
  readonly expiresAt: string;
  /** The exchange that opened it. */
  readonly exchange: string;
  /** Approved and not yet used: one later request with the same binding may go. */
  readonly grant: boolean;
  /** What the bundle offers instead of the request as it is. */
  readonly offers: readonly Offer[];
  /** The offer that the first approver chose, which every later signature is for; null: the request as it is. */
  readonly edit: string | null;
  /** What policy lets approvers give beyond this once, as its `@grant` says: `session 10m target`. Null: nothing. */
  readonly scope: string | null;
  /** What whoever decides has to know: an earlier try went out and nobody knows what became of it, say. */
  readonly warning: string | null;
  /** By which the vendor does it once, however often it is asked: the first try's own, or one that was made up. Null: it knows none. */
  readonly idempotency: IdempotencyKey | null;
  /** Of the one request that it let out. */
  readonly outcome: 'sent' | 'confirmed' | 'unknown' | null;
}

/**
 * `confirmed`: the upstream answered, or a model's call was handed over. `unknown`: it was written, and nobody can tell what came of it.
 * `unsent`: the connection failed before a byte was written. `refused`: it was stopped here after the approval was spent.
 */
export type Fate = 'confirmed' | 'unknown' | 'unsent' | 'refused';

/** How a held exchange's wait came to its end. */
export type WaitOutcome =
  | { readonly kind: 'approved'; readonly ticket: Ticket }
  | { readonly kind: 'denied'; readonly ticket: Ticket }
  | { readonly kind: 'expired'; readonly ticket: Ticket }
  /** holdSeconds passed: answer natively, the ticket stays open. */
  | { readonly kind: 'held-out'; readonly ticket: Ticket }
  /** A newer waiter of the same binding took this one's place. */
  | { readonly kind: 'superseded'; readonly ticket: Ticket };
