// What the pipeline and the API ask of the ticket book. ticket-book.ts implements it over the ledger's state.

import type { Channel, Choice, Decider, Fate, IdempotencyKey, Offer, Ticket, WaitOutcome } from './ticket.ts';
import type { Grant } from './grant.ts';
import type { RecordedAction, TicketBody } from '../record/entry.ts';
import type { WaitRequirement } from '../decide/judgement.ts';

/** The ticket as it is after the move (of itself, or of a grant that it left), and the first of the moves that were written together. */
export type OnMove = (ticket: Ticket, move: TicketBody['move']) => void;

export interface ParkRequest {
  readonly exchange: string;
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
  /** Null: the vendor knows no such key. `key`: what the request itself has, or null. */
  readonly idempotency: (Omit<IdempotencyKey, 'key'> & { readonly key: string | null }) | null;
  /** What people may choose instead; kept when this opens a ticket. */
  readonly offers: readonly Offer[];
  /** How much beyond this once policy lets approvers give, as grant-scope.ts writes it; null: nothing. */
  readonly scope: string | null;
}

export interface TicketBook {
  /**
   * Spends the grant that an earlier approval left for this binding and that satisfies these waits, if there is one.
   * Atomic: of two identical requests at once one gets it. The `spent` entry is written before this resolves.
   */
  spendGrant(binding: string, waits: readonly WaitRequirement[], exchange: string): Promise<Ticket | null>;
  /**
   * Uses a standing grant that covers this request, if there is one, and gives the ticket that it was given with. Counted atomically: of any
   * number of requests at once no more go than it has uses left. The `used` entry is written before this resolves.
   */
  useStanding(request: Omit<ParkRequest, 'offers'>): Promise<Ticket | null>;
  /** Is there an open ticket for this binding now? */
  isOpen(binding: string): boolean;
  /** Did a try of this binding go out of which nobody knows, yet or for good, what became? */
  isUnsettled(binding: string): boolean;
  /** The open ticket of this binding, pending or approved and not yet used. Nothing is spent. */
  openOf(binding: string): Ticket | undefined;
  /** Would a standing grant cover this request now? Nothing is used. */
  mayStand(request: Omit<ParkRequest, 'offers'>): boolean;
  /**
   * Uses the approval of a model's call for the request that the call announced, where it covers that, and gives the call's ticket. Once a ticket,
   * unless nothing was sent. Whether the request is what the call said is the caller's to see. The `used` entry is written before this resolves.
   */
  useCall(ticket: string, request: Omit<ParkRequest, 'offers'>): Promise<Ticket | null>;
  /** Would it go so now? Nothing is used. */
  mayUseCall(ticket: string, request: Omit<ParkRequest, 'offers'>): boolean;
  /** The open ticket of this binding, or a new one (entry synced). Throws TICKET_LIMIT when the agent or the book is full. */
  open(request: ParkRequest): Promise<Ticket>;
  /**
   * Holds until decided, expired or `holdSeconds` passed. Approval resolves only the newest connected waiter, after the ticket is
   * marked spent in the ledger. `signal` aborts when the client hangs up: the ticket stays open.
   */
  wait(ticket: string, exchange: string, signal: AbortSignal): Promise<WaitOutcome>;
  /** Do the ticket's approvals satisfy these WAIT policies? Asked again just before an approved request is sent. */
  covers(ticket: Ticket, waits: readonly WaitRequirement[]): boolean;
  get(id: string): Ticket | undefined;
  list(filter?: { readonly state?: string; readonly agent?: string }): readonly Ticket[];
  /**
   * Throws TICKET_UNKNOWN, TICKET_STATE (also for a choice that the ticket does not offer, or another than the signers before made), or
   * APPROVER_REFUSED (which is recorded too).
   */
  approve(id: string, by: Decider, channel: Channel, choice?: Choice): Promise<Ticket>;
  /** `reason` is one line of plain text, kept with the ticket and told to the agent. */
  deny(id: string, by: Decider, channel: Channel, reason?: string): Promise<Ticket>;
  /** What became of the exchange that this ticket was spent for. Never rejects. */
  settle(ticket: string, exchange: string, fate: Fate): Promise<void>;
  /** Grants not yet used, and those that stand for a while. */
  grants(): readonly Grant[];
  /**
   * Ends a grant of either kind, on record. `by` null: whoever administers Interlock. Throws TICKET_UNKNOWN, and APPROVER_REFUSED for who may
   * not decide its ticket.
   */
  revokeGrant(id: string, by: Decider | null, channel: Channel): Promise<void>;
  /** Calls back after each move, once it is on disk. Never a reason to wait; what it throws is dropped. Returns how to stop it. */
  watch(onMove: OnMove): () => void;
}
