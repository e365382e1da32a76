// The Edit dialogue: each offer of the ticket with what it changes, and one of them to choose.

import { EDIT_BLOCK, EDIT_CALLBACK, EDIT_CHOICE } from './slack-interaction.ts';
import type { SlackModal } from './slack-client.ts';
import { BUTTON_CHARS, note, plain, section, shown } from './slack-text.ts';
import type { Offer, Ticket } from './ticket.ts';

/** Radio buttons take ten. */
const MAX_OFFERS = 10;
/** A constraint's name is the option's value, and must come back whole. */
const MAX_NAME_CHARS = 75;

/** Null when there is nothing to choose. */
export function editModal(ticket: Ticket, card: string): SlackModal | null {
  const fitting = ticket.offers.filter(({ constraint }) => constraint !== '' && constraint.length <= MAX_NAME_CHARS);
  const [first, ...more] = fitting.slice(0, MAX_OFFERS);
  if (first === undefined) return null;
  const left = ticket.offers.length - more.length - 1;
  return {
    type: 'modal',
    callback_id: EDIT_CALLBACK,
    private_metadata: card,
    title: plain('Edit, then approve', 24),
    submit: plain('Approve the edit', 24),
    close: plain('Cancel', 24),
    blocks: [
      section(`${shown(ticket.actions[0]?.action ?? 'a request', 80)}, asked for by ${shown(ticket.agent, 64)}`),
      ...[first, ...more].map((offer) => section(`${shown(offer.constraint, MAX_NAME_CHARS)}\n${changes(offer)}`)),
      ...(left > 0 ? [note(`${left} more offers are in the console`)] : []),
      {
        type: 'input',
        block_id: EDIT_BLOCK,
        label: plain('What goes out instead', BUTTON_CHARS),
        element: { type: 'radio_buttons', action_id: EDIT_CHOICE, options: [optionOf(first), ...more.map(optionOf)] },
      },
    ],
  };
}

function optionOf({ constraint }: Offer) {
  return { text: plain(shown(constraint, BUTTON_CHARS), BUTTON_CHARS), value: constraint };
}

function changes({ changed }: Offer): string {
  return changed
    .slice(0, 10)
    .map((line) => `• ${shown(line, 250)}`)
    .concat(changed.length > 10 ? [`• and ${changed.length - 10} more changes`] : [])
    .join('\n');
}
