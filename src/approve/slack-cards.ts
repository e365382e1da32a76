// Which message in Slack is which ticket's card, kept in the ledger's state so that cards are updated after a restart too.

import { randomBytes } from 'node:crypto';
import type { Ledger, StateChange, StateStore } from '../record/ledger.ts';
import type { Ticket } from './ticket.ts';

export interface SlackCard {
  /** 144 random bits: in each button of this card and no other. */
  readonly nonce: string;
  readonly ticket: string;
  readonly team: string;
  readonly channel: string;
  /** The message's name in its channel. */
  readonly ts: string;
}

export interface SlackCards {
  /** Waits for a card that is on its way: Slack shows a message before it says so, and people (and slow disks) are what they are. */
  find(nonce: string): Promise<SlackCard | undefined>;
  /** What is done once the message is in Slack and the card is kept, or failed. */
  expect(nonce: string, arrival: Promise<unknown>): void;
  of(ticket: string): readonly SlackCard[];
  /** It shows how its ticket ended: it may be forgotten after a while. */
  settle(nonce: string): void;
  /** Writes it with an entry that says where the ticket is shown. Throws RECORD_FAILED. */
  keep(card: SlackCard, ticket: Ticket): Promise<void>;
}

const PREFIX = 'slack:';

export function newNonce(): string {
  return randomBytes(18).toString('base64url');
}

/** What became of an approved request is told some moments after it was sent. */
const SETTLED_MS = 600_000;

export interface SlackCardsOptions {
  readonly ledger: Pick<Ledger, 'append'> & Pick<StateStore, 'list'>;
  /** False: the book has forgotten the ticket. */
  readonly isKnown: (ticket: string) => boolean;
  readonly now: () => number;
}

/** Cards of no use any more go when the next one is written: to forget needs no entry of its own. */
export async function openSlackCards({ ledger, isKnown, now }: SlackCardsOptions): Promise<SlackCards> {
  const cards = new Map<string, SlackCard>();
  const settled = new Map<string, number>();
  const arrivals = new Map<string, Promise<unknown>>();
  const isForgotten = ({ nonce, ticket }: SlackCard): boolean =>
    !isKnown(ticket) || now() - (settled.get(nonce) ?? Number.POSITIVE_INFINITY) > SETTLED_MS;
  for (const [key, text] of await ledger.list(PREFIX)) {
    const card = parseCard(key, text);
    if (card !== null) cards.set(card.nonce, card);
  }
  return {
    async find(nonce) {
      await arrivals.get(nonce);
      return cards.get(nonce);
    },
    expect(nonce, arrival) {
      const done = (): void => void arrivals.delete(nonce);
      arrivals.set(nonce, arrival.then(done, done));
    },
    of: (ticket) => [...cards.values()].filter((card) => card.ticket === ticket),
    settle: (nonce) => void settled.set(nonce, now()),
    async keep(card, ticket) {
      const gone = [...cards.values()].filter(isForgotten);
      const state: StateChange[] = [
        { put: PREFIX + card.nonce, value: JSON.stringify(card) },
        ...gone.map(({ nonce }) => ({ del: PREFIX + nonce })),
      ];
      const { id, agent, binding } = ticket;
      await ledger.append(
        {
          type: 'ticket',
          ticket: id,
          agent,
          binding,
          move: 'shown',
          exchange: null,
          by: null,
          channel: 'slack',
          note: `in Slack channel ${card.channel}`,
        },
        'written',
        state,
      );
      for (const { nonce } of gone) {
        cards.delete(nonce);
        settled.delete(nonce);
      }
      cards.set(card.nonce, card);
    },
  };
}

/** A card that can't be read is one that is not updated any more: nothing is decided by it, so nothing fails. */
function parseCard(key: string, text: string): SlackCard | null {
  try {
    const card: Partial<Record<keyof SlackCard, unknown>> = JSON.parse(text);
    const { nonce, ticket, team, channel, ts } = card;
    if (typeof nonce !== 'string' || typeof ticket !== 'string' || typeof team !== 'string') return null;
    if (typeof channel !== 'string' || typeof ts !== 'string' || key !== PREFIX + nonce) return null;
    return { nonce, ticket, team, channel, ts };
  } catch {
    return null;
  }
}
