// Time cut into buckets: what is spent falls into one, and is free again when the window has passed over all of it.

import type { Window } from './budget.ts';
import { periodOf } from './calendar.ts';

export interface Bucket {
  /** When it began, as a key: milliseconds since 1970, or the first day of its period. */
  readonly id: string;
  /** From then on (milliseconds since 1970) nothing of it counts any more. */
  readonly untilMs: number;
}

/** So many buckets are one sliding window: what was spent is free again at most a 96th of it late, and never early. */
const BUCKETS = 96;

/** INVARIANT: what is spent now counts for at least the whole window from now on, or to the end of the calendar's period. */
export function bucketAt(window: Window, nowMs: number): Bucket {
  if (window.kind === 'calendar') {
    const { first, endMs } = periodOf(window.period, window.timezone, nowMs);
    return { id: first, untilMs: endMs };
  }
  const step = Math.ceil(window.lengthMs / BUCKETS);
  const start = Math.floor(nowMs / step) * step;
  return { id: String(start), untilMs: start + step + window.lengthMs };
}
