// Grants: what was approved and not yet used, and what was approved for a while. Each can be taken back.

import { useState } from 'preact/hooks';
import { durationText, secondsLeft } from '../model/countdown.ts';
import { hashOf } from '../model/filters.ts';
import type { Grant } from '../model/shapes.ts';
import { AgentText } from '../parts/agent-text.ts';
import { ask } from '../parts/api.ts';
import { Dialog } from '../parts/dialog.ts';
import { useFollowed } from '../parts/followed.ts';
import { useNow } from '../parts/hooks.ts';
import { html, type View } from '../parts/html.ts';
import { notify } from '../parts/notices.ts';
import { Empty, Failure, Loading } from '../parts/states.ts';

export function Grants(): View {
  // An operator who decides nothing hears of no ticket: the clock goes on.
  const grants = useFollowed<readonly Grant[]>('/v1/grants', null, 8_000);
  const [asked, setAsked] = useState<Grant | null>(null);
  const revoke = async (grant: Grant): Promise<void> => {
    setAsked(null);
    const answer = await ask('DELETE', `/v1/grants/${encodeURIComponent(grant.id)}`);
    notify(answer.problem === null ? 'good' : 'bad', answer.problem?.detail ?? 'Revoked. The next request asks again.');
    grants.reload();
  };
  return html`<section class="view" aria-labelledby="grants-title">
    <header class="view-head"><h1 id="grants-title">Grants <span class="count">${grants.value?.length}</span></h1></header>
    ${grants.problem === null ? null : html`<${Failure} problem=${grants.problem} onRetry=${grants.reload} />`}
    ${grants.value === null && grants.problem === null ? html`<${Loading} />` : null}
    ${grants.value?.length === 0 ? html`<${Empty} title="No grant is open"><p>What is approved while the agent waits is sent at once and leaves none.</p></${Empty}>` : null}
    ${grants.value === null || grants.value.length === 0 ? null : html`<${GrantTable} grants=${grants.value} onRevoke=${setAsked} />`}
    ${
      asked === null
        ? null
        : html`<${Dialog} title="Revoke this grant?" onClose=${() => setAsked(null)}>
            <p><${AgentText} text=${asked.agent} />'s next request of this kind waits for a person again.</p>
            <div class="dialog-actions">
              <button type="button" onClick=${() => setAsked(null)}>Cancel</button>
              <button type="button" class="button-deny" onClick=${() => void revoke(asked)}>Revoke it</button>
            </div>
          </${Dialog}>`
    }
  </section>`;
}

interface GrantTableProps {
  readonly grants: readonly Grant[];
  readonly onRevoke: (grant: Grant) => void;
}

function GrantTable({ grants, onRevoke }: GrantTableProps): View {
  const now = useNow(5_000);
  return html`<div class="table-wrap"><table class="stacked">
    <thead><tr><th scope="col">For</th><th scope="col">Agent</th><th scope="col">Kind</th><th scope="col">Given by</th><th scope="col">Left</th><th scope="col"><span class="visually-hidden">Revoke</span></th></tr></thead>
    <tbody>${grants.map(
      (grant) => html`<tr>
        <td><code>${grant.action ?? 'the approved request'}</code>${grant.resource === null ? anyTarget(grant) : html` on <${AgentText} text=${grant.resource} />`}<br /><a class="small" href=${hashOf('inbox', grant.ticket)}>ticket</a></td>
        <td><${AgentText} text=${grant.agent} />${grant.session === null ? anySession(grant) : html`<span class="quiet small"> ${'~'}<${AgentText} text=${grant.session} /></span>`}</td>
        <td><span class="tag">${grant.kind === 'once' ? 'one use' : 'for a while'}</span></td>
        <td>${grant.by.join(', ')}</td>
        <td>${durationText(secondsLeft(grant.expiresAt, now))}${grant.usesLeft === null ? null : html`<span class="quiet">, ${grant.usesLeft} ${grant.usesLeft === 1 ? 'use' : 'uses'}</span>`}</td>
        <td class="number"><button type="button" class="button-deny-soft" onClick=${() => onRevoke(grant)}>Revoke</button></td>
      </tr>`,
    )}</tbody>
  </table></div>`;
}

/** What a grant does not narrow is said as well: whoever looks must see how wide it is. */
function anyTarget(grant: Grant): string | null {
  return grant.kind === 'scoped' ? ' on any target' : null;
}

function anySession(grant: Grant): View | null {
  return grant.kind === 'scoped' ? html`<span class="quiet small">, any session</span>` : null;
}
