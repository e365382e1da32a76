// The ticket book over the ledger's state: every ticket, every waiter and every grant, whole again after a restart.

import { asSeen, index, indexStanding, isOverdue, knownTicket } from './book.ts';
import { endDoubted } from './doubted.ts';
import { createApprovers } from './approvers.ts';
import { mayUseCall, useCall } from './call-uses.ts';
import { deadlineAt, systemClock } from './clock.ts';
import { approveTicket, denyTicket, mayDecideOrTell } from './deciding.ts';
import { createAlarm } from './expiry.ts';
import { spendGrant, waitFor } from './grants.ts';
import { listGrants } from './grant-view.ts';
import type { TriedElsewhere } from './earlier-try.ts';
import { createKeyedLock } from './keyed-lock.ts';
import { createOpenTickets } from './open-tickets.ts';
import { openTicket } from './opening.ts';
import { isUnsettledBinding, settleAfterRestart, settleTicket } from './outcomes.ts';
import { covers } from './requirements.ts';
import { revokeGrant, withdrawTicket } from './revoking.ts';
import { settleSend } from './standing-sends.ts';
import { mayStand, useStanding } from './standing-uses.ts';
import { isOpen } from './ticket-states.ts';
import { openTicketStore } from './ticket-store.ts';
import { createWaiters } from './waiters.ts';
import type { Judge } from '../decide/judge.ts';
import type { Directory, UserRecord } from '../identify/directory.ts';
import { doubtedUntil } from '../record/repaired-at.ts';
import type { Ledger, StateStore } from '../record/ledger.ts';
import type { Book } from './book.ts';
import type { Clock } from './clock.ts';
import type { HeldBodies } from './held-body.ts';
import type { MoveNote } from './ticket-store.ts';
import type { Channel, Decider, Ticket } from './ticket.ts';
import type { TicketBook } from './tickets.ts';

export interface TicketBookOptions {
  readonly ledger: Ledger & StateStore;
  readonly directory: Directory;
  readonly judge: Pick<Judge, 'mayApprove'>;
  /** Seconds. */
  readonly approvals: Book['approvals'];
  readonly limits: Book['limits'];
  /** Bodies kept beside their tickets, or null when none are. */
  readonly bodies?: Pick<HeldBodies, 'dropBody' | 'sweep'> | null;
  readonly clock?: Clock;
}

interface TicketCounts {
  readonly pending: number;
  readonly grants: number;
  /** Exchanges held right now. */
  readonly waiting: number;
}

export interface OpenTicketBook extends TicketBook {
  /** May this user decide the ticket? What they may not, they do not see either (threat D2). */
  mayDecide(user: UserRecord, ticket: Ticket): boolean;
  /** The user, if they may decide this ticket, whatever its state. Throws TICKET_UNKNOWN, and APPROVER_REFUSED, which is recorded too. */
  deciderOf(id: string, by: Decider, channel: Channel): Promise<UserRecord>;
  /** What it asked for is not wanted any more: it ends, on record, unless it has ended. Throws TICKET_UNKNOWN, RECORD_FAILED. */
  withdraw(id: string, why: string, by: string | null, channel: MoveNote['channel']): Promise<void>;
  /** Asked too whether a try of a binding is unsettled, and for the warning of the next one. Returns how to stop it. */
  alsoAsk(tried: TriedElsewhere): () => void;
  counts(): TicketCounts;
  /** Ends every wait as held out, later ones at once, and stops the clock. Tickets stay as they are. May be called twice. */
  close(): void;
}

