// What could not be recorded, counted until an entry can tell of it (threat F7).

import type { GapBody } from './entry.ts';

export interface RefusalCount {
  /** Appends that somebody waited for: their actions were refused. */
  readonly refused: number;
  /** Entries nobody waited for (outcomes) that are gone. */
  readonly lost: number;
  /** Time of the first one. */
  readonly since: string;
  readonly reason: string;
}

/** `before` with one more. The first reason is kept: what follows is usually its echo. */
export function countRefusal(before: RefusalCount | null, waited: boolean, time: string, reason: string): RefusalCount {
  const { refused, lost, since, reason: first } = before ?? { refused: 0, lost: 0, since: time, reason };
  return { refused: refused + (waited ? 1 : 0), lost: lost + (waited ? 0 : 1), since, reason: first };
}

/** What is left to tell after a gap entry told of `told`: refusals may have come in while it was written. */
export function withoutTold(now: RefusalCount | null, told: RefusalCount, time: string): RefusalCount | null {
  const refused = (now?.refused ?? 0) - told.refused;
  const lost = (now?.lost ?? 0) - told.lost;
  return refused + lost > 0 ? { refused, lost, since: time, reason: told.reason } : null;
}

/** The gap entry. `kept`: entries of a failed write that were found on disk after all, their actions refused nevertheless. */
export function gapBody(count: RefusalCount, kept: number): GapBody {
  const notes = [count.reason];
  if (count.lost > 0) notes.push(`${count.lost} outcome entries lost`);
  if (kept > 0) notes.push(`the ${kept} entries before this one were written although their actions were refused`);
  return { type: 'gap', refused: count.refused, since: count.since, note: notes.join('; ') };
}
