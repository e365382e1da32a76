// One ticket in full: its meaning, why it was stopped, who asks, what may be chosen, and the raw request last.

import { PLAN_WORDS, planOf } from '../model/plan-ticket.ts';
import { useState } from 'preact/hooks';
import type { TicketView } from '../model/shapes.ts';
import { agoText } from '../model/countdown.ts';
import { hashOf } from '../model/filters.ts';
import { coversWords } from '../model/covers.ts';
import { scopeWords } from '../model/scope.ts';
import { AgentText } from '../parts/agent-text.ts';
import { Countdown } from '../parts/countdown.ts';
import { Facts } from '../parts/facts.ts';
import { useKeys } from '../parts/hooks.ts';
import { html, type View } from '../parts/html.ts';
import { Sign } from '../parts/icon.ts';
import { Alarms, Meaning } from '../parts/meaning.ts';
import { type Choice, DecideDialog } from './decide-dialog.ts';
import { Edits } from './edits.ts';
import { RawRequest } from './raw-request.ts';
import { endText, StateMark } from './ticket-state.ts';

export interface TicketPanelProps {
  readonly ticket: TicketView;
  readonly offsetMs: number;
  readonly me: string;
  readonly onChanged: () => void;
}

export function TicketPanel({ ticket, offsetMs, me, onChanged }: TicketPanelProps): View {
  const [wanted, setEdit] = useState<string | null>(null);
  // Whoever signed first has chosen, also when that was a moment ago.
  const edit = ticket.edit ?? wanted;
  const [scope, setScope] = useState(false);
  const [asked, setAsked] = useState<Choice | null>(null);
  const open = ticket.state === 'pending' && ticket.mayDecide && !ticket.approvals.some((approval) => approval.user === me);
  const offer = ticket.offers.find((candidate) => candidate.constraint === edit) ?? null;
  const decide = (kind: Choice['kind']): void => {
    if (open) setAsked({ kind, offer: kind === 'approve' ? offer : null, scope: kind === 'approve' && scope && offer === null });
  };
  useKeys({
    a: () => decide('approve'),
    d: () => decide('deny'),
    e: () => document.querySelector<HTMLInputElement>('input[name=edit]')?.focus(),
  });
  const end = endText(ticket);
  const covers = ticket.state === 'pending' ? coversWords(ticket) : null;
  // Of a plan its steps have outcomes, and its ticket none.
  const isUnknown = ticket.state === 'spent' && ticket.outcome === 'unknown' && planOf(ticket) === null;
  return html`<article class="ticket" aria-labelledby="ticket-title">
    <header class="ticket-head">
      <${StateMark} ticket=${ticket} />
      ${ticket.state === 'pending' ? html`<${Countdown} ticket=${ticket} offsetMs=${offsetMs} />` : null}
    </header>
    <h2 id="ticket-title" tabindex="-1" class="ticket-title">
      ${ticket.actions.map((action) => html`<${Meaning} action=${action} />`)}
    </h2>
    <${Alarms} actions=${ticket.actions} />
    ${ticket.warning === null ? null : html`<p class="warning" role="note"><${Sign} name="alarm" /><span><${AgentText} text=${ticket.warning} /></span></p>`}
    ${covers === null ? null : html`<p class="warning" role="note"><${Sign} name="alarm" /><span>${covers}</span></p>`}
    ${end === null ? null : html`<p class=${`ticket-end ticket-end-${isUnknown ? 'unknown' : ticket.state}`} role="status">${end}</p>`}
    <${Why} ticket=${ticket} />
    <${Who} ticket=${ticket} />
    ${ticket.offers.length === 0 ? null : html`<${Edits} ticket=${ticket} chosen=${edit} onChoose=${setEdit} disabled=${!open || ticket.edit !== null} />`}
    ${ticket.actions.map(
      (action) =>
        html`<section class="block"><h3>Facts <code>${action.action}</code></h3><${Facts} facts=${action.facts} /></section>`,
    )}
    <${RawRequest} ticket=${ticket} />
    <${Moves} ticket=${ticket} />
    ${planOf(ticket) === null ? null : html`<p class="quiet">${PLAN_WORDS}</p>`}
    ${open ? html`<${Decide} ticket=${ticket} edited=${offer !== null} scope=${scope} onScope=${setScope} onDecide=${decide} />` : null}
    ${ticket.state === 'pending' && !open ? html`<p class="ticket-foot quiet">${closedText(ticket, me)}</p>` : null}
    ${
      asked === null
        ? null
        : html`<${DecideDialog} ticket=${ticket} choice=${asked} onClose=${() => setAsked(null)}
            onDecided=${() => {
              setAsked(null);
              onChanged();
            }} />`
    }
  </article>`;
}

