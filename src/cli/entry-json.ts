// An entry as the commands' JSON shows it.

import { entryView } from '../record/entry-view.ts';
import type { Entry } from '../record/entry.ts';

/** Flat keys to read and filter by, and `body` as it is recorded. */
export function entryJson(entry: Entry): object {
  return { ...entryView(entry), sequence: entry.sequence, body: entry.body };
}
