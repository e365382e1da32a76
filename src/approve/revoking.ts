// Taking back what was approved and not yet used, by an approver of its ticket or by whoever administers Interlock.

import { InterlockError } from '../errors.ts';
import { knownTicket, save } from './book.ts';
import { mayDecideOrTell, type RefusalCounts } from './deciding.ts';
import { settleOverdue } from './expiry.ts';
import { endStanding, settleStanding } from './standing-uses.ts';
import { isOpen, moveTicket } from './ticket-states.ts';
import type { Book } from './book.ts';
import type { MoveNote } from './ticket-store.ts';
import type { Channel, Decider, Ticket } from './ticket.ts';

const REVOKED = 'the approval was taken back';

/** See TicketBook.revokeGrant. INVARIANT: once this resolves, nothing more goes by the grant. */
export async function revokeGrant(
  book: Book,
  refusals: RefusalCounts,
  id: string,
  by: Decider | null,
  channel: Channel,
): Promise<void> {
  const standing = book.store.standing.get(id);
  const ticket = book.store.tickets.get(standing?.ticket ?? id);
  if (ticket === undefined) throw noGrant();
  const who = by === null ? null : (await mayDecideOrTell(book, refusals, { id: ticket.id, by, channel })).name;
  if (standing === undefined) return revokeOnce(book, ticket, who, channel);
  await book.lock(id, async () => {
    const grant = await settleStanding(book, id);
    if (grant === null) throw noGrant();
    await endStanding(book, grant, { move: 'voided', by: who, channel, note: REVOKED });
  });
}

async function revokeOnce(book: Book, { id, binding }: Ticket, by: string | null, channel: Channel): Promise<void> {
  await book.lock(binding, async () => {
    const known = book.store.tickets.get(id);
    const ticket = known === undefined ? null : await settleOverdue(book, known);
    if (ticket?.state !== 'approved') throw noGrant();
    const note = { move: 'voided', exchange: null, by, channel, note: REVOKED } as const;
    await save(book, moveTicket(ticket, 'expired', { grant: false, denial: REVOKED }), [note]);
  });
}

/** See OpenTicketBook.withdraw. INVARIANT: once this resolves, nobody can approve it and nothing goes by it. */
export async function withdrawTicket(
  book: Book,
  id: string,
  why: string,
  by: string | null,
  channel: MoveNote['channel'],
): Promise<void> {
  const { binding } = knownTicket(book, id);
  await book.lock(binding, async () => {
    const ticket = await settleOverdue(book, knownTicket(book, id));
    if (!isOpen(ticket)) return;
    const ended = moveTicket(ticket, 'expired', { grant: false, denial: why });
    await save(book, ended, [{ move: 'voided', exchange: null, by, channel, note: why }]);
    book.waiters.settleAll(id, { kind: 'expired', ticket: ended });
  });
}

function noGrant(): InterlockError {
  return new InterlockError('TICKET_UNKNOWN', 'there is no such grant: `interlock grants list` shows those there are');
}
