// What happened to a plan, from the entries that tell of it.

import type { Entry } from '../record/entry.ts';
import { plainText } from '../record/plain-text.ts';

interface PlanMove {
  readonly sequence: number;
  readonly move: string;
  readonly step: number | null;
  readonly exchange: string | null;
  readonly by: string | null;
  readonly channel: string | null;
  readonly at: string;
  readonly note: string;
}

const MAX_NOTE_CHARS = 400;

/** The moves among these entries, in their order. */
export function planMoves(entries: readonly Entry[]): PlanMove[] {
  return entries.flatMap(({ sequence, time, body }) => {
    if (body.type !== 'plan') return [];
    const { move, step, exchange, by, channel, note } = body;
    return [{ sequence, move, step, exchange, by, channel, at: time, note: plainText(note, MAX_NOTE_CHARS) }];
  });
}
