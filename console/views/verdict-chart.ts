// Verdicts over time, as stacked bars.

import { countText, slicesOf, STACK, ticksTo, timeLabel, totalOf, totalsOf } from '../model/chart-scale.ts';
import type { Bucket } from '../model/shapes.ts';
import { html, type View } from '../parts/html.ts';
import { Shape, verdictWord } from '../parts/icon.ts';
import { ChartFrame, type Scale } from './chart-frame.ts';

export interface ChartProps {
  readonly buckets: readonly Bucket[];
  readonly window: string;
}

export function VerdictChart({ buckets, window }: ChartProps): View {
  const ticks = ticksTo(Math.max(...buckets.map(totalOf), 0));
  const totals = totalsOf(buckets);
  const all = STACK.reduce((sum, verdict) => sum + totals[verdict], 0);
  return html`<${ChartFrame}
    title="Verdicts" summary=${`${all} in all: ${STACK.map((verdict) => `${totals[verdict]} ${verdictWord(verdict)}`).join('; ')}.`}
    buckets=${buckets} window=${window} ticks=${ticks} tickText=${countText}
    legend=${STACK.map((verdict) => html`<span class="legend-item"><${Shape} verdict=${verdict} />${verdictWord(verdict)}</span>`)}
    table=${html`<${VerdictTable} buckets=${buckets} window=${window} />`} draw=${(scale: Scale) => html`<${Bars} buckets=${buckets} window=${window} scale=${scale} />`} />`;
}

function Bars({ buckets, window, scale }: ChartProps & { readonly scale: Scale }): View {
  const gap = scale.step > 6 ? 2 : 0.5;
  return html`<g>
    ${buckets.map(
      (bucket, i) => html`<g><title>${`${timeLabel(bucket.at, window)}: ${totalOf(bucket)}`}</title>
        ${slicesOf(bucket).map(
          (
            slice,
          ) => html`<rect class=${`slice verdict-${slice.verdict}`} x=${scale.x(i) + gap / 2} width=${Math.max(0.5, scale.step - gap)}
            y=${scale.y(slice.from + slice.count)} height=${Math.max(0.75, scale.y(slice.from) - scale.y(slice.from + slice.count))} />`,
        )}</g>`,
    )}
  </g>`;
}

function VerdictTable({ buckets, window }: ChartProps): View {
  return html`<table>
    <thead><tr><th scope="col">Time</th>${STACK.map((verdict) => html`<th scope="col" class="number">${verdictWord(verdict)}</th>`)}</tr></thead>
    <tbody>${buckets.map(
      (bucket) =>
        html`<tr><th scope="row">${timeLabel(bucket.at, window)}</th>${STACK.map((verdict) => html`<td class="number">${bucket.verdicts[verdict] ?? 0}</td>`)}</tr>`,
    )}</tbody>
  </table>`;
}
