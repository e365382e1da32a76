// The entries of a damaged store in their order, each with what lies beside it; in the place of those that do not hold stands nothing.

import { decodeEntry, leafHash, NO_PREVIOUS } from './entry-codec.ts';
import type { StoredEntry } from './entry-codec.ts';
import type { Salvage } from './salvage.ts';
import { ENTRIES_END, ENTRY_PREFIX, parseEntryKey } from './store-keys.ts';

export interface SavedEntry {
  readonly sequence: number;
  /** Null: it is lost. */
  readonly saved: { readonly text: string; readonly entry: StoredEntry; readonly hidden: string | null } | null;
}

/**
 * An entry holds when it is one, stands in its place, and follows the one before where that one is there.
 * Sequences have no holes, and there are at least `size` of them.
 */
export async function* savedEntries(salvage: Salvage, size: number): AsyncGenerator<SavedEntry> {
  let next = 0;
  let before: string | null = NO_PREVIOUS;
  let waiting: { readonly text: string; readonly entry: StoredEntry; hidden: string | null } | null = null;
  for await (const [key, value] of salvage.pairs({ from: ENTRY_PREFIX, to: ENTRIES_END })) {
    const place = parseEntryKey(key);
    if (place === null) continue;
    if (place.hidden) {
      if (waiting?.entry.sequence === place.sequence) waiting.hidden = value;
      continue;
    }
    if (waiting !== null) yield { sequence: next++, saved: waiting };
    for (waiting = null; next < place.sequence; before = null) yield { sequence: next++, saved: null };
    const entry = decodeEntry(value);
    if (entry === null || entry.sequence !== next || (before !== null && entry.previous !== before)) {
      yield { sequence: next++, saved: null };
      before = null;
      continue;
    }
    waiting = { text: value, entry, hidden: null };
    // What an earlier repair put there breaks the link behind it as well.
    before = entry.body['type'] === 'lost' ? null : leafHash(value);
  }
  if (waiting !== null) yield { sequence: next++, saved: waiting };
  while (next < size) yield { sequence: next++, saved: null };
}
