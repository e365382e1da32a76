// What an approver chooses besides yes: an edit instead of the request as it is, or more than this once.

import { InterlockError } from '../errors.ts';
import type { Standing } from './requirements.ts';
import type { Choice, Ticket } from './ticket.ts';

/**
 * The ticket with this signer's choice on it. The first one who signs decides what it is about; once nobody who signed is an approver any
 * more, the next one does, and the signatures for the other thing are gone.
 * INVARIANT: all signatures of a ticket are for the same edit: a quorum never adds up from people who meant different requests.
 * Throws TICKET_STATE for what the ticket does not offer, and for another choice than the signers before made.
 */
export function choose(ticket: Ticket, choice: Choice, standing: Standing): Ticket {
  const edit = choice.edit ?? null;
  if (edit !== null && !ticket.offers.some((offer) => offer.constraint === edit)) throw refused(ticket, `does not offer ${edit}`);
  if (choice.scope === true && ticket.scope === null) throw refused(ticket, 'can be approved for this once only');
  // A scope is for requests like this one; what an edit made of it is another one, whose like nobody looked at.
  if (choice.scope === true && edit !== null) throw refused(ticket, 'can be approved with an edit, or for longer, and not both');
  if (edit === ticket.edit) return ticket;
  if (!ticket.approvals.some((approval) => standing(approval.user))) return { ...ticket, edit, approvals: [] };
  const signers = [...new Set(ticket.approvals.map((approval) => approval.user))].join(', ');
  throw refused(
    ticket,
    `was signed by ${signers} ${ticket.edit === null ? 'as it is' : `with ${ticket.edit}`}: sign the same, or deny it`,
  );
}

/** For the approval's entry: which edit it is for. Empty, or ends in a space. */
export function choiceNote(ticket: Pick<Ticket, 'edit'>, choice: Choice): string {
  const parts = [
    ...(ticket.edit === null ? [] : [`with the edit ${ticket.edit}`]),
    ...(choice.scope === true ? ['and for later requests like it'] : []),
  ];
  return parts.length === 0 ? '' : `${parts.join(' ')}; `;
}

function refused(ticket: Ticket, why: string): InterlockError {
  return new InterlockError('TICKET_STATE', `ticket ${ticket.id} ${why}`);
}
