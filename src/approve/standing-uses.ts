// How standing grants are used, counted, and ended: each step in the grant's own line, with its entry and its state in one synced batch.

import { tellWatchers } from './book.ts';
import { isPast } from './clock.ts';
import { mightApprove } from './might-approve.ts';
import { missing } from './requirements.ts';
import { isUnsettledBinding } from './outcomes.ts';
import { fits } from './standing-fit.ts';
import type { Book } from './book.ts';
import type { StandingGrant } from './standing-grant.ts';
import type { MoveNote } from './ticket-store.ts';
import type { Ticket } from './ticket.ts';
import type { ParkRequest } from './tickets.ts';

/** So many answers may be missing under one grant, an agent with a server of its own loses them at will (threat D11): then people are asked. */
const MAX_OPEN_SENDS = 100;

type Asked = Omit<ParkRequest, 'offers'>;

/**
 * See TicketBook.useStanding.
 * INVARIANT: a request of which an earlier try may have taken effect needs a person, whatever grant stands (threat D7).
 * INVARIANT: of any number of requests at once no more go than there are uses left: they stand in the grant's line, and one use is on disk
 * before the next one looks.
 */
export async function useStanding(book: Book, request: Asked): Promise<Ticket | null> {
  const fitting = request.scope === null ? [] : [...book.store.standing.values()].filter((grant) => fits(grant, request));
  if (fitting.length === 0) return null;
  // In the line of the request's binding: while the same request waits for people, or is being parked, its repeat joins it.
  return book.lock(request.binding, async () => {
    if (book.openByBinding.has(request.binding)) return null;
    for (const { id } of fitting) {
      const ticket = await book.lock(id, () => useOne(book, id, request));
      if (ticket !== null) return ticket;
    }
    return null;
  });
}

async function useOne(book: Book, id: string, request: Asked): Promise<Ticket | null> {
  const grant = await settleStanding(book, id);
  const ticket = grant === null ? undefined : book.store.tickets.get(grant.ticket);
  if (grant === null || ticket === undefined || !fits(grant, request)) return null;
  if (!mightApprove(book, { ...ticket, approvals: grant.approvals }, request)) return null;
  if (isUnsettledBinding(book, request.binding) || openSends(book, ticket) >= MAX_OPEN_SENDS) return null;
  const usesLeft = grant.usesLeft === null ? null : grant.usesLeft - 1;
  const left = usesLeft === null ? `until ${grant.expiresAt}` : `uses left: ${usesLeft}`;
  const note: MoveNote = { move: 'used', exchange: request.exchange, by: null, channel: 'proxy', note: `grant ${id}; ${left}` };
  const send = { binding: request.binding, ticket: ticket.id, exchange: request.exchange };
  await book.store.changeStanding(ticket, note, usesLeft === 0 ? { del: id } : { put: { ...grant, usesLeft } }, send);
  book.standingSends.set(request.exchange, request.binding);
  tellWatchers(book, ticket, note.move);
  return ticket;
}

/** See TicketBook.mayStand. What would be found out when it is used (an approver who is one no more) is found out then. */
export function mayStand(book: Book, request: Asked): boolean {
  if (request.scope === null || isUnsettledBinding(book, request.binding)) return false;
  return book.store.standing.values().some((grant) => {
    const ticket = book.store.tickets.get(grant.ticket);
    return (
      ticket !== undefined &&
      fits(grant, request) &&
      !isOver(book, grant) &&
      mightApprove(book, { ...ticket, approvals: grant.approvals }, request)
    );
  });
}

function openSends(book: Book, ticket: Ticket): number {
  return book.store.sends.values().reduce((count, send) => count + (send.ticket === ticket.id ? 1 : 0), 0);
}

/** The grant as it is now: null, with its entry, once its time is over or a needed approver is one no more. Call it in its line. */
export async function settleStanding(book: Book, id: string): Promise<StandingGrant | null> {
  const grant = book.store.standing.get(id);
  if (grant === undefined) return null;
  if (isOver(book, grant)) {
    await endStanding(book, grant, { move: 'expired', by: null, channel: 'clock', note: 'its time is over' });
    return null;
  }
  if (missing(grant, book.approvers.standing).length === 0) return grant;
  await endStanding(book, grant, { move: 'voided', by: null, channel: 'proxy', note: 'who gave it is no approver any more' });
  return null;
}

export async function endStanding(book: Book, grant: StandingGrant, how: Omit<MoveNote, 'exchange'>): Promise<void> {
  const ticket = book.store.tickets.get(grant.ticket);
  const note: MoveNote = { ...how, exchange: null, note: `grant ${grant.id}: ${how.note}` };
  await book.store.changeStanding(ticket ?? { id: grant.ticket, agent: grant.agent, binding: '' }, note, { del: grant.id });
  book.deadlines.delete(grant.id);
  if (ticket !== undefined) tellWatchers(book, ticket, note.move);
}

export function isOver(book: Book, grant: StandingGrant): boolean {
  const deadline = book.deadlines.get(grant.id);
  return deadline === undefined || isPast(book.clock, deadline);
}
