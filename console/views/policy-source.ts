// A policy's own text, with where it stands, lightly coloured.

import type { PolicyText } from '../model/shapes.ts';
import { html, type View } from '../parts/html.ts';
import { VerdictMark } from '../parts/icon.ts';
import { SourceLine } from '../parts/source-line.ts';

export interface PolicySourceProps {
  readonly policy: PolicyText;
  readonly open?: boolean;
  /** A line of its file to point at. */
  readonly line?: number | null;
}

export function PolicySource({ policy, open = false, line: marked = null }: PolicySourceProps): View {
  const lines = policy.text.split('\n');
  return html`<details class="policy" id=${`policy-${policy.id}`} open=${open}>
    <summary>
      <span class="effect">${policy.effect}</span>
      <${VerdictMark} verdict=${policy.verdict} />
      <span class="policy-name"><code class="policy-id">${policy.id}</code>${policy.shadow ? html`<span class="tag">in shadow</span>` : null}</span>
      <span class="policy-reason quiet">${policy.reason}</span>
    </summary>
    <pre tabindex="0" role="region" aria-label=${`Text of ${policy.id}`}><code>${lines.map(
      (line, i) =>
        html`<${SourceLine} name=${policy.file} text=${line} number=${policy.line + i} marked=${policy.line + i === marked} />`,
    )}</code></pre>
    <p class="small quiet policy-where"><code>${policy.file}:${policy.line}</code></p>
  </details>`;
}
