// Facts as a list of labels and values, and the difference that an edit makes to them.

import type { Change } from '../model/difference.ts';
import { factRows } from '../model/fact-rows.ts';
import type { Facts as FactsShape } from '../model/shapes.ts';
import { AgentText } from './agent-text.ts';
import { html, type View } from './html.ts';

const MOST_VALUES = 50;

export function Facts({ facts }: { readonly facts: FactsShape }): View {
  return html`<dl class="facts">
    ${factRows(facts).map(
      (row) => html`<div>
        <dt>${row.label}</dt>
        <dd class=${row.values.length > 1 ? 'many' : ''}>
          ${row.values.length === 0 ? html`<span class="quiet">none</span>` : null}
          ${row.values.slice(0, MOST_VALUES).map((value) => html`<span class="value"><${AgentText} text=${value} /></span>`)}
          ${row.values.length > MOST_VALUES ? html`<span class="quiet">and ${row.values.length - MOST_VALUES} more</span>` : null}
        </dd>
      </div>`,
    )}
  </dl>`;
}

export function Difference({ changes }: { readonly changes: readonly Change[] }): View {
  if (changes.length === 0) return html`<p class="quiet">No fact that is shown here changes.</p>`;
  return html`<dl class="facts difference">
    ${changes.map(
      (change) => html`<div>
        <dt>${change.label}</dt>
        <dd class="many">
          ${change.removed.map((value) => html`<del><span class="visually-hidden">removed: </span><${AgentText} text=${value} /></del>`)}
          ${change.added.map((value) => html`<ins><span class="visually-hidden">new: </span><${AgentText} text=${value} /></ins>`)}
          ${change.kept.map((value) => html`<span class="value"><span class="visually-hidden">stays: </span><${AgentText} text=${value} /></span>`)}
        </dd>
      </div>`,
    )}
  </dl>`;
}
