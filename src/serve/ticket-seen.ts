// A ticket as one user sees it: may they decide it, and how long is left.

import type { OpenTicketBook } from '../approve/ticket-book.ts';
import type { Ticket } from '../approve/ticket.ts';
import { secondsLeft } from '../approve/ticket-states.ts';
import { InterlockError } from '../errors.ts';
import type { UserRecord } from '../identify/directory.ts';

export interface SeenTicket extends Ticket {
  /** It waits, and policy lets this user decide it. */
  readonly mayDecide: boolean;
  /** Until it ends; 0 once it has. */
  readonly secondsLeft: number;
}

type Book = Pick<OpenTicketBook, 'get' | 'list' | 'mayDecide'>;

export function seenBy(user: UserRecord, ticket: Ticket, tickets: Book, nowMs: number = Date.now()): SeenTicket | null {
  const may = tickets.mayDecide(user, ticket);
  // Who may decide it, and who asked, who may look and not decide.
  if (!may && ticket.user !== user.name) return null;
  return { ...ticket, mayDecide: may && ticket.state === 'pending', secondsLeft: secondsLeft(ticket, nowMs) };
}

/** INVARIANT: a ticket that one may not see and one that there is not are the same answer (threat D2). Throws TICKET_UNKNOWN. */
export function visibleTicket(id: string, user: UserRecord, tickets: Book): SeenTicket {
  const ticket = tickets.get(id);
  const seen = ticket === undefined ? null : seenBy(user, ticket, tickets);
  if (seen === null) throw noTicket();
  return seen;
}

export function noTicket(): InterlockError {
  return new InterlockError('TICKET_UNKNOWN', 'there is no such ticket');
}

/** What waits first, by the time left; then the rest, newest first. */
export function byTimeLeft(one: SeenTicket, other: SeenTicket): number {
  const waits = (ticket: SeenTicket): number => (ticket.state === 'pending' ? 0 : 1);
  if (waits(one) !== waits(other)) return waits(one) - waits(other);
  if (waits(one) === 0) return Date.parse(one.expiresAt) - Date.parse(other.expiresAt);
  return Date.parse(other.createdAt) - Date.parse(one.createdAt);
}
