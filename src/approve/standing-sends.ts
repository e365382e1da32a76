// Requests that went out under a standing grant or by an approved call, until it is known what became of them. Kept beside the tickets, by their binding.

import { untilWritten } from '../record/until-written.ts';
import { returnCall } from './call-uses.ts';
import type { Book } from './book.ts';
import type { MoveNote } from './ticket-store.ts';
import type { Fate } from './ticket.ts';

/**
 * What was known at a stop stays: nobody saw the answer. INVARIANT: while it is here, the very same request needs a person, whatever grant
 * stands (threat D7). Never rejects; what can't be written now is written once it can be.
 */
export async function settleSend(book: Book, exchange: string, fate: Fate): Promise<void> {
  const send = book.store.sends.get(book.standingSends.get(exchange) ?? '');
  book.standingSends.delete(exchange);
  if (fate === 'unsent' || fate === 'refused') returnCall(book, exchange);
  if (send === undefined || send.exchange !== exchange) return;
  const ticket = book.store.tickets.get(send.ticket);
  if (ticket === undefined) return;
  const note = (move: MoveNote['move'], text: string): MoveNote => ({ move, exchange, by: null, channel: 'proxy', note: text });
  const settle = (): Promise<void> =>
    fate === 'unknown'
      ? book.store.remark(
          ticket,
          note('unknown', 'sent by an approval given before, and no answer came: it may have taken effect'),
        )
      : book.store.endSend(ticket, sendNote(fate, note), send.binding);
  // In its line: the same request once more finds it settled.
  await untilWritten(() => book.lock(send.binding, settle), book.closing);
}

function sendNote(fate: Exclude<Fate, 'unknown'>, note: (move: MoveNote['move'], text: string) => MoveNote): MoveNote {
  return fate === 'confirmed' ? note(fate, 'the upstream answered') : note('voided', 'nothing was sent by it');
}
