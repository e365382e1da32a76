// The arithmetic of the charts: round ticks, stacked bars, and lines with gaps where nothing was measured.

import type { Bucket, Verdict } from './shapes.ts';

/** From strictest to mildest, as the bars stack from the axis upwards and legends list them. */
export const STACK: readonly Verdict[] = ['BLOCK', 'WAIT', 'CONSTRAIN', 'ALLOW_LOG', 'ALLOW'];

/** 0 and up to `count` round steps (1, 2 or 5 times a power of ten) that reach `most`. */
export function ticksTo(most: number, count = 4): readonly number[] {
  if (!(most > 0)) return [0, 1];
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const whole = most >= 1 ? Math.max(step, 1) : step;
  return Array.from({ length: Math.ceil(most / whole - 1e-9) + 1 }, (_, i) => i * whole);
}

export interface Slice {
  readonly verdict: Verdict;
  readonly count: number;
  /** In counts, from the axis. */
  readonly from: number;
}

export function slicesOf(bucket: Bucket): readonly Slice[] {
  let from = 0;
  return STACK.flatMap((verdict) => {
    const count = bucket.verdicts[verdict] ?? 0;
    if (count === 0) return [];
    const slice = { verdict, count, from };
    from += count;
    return [slice];
  });
}

export function totalOf(bucket: Bucket): number {
  return STACK.reduce((sum, verdict) => sum + (bucket.verdicts[verdict] ?? 0), 0);
}

export function totalsOf(buckets: readonly Bucket[]): Readonly<Record<Verdict, number>> {
  const totals = { ALLOW: 0, ALLOW_LOG: 0, CONSTRAIN: 0, WAIT: 0, BLOCK: 0 };
  for (const bucket of buckets) for (const verdict of STACK) totals[verdict] += bucket.verdicts[verdict] ?? 0;
  return totals;
}

/** An SVG path through the points; null starts a new piece. */
export function linePath(points: ReadonlyArray<{ readonly x: number; readonly y: number } | null>): string {
  let pen = 'M';
  return points
    .map((point) => {
      if (point === null) {
        pen = 'M';
        return '';
      }
      const part = `${pen}${point.x.toFixed(1)} ${point.y.toFixed(1)}`;
      pen = 'L';
      return part;
    })
    .join('');
}

/** `1.2k`, `3.4M`. */
export function countText(count: number): string {
  if (count < 1_000) return String(count);
  const [value, unit] = count < 1_000_000 ? [count / 1_000, 'k'] : [count / 1_000_000, 'M'];
  return `${value < 10 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)}${unit}`;
}

/** `0.8 ms`, `42 ms`, `1.3 s`. */
export function millisText(ms: number | null): string {
  if (ms === null) return '–';
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 10 ? `${ms.toFixed(1).replace(/\.0$/, '')} ms` : `${Math.round(ms)} ms`;
}

/** `14:05` within a day, `Mar 4` over a week. */
export function timeLabel(at: string, window: string): string {
  const date = new Date(at);
  if (window === '7d') return date.toLocaleDateString('en', { month: 'short', day: 'numeric' });
  return date.toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', hour12: false });
}
