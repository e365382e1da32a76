// What policies that are not in force would have decided otherwise, with the way to the exchanges.

import { agoText } from '../model/countdown.ts';
import { countText } from '../model/chart-scale.ts';
import { hashOf } from '../model/filters.ts';
import type { FlipGroup, Shadow } from '../model/shadow-shapes.ts';
import { AgentText } from '../parts/agent-text.ts';
import { useLoaded } from '../parts/hooks.ts';
import { html, type View } from '../parts/html.ts';
import { VerdictMark } from '../parts/icon.ts';
import { Failure } from '../parts/states.ts';

const EVERY_MS = 15_000;

export function ShadowFlips(): View | null {
  const { value, problem, reload } = useLoaded<Shadow>('/v1/shadow', EVERY_MS);
  if (problem !== null) return html`<${Failure} problem=${problem} onRetry=${reload} />`;
  if (value === null || (value.flips.length === 0 && value.candidate === null && value.counts.judged === 0)) return null;
  const { counts, candidate, flips, since } = value;
  return html`<section class="panel flips" aria-labelledby="flips-title">
    <h2 id="flips-title">In shadow</h2>
    ${
      candidate === null
        ? null
        : html`<p class="small">Candidate <code><${AgentText} text=${candidate.policiesDir} /></code> · ${candidate.policies} policies${candidate.digest === null ? null : html` · <code>${candidate.digest.slice(0, 12)}</code>`}</p>
          ${candidate.error === null ? null : html`<div class="warning" role="alert"><p>Its files as they are now would not load.</p><pre tabindex="0" role="region" aria-label="What is wrong with the candidate">${candidate.error}</pre></div>`}`
    }
    <p class="small quiet">Since the start ${countText(counts.judged)} requests were judged again${counts.dropped === 0 ? '' : `, and ${countText(counts.dropped)} were not because too many waited`}. None of this decided anything.</p>
    ${
      flips.length === 0
        ? html`<p>Nothing would have come out otherwise.</p>`
        : html`<div class="table-wrap" tabindex="0" role="region" aria-label="Flips"><table class="stacked flip-table">
          <thead><tr><th scope="col">Would be decided by</th><th scope="col">Agent</th><th scope="col">Action</th><th scope="col">Was</th><th scope="col">Would be</th><th scope="col" class="number">Times</th><th scope="col">Latest</th></tr></thead>
          <tbody>${flips.map((flip) => html`<${FlipRow} flip=${flip} />`)}</tbody>
        </table></div>
        ${since === null ? null : html`<p class="small quiet">Counted from ${agoText(since, Date.now())} on.</p>`}`
    }
  </section>`;
}

function FlipRow({ flip }: { readonly flip: FlipGroup }): View {
  return html`<tr>
    <th scope="row">${flip.policies.length === 0 ? html`<span class="quiet">no permit</span> ` : flip.policies.map((id) => html`<${PolicyName} id=${id} side=${flip.side} />${' '}`)}
      ${flip.side === 'candidate' ? html`<span class="tag">candidate</span>` : null}</th>
    <td><${AgentText} text=${flip.agent} /></td>
    <td><code>${flip.action}</code></td>
    <td><${VerdictMark} verdict=${flip.was} /></td>
    <td><span class="only-phone quiet">→ </span><${VerdictMark} verdict=${flip.would} /></td>
    <td class="number">${countText(flip.count)}<span class="only-phone quiet"> times</span></td>
    <td>${flip.exchanges.map((exchange, i) => html`<a href=${hashOf('story', exchange)} title=${`Exchange ${exchange}`}>${i === 0 ? agoText(flip.latest, Date.now()) : `#${i + 1}`}<span class="visually-hidden">, exchange ${exchange}</span></a>${' '}`)}</td>
  </tr>`;
}

function PolicyName({ id, side }: { readonly id: string; readonly side: FlipGroup['side'] }): View {
  if (side === 'candidate') return html`<code><${AgentText} text=${id} /></code>`;
  return html`<a href=${hashOf('bundle', id)}><code>${id}</code></a>`;
}
