// The one request that an approved call of a model lets out as well, where policy says so: spent on record before it goes, once a ticket.

import { tellWatchers } from './book.ts';
import { tellsOfRequest } from './approved-call.ts';
import { isUnsettledBinding } from './outcomes.ts';
import { mightApprove } from './might-approve.ts';
import { sameRequirement } from './requirements.ts';
import type { WaitRequirement } from '../decide/judgement.ts';
import type { Book } from './book.ts';
import type { MoveNote } from './ticket-store.ts';
import type { Ticket } from './ticket.ts';
import type { ParkRequest } from './tickets.ts';

type Asked = Omit<ParkRequest, 'offers'>;

/**
 * See TicketBook.useCall.
 * INVARIANT: the call's ticket is marked as used in the turn in which it is looked at, so of any number of requests at once one goes.
 */
export async function useCall(book: Book, id: string, request: Asked): Promise<Ticket | null> {
  // In the line of the request's binding: while the same request waits for people, or is being parked, its repeat joins it.
  return book.lock(request.binding, async () => {
    const ticket = usable(book, id, request);
    if (ticket === null) return null;
    const note: MoveNote = { move: 'used', exchange: request.exchange, by: null, channel: 'proxy', note: USED };
    forgetOverdue(book);
    book.usedCalls.set(id, request.exchange);
    try {
      await book.store.beginSend(ticket, note, { binding: request.binding, ticket: id, exchange: request.exchange });
    } catch (error) {
      book.usedCalls.delete(id);
      throw error;
    }
    book.standingSends.set(request.exchange, request.binding);
    tellWatchers(book, ticket, note.move);
    return ticket;
  });
}

const USED = 'the request that the approved call announced goes by its approval; covered: no ticket of its own';

/** See TicketBook.mayUseCall. */
export function mayUseCall(book: Book, id: string, request: Asked): boolean {
  return usable(book, id, request) !== null;
}

/** Nothing was sent by it: it may be used once more. Call it in the turn in which that is known. */
export function returnCall(book: Book, exchange: string): void {
  for (const [ticket, user] of book.usedCalls) if (user === exchange) book.usedCalls.delete(ticket);
}

/** What is over can't be used again anyway. */
function forgetOverdue(book: Book): void {
  for (const id of book.usedCalls.keys()) {
    const ticket = book.store.tickets.get(id);
    if (ticket === undefined || !isInTime(book, ticket)) book.usedCalls.delete(id);
  }
}

function usable(book: Book, id: string, request: Asked): Ticket | null {
  const ticket = book.store.tickets.get(id);
  if (ticket?.state !== 'spent' || book.usedCalls.has(id) || !isOf(ticket, request)) return null;
  if (book.openByBinding.has(request.binding) || isUnsettledBinding(book, request.binding)) return null;
  return isInTime(book, ticket) && isApproved(book, ticket, request) ? ticket : null;
}

function isOf(ticket: Ticket, { agent, user, session }: Asked): boolean {
  return ticket.agent === agent && ticket.user === user && ticket.session === session;
}

/** As long as the one use of an approval with nobody connected, from its last signature. */
function isInTime({ clock, approvals }: Book, ticket: Ticket): boolean {
  const signed = Math.max(...ticket.approvals.map(({ at }) => Date.parse(at)));
  const sinceMs = clock.wallMs() - signed;
  return sinceMs >= 0 && sinceMs < approvals.grantSeconds * 1000;
}

/**
 * INVARIANT: each policy that makes the request wait was met on the call's ticket, which said then that it covers a request, by people who might
 * have approved the request itself.
 */
function isApproved(book: Book, ticket: Ticket, request: Asked): boolean {
  if (request.waits.length === 0 || !tellsOfRequest(ticket)) return false;
  const isMet = (wait: WaitRequirement): boolean =>
    isCovering(wait) && ticket.waits.some((known) => isCovering(known) && sameRequirement(known, wait));
  return request.waits.every(isMet) && mightApprove(book, ticket, request);
}

function isCovering(wait: WaitRequirement): boolean {
  return wait.covers === 'request';
}
