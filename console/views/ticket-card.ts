// One ticket in the inbox: what it means, who asks, and how long there is.

import { planOf } from '../model/plan-ticket.ts';
import type { ListedTicket } from '../model/shapes.ts';
import { hashOf } from '../model/filters.ts';
import { AgentText } from '../parts/agent-text.ts';
import { Countdown } from '../parts/countdown.ts';
import { html, type View } from '../parts/html.ts';
import { Meaning } from '../parts/meaning.ts';
import { StateMark } from './ticket-state.ts';

export interface TicketCardProps {
  readonly ticket: ListedTicket;
  readonly chosen: boolean;
  readonly offsetMs: number;
  readonly filters: Readonly<Record<string, string>>;
}

export function TicketCard({ ticket, chosen, offsetMs, filters }: TicketCardProps): View {
  const [action] = ticket.actions;
  const more = ticket.actions.length - 1;
  return html`<li>
    <a class=${`card ${chosen ? 'card-chosen' : ''}`} href=${hashOf('inbox', ticket.id, filters)} data-ticket=${ticket.id} aria-current=${chosen ? 'true' : undefined}>
      ${action === undefined ? null : html`<${Meaning} action=${action} small />`}
      ${more > 0 ? html`<p class="quiet small">and ${more} more in the same ${planOf(ticket) === null ? 'request' : 'plan'}</p>` : null}
      <p class="card-foot">
        <span class="card-who"><${AgentText} text=${ticket.agent} />${ticket.user === null ? null : html` for <${AgentText} text=${ticket.user} />`}</span>
        ${ticket.mayDecide || ticket.state !== 'pending' ? null : html`<span class="tag">yours to watch</span>`}
        ${ticket.state === 'pending' ? html`<${Countdown} ticket=${ticket} offsetMs=${offsetMs} />` : html`<${StateMark} ticket=${ticket} />`}
      </p>
    </a>
  </li>`;
}