function Why({ ticket }: { readonly ticket: TicketView }): View {
  return html`<section class="block">
    <h3>Why it was stopped</h3>
    ${ticket.waits.map((wait) => {
      const signed = ticket.approvals.filter((approval) => approval.policies.includes(wait.policy));
      return html`<div class="why">
        <p><${AgentText} text=${wait.reason} /></p>
        <p class="quiet small">
          policy <a href=${hashOf('bundle', wait.policy)}><code>${wait.policy}</code></a> · ${wait.approvers.join(' or ')} decide
          ${wait.quorum > 1 ? html` · <${Quorum} have=${signed.length} need=${wait.quorum} />` : null}
        </p>
        ${signed.length === 0 ? null : html`<p class="small">${signed.map((approval) => html`<span class="tag tag-good"><${Sign} name="check" />${approval.user}</span>`)}</p>`}
      </div>`;
    })}
  </section>`;
}

function Quorum({ have, need }: { readonly have: number; readonly need: number }): View {
  return html`<span class="quorum">
    ${Array.from({ length: need }, (_, i) => html`<i class=${i < have ? 'quorum-dot quorum-have' : 'quorum-dot'} aria-hidden="true" />`)}
    ${have} of ${need} approvals
  </span>`;
}

function Who({ ticket }: { readonly ticket: TicketView }): View {
  const rows: ReadonlyArray<readonly [string, string | null]> = [
    ['Agent', ticket.agent],
    ['For', ticket.user],
    ['Session', ticket.session],
    ['Asked', agoText(ticket.createdAt, Date.now())],
  ];
  return html`<section class="block">
    <h3>Who asks</h3>
    <dl class="facts facts-row">
      ${rows.map(([label, value]) => (value === null ? null : html`<div><dt>${label}</dt><dd><span><${AgentText} text=${value} /></span></dd></div>`))}
    </dl>
  </section>`;
}

function Moves({ ticket }: { readonly ticket: TicketView }): View {
  return html`<section class="block">
    <h3>On record</h3>
    <ol class="moves">
      ${ticket.moves.map(
        (move) => html`<li>
          <time class="quiet" datetime=${move.at}>${new Date(move.at).toLocaleTimeString('en', { hour12: false })}</time>
          <span>${move.move}${move.by === null ? '' : ` by ${move.by}`}${move.channel === null ? '' : ` (${move.channel})`}${move.note === '' ? null : html`: <${AgentText} text=${move.note} />`}</span>
        </li>`,
      )}
    </ol>
    <p class="small">${
      planOf(ticket) === null
        ? html`<a href=${hashOf('story', ticket.exchange)}>The whole story of this exchange</a>`
        : html`<a href=${hashOf('plans', ticket.exchange)}>The plan, step by step</a>`
    }</p>
  </section>`;
}

interface DecideProps {
  readonly ticket: TicketView;
  readonly edited: boolean;
  readonly scope: boolean;
  readonly onScope: (on: boolean) => void;
  readonly onDecide: (kind: Choice['kind']) => void;
}

function Decide({ ticket, edited, scope, onScope, onDecide }: DecideProps): View {
  return html`<footer class="ticket-foot">
    ${
      // With an edit it is for this once: its like was never looked at.
      ticket.scope === null || edited
        ? null
        : html`<label class="check"><input type="checkbox" checked=${scope} onChange=${() => onScope(!scope)} />
            <span>Also ${scopeWords(ticket.scope)}</span></label>`
    }
    <div class="ticket-buttons">
      <button type="button" class="button-deny-soft" onClick=${() => onDecide('deny')} aria-keyshortcuts="d">Deny <kbd>d</kbd></button>
      <button type="button" class="button-approve" onClick=${() => onDecide('approve')} aria-keyshortcuts="a">${edited ? 'Approve the edit' : 'Approve'} <kbd>a</kbd></button>
    </div>
  </footer>`;
}

function closedText(ticket: TicketView, me: string): string {
  if (ticket.approvals.some((approval) => approval.user === me)) return 'You approved it. It waits for somebody else.';
  return ticket.user === me
    ? 'It was asked for on your behalf, so somebody else decides it.'
    : 'You may look at it, and not decide it.';
}
