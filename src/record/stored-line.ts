// Entries as they are stored: the text that the chain hashes, and what lies beside it. For who hands the chain on.

import { ENTRIES_END, entryKey, parseEntryKey } from './store-keys.ts';
import type { StoreView } from './store.ts';

export interface StoredLine {
  readonly sequence: number;
  /** Canonical text of the entry: `leafHash` of it is what the next entry names. */
  readonly text: string;
  /** Text of the `HiddenValues` with their salts; null when there are none, or no longer. */
  readonly hidden: string | null;
}

/** At most `limit` in order from `from` on, as of the call. */
export async function* storedFrom(store: StoreView, from: number, limit: number): AsyncGenerator<StoredLine> {
  let waiting: { readonly sequence: number; readonly text: string } | null = null;
  let left = limit;
  if (left <= 0) return;
  // Every entry has at most one hidden record behind it.
  for await (const page of store.pages({ from: entryKey(Math.max(0, from)), to: ENTRIES_END, limit: 2 * limit })) {
    for (const [key, value] of page) {
      const place = parseEntryKey(key);
      if (waiting !== null) {
        yield { ...waiting, hidden: place?.hidden === true ? value : null };
        waiting = null;
        left -= 1;
        if (left === 0) return;
      }
      if (place?.hidden === false) waiting = { sequence: place.sequence, text: value };
    }
  }
  if (waiting !== null) yield { ...waiting, hidden: null };
}
