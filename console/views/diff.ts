// A unified diff: signs and line numbers first, colour on top of them.

import { type DiffLine, diffCounts, diffLines } from '../model/unified-diff.ts';
import { AgentText } from '../parts/agent-text.ts';
import { type Children, html, type View } from '../parts/html.ts';

const SIGNS: Readonly<Record<DiffLine['kind'], string>> = { same: ' ', added: '+', removed: '−', gap: ' ' };
const SPOKEN: Readonly<Record<DiffLine['kind'], string | null>> = {
  same: null,
  added: 'added: ',
  removed: 'removed: ',
  gap: null,
};

export interface DiffProps {
  readonly name: string;
  readonly change: string;
  readonly diff: string;
  readonly open?: boolean;
  readonly children?: Children;
}

export function Diff({ name, change, diff, open = true, children }: DiffProps): View {
  const lines = diffLines(diff);
  const { added, removed } = diffCounts(lines);
  return html`<details class="policy diff" open=${open}>
    <summary>
      <span class=${`diff-change diff-change-${change}`}>${change}</span><code class="policy-id">${name}</code>
      <span class="diff-counts small"><span class="good">+${added}</span> <span class="bad">−${removed}</span></span>
      ${children}
    </summary>
    <pre tabindex="0" role="region" aria-label=${`What changed in ${name}`}><code>${lines.map(
      (line) =>
        html`<span class=${`diff-line diff-${line.kind}`}><span class="diff-number" aria-hidden="true">${line.before ?? ''}</span><span class="diff-number" aria-hidden="true">${line.after ?? ''}</span><span class="diff-sign" aria-hidden="true">${SIGNS[line.kind]}</span>${SPOKEN[line.kind] === null ? null : html`<span class="visually-hidden">${SPOKEN[line.kind]}</span>`}<span class="diff-text"><${AgentText} text=${line.text} lines /></span>${'\n'}</span>`,
    )}</code></pre>
  </details>`;
}
