// The one later use that an approval leaves, and how it is spent exactly once (E28).

import { knownTicket, save } from './book.ts';
import { settleOverdue } from './expiry.ts';
import { covers } from './requirements.ts';
import { moveTicket } from './ticket-states.ts';
import type { WaitRequirement } from '../decide/judgement.ts';
import type { Book } from './book.ts';
import type { MoveNote } from './ticket-store.ts';
import type { Ticket, WaitOutcome } from './ticket.ts';

/**
 * See TicketBook.spendGrant.
 * INVARIANT: of any number of identical requests at once one gets the grant (threat D7). They stand in the binding's line; the first one's
 * state is on disk before the second looks.
 */
export async function spendGrant(
  book: Book,
  binding: string,
  waits: readonly WaitRequirement[],
  exchange: string,
): Promise<Ticket | null> {
  // Nearly every request has no grant: it shall not stand in line to hear so. Whoever stands behind a move asks again in `open`.
  if (!book.openByBinding.has(binding)) return null;
  return book.lock(binding, async () => {
    const ticket = await openTicketOf(book, binding);
    if (ticket === null || !isUsable(book, ticket, waits)) return null;
    return spend(book, ticket, exchange);
  });
}

/** The open ticket of a binding, overdue ones settled. Call it in the binding's line. */
export async function openTicketOf(book: Book, binding: string): Promise<Ticket | null> {
  const id = book.openByBinding.get(binding);
  if (id === undefined) return null;
  const ticket = await settleOverdue(book, knownTicket(book, id));
  return ticket.state === 'pending' || ticket.state === 'approved' ? ticket : null;
}

/** A grant, and its approvals satisfy every one of these waits. */
export function isUsable(book: Book, ticket: Ticket, waits: readonly WaitRequirement[]): boolean {
  return ticket.state === 'approved' && ticket.grant && covers(ticket, waits, book.approvers.standing);
}

/** Marks the grant as used, on disk, then answers. Call it in the binding's line. */
export async function spend(book: Book, ticket: Ticket, exchange: string): Promise<Ticket> {
  const spent = await save(book, moveTicket(ticket, 'spent', { grant: false, outcome: 'sent' }), [spentNote(exchange)]);
  book.sending.set(ticket.id, exchange);
  return spent;
}

export function spentNote(exchange: string): MoveNote {
  return { move: 'spent', exchange, by: null, channel: 'proxy', note: 'the approved request is sent once' };
}

/** Ends a grant that no longer fits what its request is asked for, so that a binding never has two. */
export async function voidGrant(book: Book, ticket: Ticket, exchange: string): Promise<void> {
  const note: MoveNote = {
    move: 'voided',
    exchange,
    by: null,
    channel: 'proxy',
    note: 'the approval does not cover what policy asks for now',
  };
  await save(book, moveTicket(ticket, 'expired', { grant: false }), [note]);
}

/** See TicketBook.wait. INVARIANT: a client that is gone by then takes no grant: it stays for its retry. */
export async function waitFor(book: Book, id: string, exchange: string, signal: AbortSignal): Promise<WaitOutcome> {
  const { binding } = knownTicket(book, id);
  const known = await book.lock(binding, async () => {
    const ticket = await settleOverdue(book, knownTicket(book, id));
    if (ticket.state !== 'approved') return outcomeOf(ticket);
    if (signal.aborted) return { kind: 'held-out', ticket } as const;
    return { kind: 'approved', ticket: await spend(book, ticket, exchange) } as const;
  });
  // Look and hold happen in one turn: whoever decides after this finds the waiter, whoever decided before is seen here.
  if (known !== null) return known;
  const now = knownTicket(book, id);
  if (now.state === 'pending') return book.waiters.hold(id, exchange, signal, () => knownTicket(book, id));
  return waitFor(book, id, exchange, signal);
}

/** Null while it is still to be decided. */
function outcomeOf(ticket: Ticket): WaitOutcome | null {
  switch (ticket.state) {
    case 'denied':
      return { kind: 'denied', ticket };
    case 'expired':
      return { kind: 'expired', ticket };
    case 'spent':
      return { kind: 'superseded', ticket };
    case 'pending':
    case 'approved':
      return null;
  }
}
