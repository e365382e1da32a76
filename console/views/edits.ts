// The edits that the bundle offers instead of the request as it is, each with what it changes.

import { differenceOf } from '../model/difference.ts';
import { headlineText } from '../model/headline.ts';
import type { Offer, Ticket } from '../model/shapes.ts';
import { AgentText } from '../parts/agent-text.ts';
import { Difference } from '../parts/facts.ts';
import { html, type View } from '../parts/html.ts';

export interface EditsProps {
  readonly ticket: Ticket;
  /** The constraint's name, null for the request as it is. */
  readonly chosen: string | null;
  readonly onChoose: (constraint: string | null) => void;
  readonly disabled: boolean;
}

export function Edits({ ticket, chosen, onChoose, disabled }: EditsProps): View {
  return html`<fieldset class="block edits" disabled=${disabled}>
    <legend>Approve it as it is, or edited</legend>
    <label class=${chosen === null ? 'edit edit-chosen' : 'edit'}>
      <input type="radio" name="edit" checked=${chosen === null} onChange=${() => onChoose(null)} />
      <span class="strong">As it is</span>
    </label>
    ${ticket.offers.map(
      (offer) => html`<label class=${chosen === offer.constraint ? 'edit edit-chosen' : 'edit'}>
        <input type="radio" name="edit" checked=${chosen === offer.constraint} onChange=${() => onChoose(offer.constraint)} />
        <${EditText} ticket=${ticket} offer=${offer} />
      </label>`,
    )}
    ${ticket.edit === null ? null : html`<p class="quiet small">The first approver chose; further approvals are for the same.</p>`}
  </fieldset>`;
}

function EditText({ ticket, offer }: { readonly ticket: Ticket; readonly offer: Offer }): View {
  return html`<div class="edit-text">
    <span class="strong">${offer.actions.map((action) => html`<${AgentText} text=${headlineText(action)} />`)}</span>
    <span class="quiet small">${offer.changed.map((text) => html`<${AgentText} text=${text} />`)} · <code>${offer.constraint}</code></span>
    <${Difference} changes=${differenceOf(ticket.actions, offer.actions)} />
  </div>`;
}
