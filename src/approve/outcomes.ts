// What became of the one request that a ticket let out: answered, unknown, or surely never sent.

import { knownTicket, noteUnsettled, save } from './book.ts';
import { isCall } from './approved-call.ts';
import { earlierElsewhere } from './earlier-try.ts';
import { deadlineIn } from './clock.ts';
import { moveTicket } from './ticket-states.ts';
import { untilWritten } from '../record/until-written.ts';
import type { Book } from './book.ts';
import type { MoveNote } from './ticket-store.ts';
import type { Fate, Ticket } from './ticket.ts';

/**
 * Told by the exchange that the ticket was spent for; anybody else's word changes nothing. Never rejects: what can't be written now is written
 * once it can be; till then it stays `sent`, which the next start takes for unknown.
 */
export async function settleTicket(book: Book, id: string, exchange: string, fate: Fate): Promise<void> {
  if (book.sending.get(id) !== exchange) return;
  book.sending.delete(id);
  const { binding } = knownTicket(book, id);
  await untilWritten(() => book.lock(binding, () => settle(book, knownTicket(book, id), exchange, fate)), book.closing);
}

async function settle(book: Book, ticket: Ticket, exchange: string, fate: Fate): Promise<void> {
  if (ticket.state !== 'spent' || ticket.outcome !== 'sent') return;
  const note = (move: MoveNote['move'], text: string): MoveNote => ({ move, exchange, by: null, channel: 'proxy', note: text });
  switch (fate) {
    case 'confirmed': {
      const settled = await save(book, moveTicket(ticket, 'spent', { outcome: fate }), [
        note(fate, isCall(ticket) ? 'the call was handed to the agent' : 'the upstream answered'),
      ]);
      // Somebody was told of the earlier try, and let this one go: it is behind them.
      if (book.store.sends.has(ticket.binding))
        await book.store.endSend(settled, note('confirmed', 'an earlier try is settled by it'), ticket.binding);
      return;
    }
    case 'unknown':
      return void (await save(book, moveTicket(ticket, 'spent', { outcome: fate }), [note(fate, LOST)]));
    case 'refused':
      return void (await save(book, moveTicket(ticket, 'spent', { outcome: null }), [
        note('voided', 'it was refused after the approval: nothing was sent'),
      ]));
    case 'unsent':
      return giveBack(book, ticket, note('returned', 'nothing was sent: the approval may be used once more'));
  }
}

const LOST = 'it was sent, and no answer came: it may have taken effect';

/**
 * INVARIANT: only what was surely never written is given back (threat D7), and never beside another open ticket of its binding.
 */
async function giveBack(book: Book, ticket: Ticket, note: MoveNote): Promise<void> {
  if (book.openByBinding.has(ticket.binding)) {
    await save(book, moveTicket(ticket, 'spent', { outcome: null }), [{ ...note, move: 'voided', note: 'nothing was sent' }]);
    return;
  }
  const deadline = deadlineIn(book.clock, book.approvals.grantSeconds);
  const back = moveTicket(ticket, 'approved', {
    grant: true,
    outcome: null,
    expiresAt: new Date(deadline.wallMs).toISOString(),
  });
  await save(book, back, [note], deadline);
}

/**
 * INVARIANT: what was being sent when the process ended is unknown, never unsent (threat D10). Each gets its entry, so that the chain tells
 * it too.
 */
export async function settleAfterRestart(book: Book): Promise<void> {
  for (const ticket of [...book.store.tickets.values()]) {
    if (ticket.state !== 'spent' || ticket.outcome !== 'sent') continue;
    const note: MoveNote = { move: 'unknown', exchange: null, by: null, channel: 'clock', note: `Interlock stopped: ${LOST}` };
    await save(book, moveTicket(ticket, 'spent', { outcome: 'unknown' }), [note]);
  }
  for (const ticket of book.store.tickets.values()) noteUnsettled(book, ticket);
}

/** A try of this binding went out, and nobody knows (yet, or for good) what became of it. */
export function isUnsettledBinding(book: Book, binding: string): boolean {
  if (book.unsettled.has(binding) || book.store.sends.has(binding)) return true;
  // What is under way elsewhere is counted there: several at once may have been approved.
  return earlierElsewhere(book, binding)?.fate === 'unknown';
}

/** The newest try of this binding that went out and of which nobody knows what became, if there is one. */
export function unsettledTry(book: Book, binding: string): Ticket | null {
  const id = book.unsettled.get(binding) ?? book.store.sends.get(binding)?.ticket;
  return id === undefined ? null : (book.store.tickets.get(id) ?? null);
}

/** For whoever decides about the next try. */
export function warningOf(earlier: Ticket): string {
  return earlier.outcome === 'sent'
    ? `The very same request is being sent right now (ticket ${earlier.id}).`
    : `An earlier try of the very same request was sent (ticket ${earlier.id}) and no answer came: it may have taken effect already.`;
}
