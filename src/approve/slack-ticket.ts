// A ticket with what approvers may choose on it, filled in where the book's has no such thing.

import type { RecordedAction } from '../record/entry.ts';
import type { Ticket } from './ticket.ts';

/** A constraint that may be approved instead of the request as it is. */
export interface CardOffer {
  readonly constraint: string;
  /** What it changes, in plain words. */
  readonly changed: readonly string[];
  readonly actions: readonly RecordedAction[];
}

/** What an approver chooses besides yes. */
export interface CardChoice {
  readonly edit?: string;
  readonly scope?: boolean;
}

interface Choosable {
  readonly offers: readonly CardOffer[];
  /** The offer that the first signer chose. */
  readonly edit: string | null;
  /** What may be given beyond this once. */
  readonly scope: string | null;
  readonly warning: string | null;
  readonly outcome: 'sent' | 'confirmed' | 'unknown' | null;
}

export type CardTicket = Ticket & Choosable;

const NOTHING: Choosable = { offers: [], edit: null, scope: null, warning: null, outcome: null };

export function cardTicket(ticket: Ticket): CardTicket {
  return { ...NOTHING, ...ticket };
}

/** INVARIANT: a choice that the ticket does not offer is never taken for a plain yes. */
export function offersChoice(ticket: CardTicket, { edit, scope }: CardChoice): boolean {
  if (scope === true && ticket.scope === null) return false;
  return edit === undefined || ticket.offers.some(({ constraint }) => constraint === edit);
}
