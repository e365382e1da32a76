// The life of a ticket, as a table: what may follow what.

import { InterlockError } from '../errors.ts';
import type { Ticket, TicketState } from './ticket.ts';

/**
 * `pending → pending` is one approver of several. `pending → spent` is an approval while the caller still holds the line.
 * `approved` is a grant: one later request may go. The other three are ends; `spent → spent` tells what became of the request, and
 * `spent → approved` gives back what was surely never sent (outcomes.ts).
 */
const MOVES: Readonly<Record<TicketState, readonly TicketState[]>> = {
  pending: ['pending', 'approved', 'spent', 'denied', 'expired'],
  approved: ['spent', 'expired'],
  denied: [],
  expired: [],
  spent: ['spent', 'approved'],
};

/** INVARIANT: a spent ticket moves once more, when it is known what became of what it let out. */
export function canMove({ state, outcome }: Pick<Ticket, 'state' | 'outcome'>, to: TicketState): boolean {
  return MOVES[state].includes(to) && (state !== 'spent' || outcome === 'sent');
}

/** Pending or a grant not yet used: it counts against the limits and can still let something out. */
export function isOpen(ticket: Ticket): boolean {
  return ticket.state === 'pending' || ticket.state === 'approved';
}

/** Until it ends; 0 once it has. */
export function secondsLeft(ticket: Ticket, nowMs: number = Date.now()): number {
  return isOpen(ticket) ? Math.max(0, Math.ceil((Date.parse(ticket.expiresAt) - nowMs) / 1000)) : 0;
}

/** Why it was taken back before its time was over, in the house's own words; null for one that was not. */
export function withdrawnFor({ state, denial }: Pick<Ticket, 'state' | 'denial'>): string | null {
  return state === 'expired' ? denial : null;
}

/** It let a request out, and nobody knows (yet, or for good) what became of that. */
export function isUnsettled(ticket: Ticket): boolean {
  return ticket.state === 'spent' && (ticket.outcome === 'sent' || ticket.outcome === 'unknown');
}

/** The moved ticket. Throws TICKET_STATE, telling who was first, when the table does not have the move (threats D7, D8). */
export function moveTicket(
  ticket: Ticket,
  to: TicketState,
  change: Partial<Omit<Ticket, 'id' | 'state' | 'binding'>> = {},
): Ticket {
  if (!canMove(ticket, to)) throw ticketStateError(ticket);
  return { ...ticket, ...change, state: to };
}

export function ticketStateError(ticket: Ticket): InterlockError {
  return new InterlockError('TICKET_STATE', `ticket ${ticket.id} is ${describe(ticket)}: nothing more can be decided about it`);
}

function describe(ticket: Ticket): string {
  const approvers = [...new Set(ticket.approvals.map((approval) => approval.user))].join(', ');
  switch (ticket.state) {
    case 'pending':
      return 'pending';
    case 'approved':
      return `already approved by ${approvers}`;
    case 'spent':
      return `already approved by ${approvers} and used`;
    case 'denied':
      return `already denied by ${ticket.deniedBy ?? 'an approver'}`;
    case 'expired':
      return withdrawnFor(ticket) === null ? `expired since ${ticket.expiresAt}` : `withdrawn (${ticket.denial})`;
  }
}
