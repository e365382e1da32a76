// What the charts share: a frame with axes, a legend, and the same numbers as a table for those who want or need them.

import { useEffect, useRef, useState } from 'preact/hooks';
import { timeLabel } from '../model/chart-scale.ts';
import type { Bucket } from '../model/shapes.ts';
import { type Children, html, type View } from '../parts/html.ts';

/** Until it is measured. */
const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 44;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 24;

export interface Scale {
  x(i: number): number;
  y(value: number): number;
  /** Of one bucket. */
  readonly step: number;
}

function scaleOf(count: number, most: number, width: number): Scale {
  const step = (width - LEFT - RIGHT) / Math.max(1, count);
  return { step, x: (i) => LEFT + i * step, y: (value) => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * value) / most };
}

export interface ChartFrameProps {
  readonly title: string;
  /** One sentence for those who can't see the drawing. */
  readonly summary: string;
  readonly buckets: readonly Bucket[];
  readonly window: string;
  readonly ticks: readonly number[];
  readonly tickText: (value: number) => string;
  readonly legend: Children;
  readonly table: Children;
  readonly draw: (scale: Scale) => Children;
}

/** Pixels that a label on the time axis needs, the gap behind it included. One that would be cut at the end is left out. */
const LABEL = 76;

export function ChartFrame(props: ChartFrameProps): View {
  const { title, summary, buckets, window, ticks, tickText, legend, table, draw } = props;
  const [frame, width] = useWidth();
  const scale = scaleOf(buckets.length, ticks.at(-1) ?? 1, width);
  const every = Math.max(1, Math.ceil((buckets.length * LABEL) / width));
  return html`<section class="panel chart-panel">
    <header class="panel-head"><h2>${title}</h2><div class="legend">${legend}</div></header>
    <svg ref=${frame} class="chart" viewBox=${`0 0 ${width} ${HEIGHT}`} role="img" aria-label=${`${title}. ${summary}`}>
      ${ticks.map(
        (tick) => html`<g><line class="grid" x1=${LEFT} x2=${width - RIGHT} y1=${scale.y(tick)} y2=${scale.y(tick)} />
          <text class="axis" x=${LEFT - 8} y=${scale.y(tick) + 4} text-anchor="end">${tickText(tick)}</text></g>`,
      )}
      ${buckets.map((bucket, i) =>
        i % every === 0 && scale.x(i) + LABEL / 2 <= width
          ? html`<text class="axis" x=${scale.x(i)} y=${HEIGHT - 6} text-anchor="start">${timeLabel(bucket.at, window)}</text>`
          : null,
      )}
      ${draw(scale)}
    </svg>
    <details class="chart-table"><summary>The same as a table</summary><div class="table-wrap" tabindex="0" role="region" aria-label=${`${title}, as a table`}>${table}</div></details>
  </section>`;
}

/** The drawing's own width, so that a pixel of the chart is a pixel of the screen and the labels keep their size. */
function useWidth(): readonly [frame: { current: SVGSVGElement | null }, width: number] {
  const frame = useRef<SVGSVGElement | null>(null);
  const [width, setWidth] = useState(WIDTH);
  useEffect(() => {
    const { current } = frame;
    if (current === null) return undefined;
    const watch = new ResizeObserver(() => setWidth(Math.max(240, Math.round(current.clientWidth))));
    watch.observe(current);
    return () => watch.disconnect();
  }, []);
  return [frame, width];
}
