// The second step of a decision: says once more what will happen, and takes one click, once.

import { PLAN_WORDS, planOf } from '../model/plan-ticket.ts';
import { useEffect, useState } from 'preact/hooks';
import { headlineText } from '../model/headline.ts';
import type { Offer, Ticket } from '../model/shapes.ts';
import { AgentText } from '../parts/agent-text.ts';
import { ask, type Problem } from '../parts/api.ts';
import { Dialog } from '../parts/dialog.ts';
import { html, type View } from '../parts/html.ts';
import { notify } from '../parts/notices.ts';
import { scopeWords } from '../model/scope.ts';

export interface Choice {
  readonly kind: 'approve' | 'deny';
  readonly offer: Offer | null;
  readonly scope: boolean;
}

export interface DecideDialogProps {
  readonly ticket: Ticket;
  readonly choice: Choice;
  readonly onClose: () => void;
  readonly onDecided: () => void;
}

/** INVARIANT: the second click of a double click, and a key still held down, confirm nothing. */
const ARMED_AFTER_MS = 500;
/** What the gateway keeps of it. */
const MOST_REASON_CHARS = 300;

export function DecideDialog({ ticket, choice, onClose, onDecided }: DecideDialogProps): View {
  const [armed, setArmed] = useState(false);
  const [busy, setBusy] = useState(false);
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setArmed(true), ARMED_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!armed || busy) return;
    setBusy(true);
    const answer = await ask<Ticket>(
      'POST',
      `/v1/tickets/${encodeURIComponent(ticket.id)}/${choice.kind}`,
      bodyOf(choice, reason),
    );
    if (answer.problem === null) {
      notify(choice.kind === 'approve' ? 'good' : 'plain', doneText(choice, answer.value));
      onDecided();
      return;
    }
    setBusy(false);
    if (answer.problem.code === 'TICKET_STATE') {
      notify('plain', `Somebody was faster: ${answer.problem.detail}`);
      onDecided();
    } else setProblem(answer.problem);
  };
  const approving = choice.kind === 'approve';
  return html`<${Dialog} title=${titleOf(choice, planOf(ticket) !== null)} onClose=${onClose}>
    <form method="dialog" onSubmit=${submit}>
      <${What} ticket=${ticket} choice=${choice} />
      ${
        approving
          ? null
          : html`<label for="deny-reason">Reason <span class="quiet">(optional; the agent and the record get it)</span></label>
              <textarea id="deny-reason" rows="3" maxlength=${MOST_REASON_CHARS} value=${reason} autofocus
                onInput=${(event: InputEvent) => setReason(event.target instanceof HTMLTextAreaElement ? event.target.value : '')}></textarea>`
      }
      ${problem === null ? null : html`<p class="field-problem" role="alert">${problem.detail}</p>`}
      <div class="dialog-actions">
        <button type="button" onClick=${onClose} disabled=${busy}>Cancel</button>
        <button type="submit" class=${approving ? 'button-approve' : 'button-deny'} aria-disabled=${!armed || busy} autofocus=${approving}>
          ${busy ? 'One moment …' : confirmText(choice)}
        </button>
      </div>
    </form>
  </${Dialog}>`;
}

function What({ ticket, choice }: { readonly ticket: Ticket; readonly choice: Choice }): View {
  const actions = choice.offer?.actions ?? ticket.actions;
  return html`<div class="dialog-what">
    <ul class="plain-list">${actions.map((action) => html`<li class="strong"><${AgentText} text=${headlineText(action)} /></li>`)}</ul>
    <p class="quiet">asked by <${AgentText} text=${ticket.agent} />${ticket.user === null ? null : html` for <${AgentText} text=${ticket.user} />`}</p>
    ${choice.offer === null ? null : html`<p>Changed before it is sent: ${choice.offer.changed.map((text) => html`<span class="tag"><${AgentText} text=${text} /></span>`)}</p>`}
    ${choice.scope && ticket.scope !== null ? html`<p>Also ${scopeWords(ticket.scope)}.</p>` : null}
    ${choice.kind === 'approve' && planOf(ticket) !== null ? html`<p>${PLAN_WORDS}</p>` : null}
    ${choice.kind === 'approve' && ticket.warning !== null ? html`<p class="warning"><${AgentText} text=${ticket.warning} /></p>` : null}
  </div>`;
}

function bodyOf(choice: Choice, reason: string): object {
  if (choice.kind === 'deny') return reason.trim() === '' ? {} : { reason: reason.trim() };
  return { ...(choice.offer === null ? {} : { edit: choice.offer.constraint }), ...(choice.scope ? { scope: true } : {}) };
}

function titleOf(choice: Choice, plan: boolean): string {
  if (choice.kind === 'deny') return plan ? 'Deny this plan?' : 'Deny this request?';
  if (plan) return 'Approve this plan?';
  return choice.offer === null ? 'Approve this request?' : 'Approve it as edited?';
}

function confirmText(choice: Choice): string {
  if (choice.kind === 'deny') return 'Deny it';
  return choice.offer === null ? 'Approve it' : 'Approve the edit';
}

function doneText(choice: Choice, ticket: Ticket): string {
  if (choice.kind === 'deny') return 'Denied. The agent is told so.';
  if (ticket.state === 'pending') return 'Your approval counts. One more person has to approve it.';
  if (planOf(ticket) !== null) return 'Approved. The agent may take its steps now.';
  if (ticket.state === 'approved') return 'Approved. The next identical request goes out, once.';
  return 'Approved. It goes out now, once.';
}