/** Loads tickets and grants from the data folder. Throws STORE_CORRUPT when one can't be read. */
export async function openTicketBook(options: TicketBookOptions): Promise<OpenTicketBook> {
  const alarm = createAlarm(() => book);
  const bodies = options.bodies ?? null;
  const closing = new AbortController();
  const book: Book = {
    store: await openTicketStore(options.ledger),
    openByBinding: new Map(),
    open: createOpenTickets(),
    sending: new Map(),
    unsettled: new Map(),
    standingSends: new Map(),
    usedCalls: new Map(),
    elsewhere: new Set(),
    deadlines: new Map(),
    waiters: createWaiters(options.approvals.holdSeconds),
    approvers: createApprovers(options.directory, options.judge),
    clock: options.clock ?? systemClock,
    lock: createKeyedLock(),
    approvals: options.approvals,
    limits: options.limits,
    watchers: new Set(),
    closing: closing.signal,
    dropBody: async (ticket) => bodies?.dropBody(ticket),
    onDeadline: alarm.soon,
  };
  const open = [...book.store.tickets.values()].filter(isOpen);
  for (const ticket of open) {
    const lifeSeconds = ticket.state === 'approved' ? options.approvals.grantSeconds : options.approvals.ticketSeconds;
    index(book, ticket, deadlineAt(book.clock, ticket.expiresAt, lifeSeconds));
  }
  await settleAfterRestart(book);
  for (const grant of book.store.standing.values()) indexStanding(book, grant);
  await endDoubted(book, await doubtedUntil(options.ledger));
  await bodies?.sweep(new Set(open.map((ticket) => ticket.id)));
  alarm.set();
  return bookOf(book, () => {
    alarm.stop();
    closing.abort();
  });
}

function bookOf(book: Book, stop: () => void): OpenTicketBook {
  const reserved = new Map<string, number>();
  const refusals = new Map<string, number>();
  return {
    spendGrant: (binding, waits, exchange) => spendGrant(book, binding, waits, exchange),
    useStanding: (request) => useStanding(book, request),
    isUnsettled: (binding) => isUnsettledBinding(book, binding),
    isOpen: (binding) => openOf(book, binding) !== undefined,
    openOf: (binding) => openOf(book, binding),
    mayStand: (request) => mayStand(book, request),
    useCall: (id, request) => useCall(book, id, request),
    mayUseCall: (id, request) => mayUseCall(book, id, request),
    open: (request) => openTicket(book, reserved, request),
    wait: (id, exchange, signal) => waitFor(book, id, exchange, signal),
    get: (id) => {
      const ticket = book.store.tickets.get(id);
      return ticket === undefined ? undefined : asSeen(book, ticket);
    },
    list: (filter = {}) =>
      [...book.store.tickets.values()]
        .map((ticket) => asSeen(book, ticket))
        .filter(
          (ticket) =>
            (filter.state === undefined || ticket.state === filter.state) &&
            (filter.agent === undefined || ticket.agent === filter.agent),
        ),
    approve: (id, by, channel, choice = {}) => approveTicket(book, refusals, { id, by, channel }, choice),
    deny: (id, by, channel, reason = '') => denyTicket(book, refusals, { id, by, channel }, reason),
    settle: (id, exchange, fate) =>
      book.standingSends.has(exchange) ? settleSend(book, exchange, fate) : settleTicket(book, id, exchange, fate),
    grants: () => listGrants(book),
    revokeGrant: (id, by, channel) => revokeGrant(book, refusals, id, by, channel),
    deciderOf: (id, by, channel) => mayDecideOrTell(book, refusals, { id, by, channel }),
    withdraw: (id, why, by, channel) => withdrawTicket(book, id, why, by, channel),
    watch(onMove) {
      book.watchers.add(onMove);
      return () => void book.watchers.delete(onMove);
    },
    mayDecide: (user, ticket) => book.approvers.mayDecide(user, ticket),
    covers: (ticket, waits) => covers(ticket, waits, book.approvers.standing),
    alsoAsk(tried) {
      book.elsewhere.add(tried);
      return () => void book.elsewhere.delete(tried);
    },
    counts: () => countTickets(book),
    close() {
      stop();
      book.waiters.close((id) => knownTicket(book, id));
    },
  };
}

function openOf(book: Book, binding: string): Ticket | undefined {
  const ticket = book.store.tickets.get(book.openByBinding.get(binding) ?? '');
  return ticket === undefined || isOverdue(book, ticket) ? undefined : ticket;
}

function countTickets(book: Book): TicketCounts {
  let pending = 0;
  let grants = 0;
  for (const id of book.openByBinding.values()) {
    if (book.store.tickets.get(id)?.state === 'pending') pending += 1;
    else grants += 1;
  }
  return { pending, grants, waiting: book.waiters.count() };
}
