// What the rooms of the ticket book share, and the one step through which every ticket moves.

import { deadlineAt, isPast } from './clock.ts';
import { readScope } from './scope.ts';
import { isOpen, isUnsettled } from './ticket-states.ts';
import { InterlockError } from '../errors.ts';
import type { Approvers } from './approvers.ts';
import type { Clock, Deadline } from './clock.ts';
import { earlierElsewhere, elsewhereWarning, type TriedElsewhere } from './earlier-try.ts';
import type { KeyedLock } from './keyed-lock.ts';
import type { OpenTickets } from './open-tickets.ts';
import type { StandingGrant } from './standing-grant.ts';
import type { MoveNote, TicketStore } from './ticket-store.ts';
import type { Ticket } from './ticket.ts';
import type { OnMove } from './tickets.ts';
import type { Waiters } from './waiters.ts';

export interface Book {
  readonly store: TicketStore;
  /** The one open ticket (pending, or a grant) of a binding. */
  readonly openByBinding: Map<string, string>;
  /** Counts of those that are open. */
  readonly open: OpenTickets;
  /** The exchange that each spent ticket was spent for, until it is known what became of it. */
  readonly sending: Map<string, string>;
  /** The binding of each exchange that goes out under a standing grant or by an approved call. */
  readonly standingSends: Map<string, string>;
  /** The exchange that goes, or went, by each approved call's ticket. */
  readonly usedCalls: Map<string, string>;
  /** By binding, the newest ticket that was spent and of whose request nobody knows (yet, or for good) what became. */
  readonly unsettled: Map<string, string>;
  /** Who else lets requests out that a ticket may be about. */
  readonly elsewhere: Set<TriedElsewhere>;
  /** When each open ticket and each standing grant ends. */
  readonly deadlines: Map<string, Deadline>;
  readonly waiters: Waiters;
  readonly approvers: Approvers;
  readonly clock: Clock;
  /** Every move of a ticket happens in the line of its binding. */
  readonly lock: KeyedLock;
  readonly approvals: { readonly holdSeconds: number; readonly ticketSeconds: number; readonly grantSeconds: number };
  readonly limits: { readonly tickets: number; readonly ticketsPerAgent: number };
  /** Told of each move. */
  readonly watchers: Set<OnMove>;
  /** Aborts when the book closes: what could not be recorded till then is left as it is. */
  readonly closing: AbortSignal;
  /** Told when a ticket ends, so that its kept body goes too. */
  readonly dropBody: (ticket: string) => Promise<void>;
  /** Told of each new deadline, so that the alarm rings no later. */
  readonly onDeadline: (deadline: Deadline) => void;
}

/**
 * Writes the moved ticket with its entries, then lets the rest of the book know. Call it in the line of the ticket's binding.
 * INVARIANT: no one is told of a move (waiter, approver, agent) before its entry is on disk.
 */
export async function save(
  book: Book,
  ticket: Ticket,
  notes: readonly [MoveNote, ...MoveNote[]],
  deadline?: Deadline,
  left?: StandingGrant,
): Promise<Ticket> {
  try {
    await book.store.save(ticket, notes, left);
  } finally {
    // Also when only a later note failed: the ticket has moved then (see TicketStore.save).
    if (book.store.tickets.get(ticket.id) === ticket) {
      index(book, ticket, deadline);
      if (left !== undefined) indexStanding(book, left);
      tellWatchers(book, ticket, notes[0].move);
    }
  }
  return ticket;
}

/** INVARIANT: called once the move's entry is on disk. */
export function tellWatchers(book: Pick<Book, 'watchers'>, ticket: Ticket, move: MoveNote['move']): void {
  for (const onMove of book.watchers) {
    try {
      onMove(ticket, move);
    } catch {
      // Whoever watches is never a reason for a ticket not to move.
    }
  }
}

export function index(book: Book, ticket: Ticket, deadline: Deadline | undefined): void {
  noteUnsettled(book, ticket);
  book.open.see(ticket);
  if (isOpen(ticket)) {
    book.openByBinding.set(ticket.binding, ticket.id);
    if (deadline === undefined) return;
    book.deadlines.set(ticket.id, deadline);
    book.onDeadline(deadline);
    return;
  }
  if (book.openByBinding.get(ticket.binding) === ticket.id) book.openByBinding.delete(ticket.binding);
  book.deadlines.delete(ticket.id);
  book.dropBody(ticket.id).catch(() => undefined);
}

/** Call it oldest first. */
export function noteUnsettled({ unsettled }: Pick<Book, 'unsettled'>, ticket: Ticket): void {
  if (isUnsettled(ticket)) unsettled.set(ticket.binding, ticket.id);
  else if (unsettled.get(ticket.binding) === ticket.id) unsettled.delete(ticket.binding);
}

/** A restart, or a wall clock that was set back, gives it no longer life than its scope says. */
export function indexStanding(book: Book, grant: StandingGrant): void {
  const seconds = readScope(grant.scope)?.seconds ?? 0;
  const deadline = deadlineAt(book.clock, grant.expiresAt, seconds);
  book.deadlines.set(grant.id, deadline);
  book.onDeadline(deadline);
}

/** Throws TICKET_UNKNOWN. */
export function knownTicket(book: Book, id: string): Ticket {
  const ticket = book.store.tickets.get(id);
  if (ticket !== undefined) return ticket;
  throw new InterlockError('TICKET_UNKNOWN', 'there is no such ticket: `interlock tickets list` shows those there are');
}

export function isOverdue(book: Book, ticket: Ticket): boolean {
  const deadline = book.deadlines.get(ticket.id);
  return isOpen(ticket) && (deadline === undefined || isPast(book.clock, deadline));
}

/**
 * The ticket as people see it: overdue is expired, also in the moment before the entry that says so is written; and while it waits they are
 * warned of a try that went out meanwhile.
 */
export function asSeen(book: Book, ticket: Ticket): Ticket {
  if (isOverdue(book, ticket)) return { ...ticket, state: 'expired', grant: false };
  if (ticket.state !== 'pending' || ticket.warning !== null) return ticket;
  const other = earlierElsewhere(book, ticket.binding);
  return other === null ? ticket : { ...ticket, warning: elsewhereWarning(other) };
}
