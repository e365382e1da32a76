// What being judged adds to a request, over time: the middle one, and the slowest of a hundred.

import { linePath, millisText, ticksTo, timeLabel } from '../model/chart-scale.ts';
import type { Bucket } from '../model/shapes.ts';
import { html, type View } from '../parts/html.ts';
import { ChartFrame, type Scale } from './chart-frame.ts';
import type { ChartProps } from './verdict-chart.ts';

type Line = 'p50Ms' | 'p99Ms';

export function LatencyChart({ buckets, window }: ChartProps): View {
  const ticks = ticksTo(Math.max(...buckets.map((bucket) => bucket.p99Ms ?? bucket.p50Ms ?? 0), 0));
  const last = buckets.findLast((bucket) => bucket.p50Ms !== null);
  return html`<${ChartFrame}
    title="Added latency" summary=${`Latest: median ${millisText(last?.p50Ms ?? null)}, 99th percentile ${millisText(last?.p99Ms ?? null)}.`}
    buckets=${buckets} window=${window} ticks=${ticks} tickText=${(value: number) => millisText(value)}
    legend=${html`<span class="legend-item"><i class="key key-p50" />p50</span><span class="legend-item"><i class="key key-p99" />p99</span>`}
    table=${html`<${LatencyTable} buckets=${buckets} window=${window} />`}
    draw=${(scale: Scale) => html`<g>
    <path class="line line-p99" d=${pathOf(buckets, scale, 'p99Ms')} />
    <path class="line line-p50" d=${pathOf(buckets, scale, 'p50Ms')} />
    ${lonely(buckets, scale, 'p99Ms').map(({ x, y }) => html`<circle class="dot dot-p99" cx=${x} cy=${y} r="2.5" />`)}
    ${lonely(buckets, scale, 'p50Ms').map(({ x, y }) => html`<circle class="dot" cx=${x} cy=${y} r="2.5" />`)}
    </g>`} />`;
}

type Point = { readonly x: number; readonly y: number };

function pointsOf(buckets: readonly Bucket[], scale: Scale, line: Line): ReadonlyArray<Point | null> {
  return buckets.map((bucket, i) => {
    const value = bucket[line];
    return value === null ? null : { x: scale.x(i) + scale.step / 2, y: scale.y(value) };
  });
}

function pathOf(buckets: readonly Bucket[], scale: Scale, line: Line): string {
  return linePath(pointsOf(buckets, scale, line));
}

/** A point with nothing beside it makes no line. */
function lonely(buckets: readonly Bucket[], scale: Scale, line: Line): readonly Point[] {
  const points = pointsOf(buckets, scale, line);
  const has = (i: number): boolean => points[i] !== undefined && points[i] !== null;
  return points.filter((point, i) => point !== null && !has(i - 1) && !has(i + 1)).filter((point) => point !== null);
}

function LatencyTable({ buckets, window }: ChartProps): View {
  return html`<table>
    <thead><tr><th scope="col">Time</th><th scope="col" class="number">p50</th><th scope="col" class="number">p99</th></tr></thead>
    <tbody>${buckets.map(
      (bucket) =>
        html`<tr><th scope="row">${timeLabel(bucket.at, window)}</th><td class="number">${millisText(bucket.p50Ms)}</td><td class="number">${millisText(bucket.p99Ms)}</td></tr>`,
    )}</tbody>
  </table>`;
}
