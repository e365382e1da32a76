// Parking a request: the open ticket of its binding, or a new one while there is room.

import { randomUUID } from 'node:crypto';
import { InterlockError } from '../errors.ts';
import { save } from './book.ts';
import { deadlineIn } from './clock.ts';
import { earlierElsewhere, elsewhereWarning } from './earlier-try.ts';
import { isUsable, openTicketOf, voidGrant } from './grants.ts';
import { unsettledTry, warningOf } from './outcomes.ts';
import { joinRequirements } from './requirements.ts';
import { joinScopes } from './scope.ts';
import { newTicketId } from './ticket-id.ts';
import { moveTicket } from './ticket-states.ts';
import type { Book } from './book.ts';
import type { ParkRequest } from './tickets.ts';
import type { IdempotencyKey, Ticket } from './ticket.ts';

/** A path is shown to people in one line; its whole is in the binding. */
const SHOWN_PATH_LENGTH = 2_048;

/** Tickets whose first entry is being written: they count already, or a burst would pass the limit. */
type Reservations = Map<string, number>;

/** See TicketBook.open. */
export async function openTicket(book: Book, reserved: Reservations, request: ParkRequest): Promise<Ticket> {
  return book.lock(request.binding, async () => {
    const known = await openTicketOf(book, request.binding);
    if (known?.state === 'pending') return joinTicket(book, known, request);
    if (known !== null) {
      // Approved between this request's look for a grant and now: it is the grant's request.
      if (isUsable(book, known, request.waits)) return known;
      await voidGrant(book, known, request.exchange);
    }
    return newTicket(book, reserved, request);
  });
}

async function joinTicket(book: Book, ticket: Ticket, request: ParkRequest): Promise<Ticket> {
  const change = joinRequirements(ticket, request.waits);
  const scope = joinScopes(ticket.scope, request.scope);
  const joined = moveTicket(ticket, 'pending', { ...change, scope });
  return save(book, joined, [{ move: 'joined', exchange: request.exchange, by: null, channel: 'proxy', note: '' }]);
}

async function newTicket(book: Book, reserved: Reservations, request: ParkRequest): Promise<Ticket> {
  checkRoom(book, reserved, request.agent);
  reserved.set(request.agent, (reserved.get(request.agent) ?? 0) + 1);
  try {
    const deadline = deadlineIn(book.clock, book.approvals.ticketSeconds);
    const earlier = unsettledTry(book, request.binding);
    const other = earlierElsewhere(book, request.binding);
    const ticket: Ticket = {
      id: newTicketId(),
      state: 'pending',
      binding: request.binding,
      agent: request.agent,
      user: request.user,
      session: request.session,
      actions: request.actions,
      host: request.host,
      method: request.method,
      path: shownPath(request.path),
      reason: request.reason,
      waits: request.waits,
      approvals: [],
      deniedBy: null,
      denial: null,
      createdAt: new Date(book.clock.wallMs()).toISOString(),
      expiresAt: new Date(deadline.wallMs).toISOString(),
      exchange: request.exchange,
      grant: false,
      offers: request.offers,
      edit: null,
      scope: request.scope,
      warning: earlier !== null ? warningOf(earlier) : other === null ? null : elsewhereWarning(other),
      idempotency: idempotencyOf(request, earlier),
      outcome: null,
    };
    return await save(
      book,
      ticket,
      [{ move: 'opened', exchange: request.exchange, by: null, channel: 'proxy', note: request.reason }],
      deadline,
    );
  } finally {
    const left = (reserved.get(request.agent) ?? 1) - 1;
    if (left === 0) reserved.delete(request.agent);
    else reserved.set(request.agent, left);
  }
}

/**
 * INVARIANT: a try whose outcome is unknown and its repeat carry the same key, so that the vendor does it once. A request without one gets one:
 * then even its first try can be repeated safely.
 */
function idempotencyOf(request: ParkRequest, earlier: Ticket | null): IdempotencyKey | null {
  const { idempotency } = request;
  if (idempotency === null) return null;
  const { at, name, key } = idempotency;
  if (earlier?.binding === request.binding && earlier.idempotency?.name === name) return earlier.idempotency;
  return { at, name, key: key ?? `interlock-${randomUUID()}` };
}

/** INVARIANT: an agent can't bury people, or other agents, under tickets (threat D11). Grants not yet used count too. */
function checkRoom(book: Book, reserved: Reservations, agent: string): void {
  const own = book.open.of(agent) + (reserved.get(agent) ?? 0);
  const all = book.open.total() + [...reserved.values()].reduce((sum, count) => sum + count, 0);
  if (own >= book.limits.ticketsPerAgent) {
    throw new InterlockError(
      'TICKET_LIMIT',
      `agent \`${agent}\` has ${own} tickets waiting, which is as many as it may have: wait until some are decided`,
    );
  }
  if (all >= book.limits.tickets) {
    throw new InterlockError(
      'TICKET_LIMIT',
      `${all} tickets are waiting, which is as many as there may be: wait until some are decided`,
    );
  }
}

/** What is left out is said: an approver must not take a part for the whole (threat D5). */
function shownPath(path: string): string {
  if (path.length <= SHOWN_PATH_LENGTH) return path;
  return `${path.slice(0, SHOWN_PATH_LENGTH)} [${path.length - SHOWN_PATH_LENGTH} more characters]`;
}
