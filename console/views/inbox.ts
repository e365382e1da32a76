// The inbox: what waits, least time first; one ticket in full beside it, or on its own on a phone.

import { useEffect, useRef, useState } from 'preact/hooks';
import { type Filters, hashOf, withFilter } from '../model/filters.ts';
import { plainLine } from '../model/plain-text.ts';
import type { ListedTicket, TicketView } from '../model/shapes.ts';
import { useFollowed } from '../parts/followed.ts';
import { goTo, type Loaded, useKeys } from '../parts/hooks.ts';
import { html, type View } from '../parts/html.ts';
import { Sign } from '../parts/icon.ts';
import { clockOffset, notificationsAre } from '../parts/pending.ts';
import { Empty, Failure, Loading } from '../parts/states.ts';
import { TicketCard } from './ticket-card.ts';
import { TicketPanel } from './ticket-panel.ts';

export interface InboxProps {
  readonly id: string | null;
  readonly filters: Filters;
  readonly pending: Loaded<readonly ListedTicket[]>;
  readonly me: string;
}

export function Inbox({ id, filters, pending, me }: InboxProps): View {
  const all = filters['show'] === 'all';
  const every = useFollowed<readonly ListedTicket[]>(all ? '/v1/tickets' : null);
  const list = all ? every : pending;
  const tickets = (list.value ?? []).filter((ticket) => filters['agent'] === undefined || ticket.agent === filters['agent']);
  const view = useFollowed<TicketView>(id === null ? null : `/v1/tickets/${encodeURIComponent(id)}`, id);
  const offsetMs = useOffset(tickets[0] ?? null, list.value);
  const move = (step: number): void => {
    const at = tickets.findIndex((ticket) => ticket.id === id);
    const next = tickets[at === -1 ? 0 : Math.min(tickets.length - 1, Math.max(0, at + step))];
    if (next !== undefined) goTo(hashOf('inbox', next.id, filters), true);
    document.querySelector(`[data-ticket="${next?.id ?? ''}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Enter: () => (id === null ? move(0) : document.getElementById('ticket-title')?.focus()),
    Escape: () => goTo(hashOf('inbox', null, filters)),
    '/': () => document.getElementById('inbox-agent')?.focus(),
  });
  const changed = (): void => {
    view.reload();
    list.reload();
  };
  return html`<div class=${id === null ? 'inbox' : 'inbox inbox-open'}>
    <section class="inbox-list" aria-label="Tickets">
      <${InboxHead} filters=${filters} all=${all} count=${tickets.length} tickets=${list.value ?? []} />
      <${ListState} list=${list} count=${tickets.length} />
      <ul class="cards">${tickets.map((ticket) => html`<${TicketCard} key=${ticket.id} ticket=${ticket} chosen=${ticket.id === id} offsetMs=${offsetMs} filters=${filters} />`)}</ul>
      <p class="visually-hidden" role="status">${tickets.length} ${tickets.length === 1 ? 'ticket' : 'tickets'}</p>
    </section>
    <div class="inbox-detail">
      <${DetailState} id=${id} filters=${filters} view=${view} />
      ${view.value === null ? null : html`<${TicketPanel} key=${view.value.id} ticket=${view.value} offsetMs=${offsetMs} me=${me} onChanged=${changed} />`}
    </div>
  </div>`;
}

function ListState({ list, count }: { readonly list: Loaded<unknown>; readonly count: number }): View | null {
  if (list.value === null)
    return list.problem === null ? html`<${Loading} />` : html`<${Failure} problem=${list.problem} onRetry=${list.reload} />`;
  return count > 0
    ? null
    : html`<${Empty} title="Nothing waits for you"><p>New requests appear here by themselves.</p></${Empty}>`;
}

interface DetailStateProps {
  readonly id: string | null;
  readonly filters: Filters;
  readonly view: Loaded<TicketView>;
}

function DetailState({ id, filters, view }: DetailStateProps): View {
  if (id === null)
    return html`<${Empty} title="Choose a ticket"><p><kbd>j</kbd> and <kbd>k</kbd> move, <kbd>a</kbd> approves, <kbd>d</kbd> denies, <kbd>?</kbd> shows all keys.</p></${Empty}>`;
  return html`<a class="back" href=${hashOf('inbox', null, filters)}><${Sign} name="back" />Inbox</a>
    ${view.problem === null ? null : html`<${Failure} problem=${view.problem} />`}
    ${view.value === null && view.problem === null ? html`<${Loading} />` : null}`;
}

/** Taken anew from each answer of the gateway, and only then: between two, this machine's clock runs. */
function useOffset(ticket: ListedTicket | null, answer: unknown): number {
  const offset = useRef(0);
  useEffect(() => {
    if (ticket !== null && ticket.state === 'pending') offset.current = clockOffset(ticket, Date.now());
  }, [answer]);
  return offset.current;
}

interface InboxHeadProps {
  readonly filters: Filters;
  readonly all: boolean;
  readonly count: number;
  readonly tickets: readonly ListedTicket[];
}

function InboxHead({ filters, all, count, tickets }: InboxHeadProps): View {
  const agents = [...new Set(tickets.map((ticket) => ticket.agent))].sort();
  const set = (name: string, value: string): void => goTo(hashOf('inbox', null, withFilter(filters, name, value)), true);
  const onAgent = (event: Event): void => set('agent', event.target instanceof HTMLSelectElement ? event.target.value : '');
  return html`<header class="view-head">
    <h1>Inbox <span class="count">${count}</span></h1>
    <${NotifyButton} />
    <div class="view-tools">
      <div class="switch" role="group" aria-label="Which tickets">
        <button type="button" aria-pressed=${!all} onClick=${() => set('show', '')}>Waiting</button>
        <button type="button" aria-pressed=${all} onClick=${() => set('show', 'all')}>All</button>
      </div>
      <label class="visually-hidden" for="inbox-agent">Agent</label>
      <select id="inbox-agent" value=${filters['agent'] ?? ''} onChange=${onAgent}>
        <option value="">every agent</option>
        ${agents.map((agent) => html`<option value=${agent}>${plainLine(agent)}</option>`)}
      </select>
    </div>
  </header>`;
}

/** Asked for by a click only: a browser that is asked on load says no for ever. */
function NotifyButton(): View | null {
  const [state, setState] = useState(notificationsAre());
  if (state !== 'off') return null;
  const turnOn = (): void => void Notification.requestPermission().then(() => setState(notificationsAre()));
  return html`<button type="button" class="button-quiet" onClick=${turnOn}><${Sign} name="bell" />Notify me</button>`;
}
