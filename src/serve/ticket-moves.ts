// What happened to a ticket, from the entries that tell of it.

import type { Entry } from '../record/entry.ts';
import { plainText } from '../record/plain-text.ts';

export interface TicketMove {
  readonly move: string;
  readonly by: string | null;
  readonly channel: string | null;
  readonly at: string;
  readonly note: string;
}

const MAX_NOTE_CHARS = 400;

/** The moves among these entries, in their order. */
export function movesIn(entries: readonly Entry[]): TicketMove[] {
  return entries.flatMap(({ body, time }) =>
    body.type === 'ticket'
      ? [{ move: body.move, by: body.by, channel: body.channel, at: time, note: plainText(body.note, MAX_NOTE_CHARS) }]
      : [],
  );
}
