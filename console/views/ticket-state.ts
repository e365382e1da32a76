// Where a ticket stands, in a word, and what came of it.

import { plainLine } from '../model/plain-text.ts';
import { planEndText, planOf } from '../model/plan-ticket.ts';
import type { Ticket, TicketState } from '../model/shapes.ts';
import { html, type View } from '../parts/html.ts';
import { Sign, type SignName } from '../parts/icon.ts';

const WORDS: Readonly<Record<TicketState, readonly [word: string, sign: SignName]>> = {
  pending: ['Waiting', 'bell'],
  approved: ['Approved', 'check'],
  spent: ['Approved and sent', 'check'],
  denied: ['Denied', 'cross'],
  expired: ['Expired', 'pause'],
};

const WITHDRAWN = ['Withdrawn', 'pause'] as const;
const REFUSED_AFTER = ['Approved, and refused after', 'cross'] as const;

export function StateMark({ ticket }: { readonly ticket: Pick<Ticket, 'state' | 'outcome' | 'exchange' | 'denial'> }): View {
  const approvedPlan = planOf(ticket) !== null && ticket.state === 'spent';
  const [word, sign] = approvedPlan
    ? WORDS.approved
    : ticket.state === 'spent' && ticket.outcome === null
      ? REFUSED_AFTER
      : ticket.state === 'expired' && ticket.denial !== null
        ? WITHDRAWN
        : WORDS[ticket.state];
  return html`<span class=${`state state-${ticket.state}`}><${Sign} name=${sign} />${word}</span>`;
}

/** One sentence on how it ended. */
export function endText(ticket: Ticket): string | null {
  const by = [...new Set(ticket.approvals.map((approval) => approval.user))].join(' and ');
  if (planOf(ticket) !== null) return planEndText(ticket, by);
  switch (ticket.state) {
    case 'pending':
      return null;
    case 'approved':
      return `Approved by ${by}. The agent was no longer connected: the next identical request goes out once.`;
    case 'spent':
      return `Approved by ${by}. ${sentText(ticket)}`;
    case 'denied':
      return `Denied by ${ticket.deniedBy ?? 'an approver'}${ticket.denial === null ? '' : `: “${plainLine(ticket.denial)}”`}. The agent was told so.`;
    case 'expired':
      return ticket.denial === null
        ? 'Nobody decided in time. The agent may ask again.'
        : `Withdrawn: ${plainLine(ticket.denial)}. Nothing was sent by it. The agent may ask again.`;
  }
}

function sentText({ outcome, actions }: Ticket): string {
  if (outcome === 'confirmed' && actions[0]?.action === 'llm.tool-call') return 'The call was handed to the agent, once.';
  if (outcome === 'confirmed') return 'It was sent, and the other side confirmed it.';
  if (outcome === 'unknown')
    return 'It was sent, but the connection broke before an answer: whether it took effect is not known.';
  return outcome === 'sent' ? 'It was sent, once.' : 'It was refused after that: nothing was sent.';
}
