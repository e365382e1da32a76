// What could not be recorded, counted until an entry can tell of it (threat F7).

import type { GapBody } from './gap-body.ts';
import type { Withdrawal } from './withdrawal.ts';

export interface RefusalCount {
  /** Appends that somebody waited for: their actions were refused. */
  readonly refused: number;
  /** Entries nobody waited for (outcomes) that are gone, because too many waited. */
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

/** The gap entry. `until`: now. */
export function gapBody(count: RefusalCount | null, { ranges }: Pick<Withdrawal, 'ranges'>, until: string): GapBody {
  const { refused, lost, since, reason } = count ?? {
    refused: 0,
    lost: 0,
    since: until,
    reason: 'entries were written too late',
  };
  const notes = [reason, `nothing could be written until ${until}`];
  if (lost > 0) notes.push(`${lost} outcome entries lost`);
  if (ranges.length > 0) notes.push('entries were written although their actions were refused: nothing was sent by them');
  return { type: 'gap', refused, since, ...(ranges.length === 0 ? {} : { withdrawn: ranges }), note: notes.join('; ') };
}
