// Reads entries back, hidden values in their places.

import { readEntry } from './entry-codec.ts';
import type { Entry } from './entry.ts';
import { ENTRIES_END, entryKey, hiddenKey, parseEntryKey } from './store-keys.ts';
import type { StoreView } from './store.ts';

/** Entry `sequence`, or undefined. Throws STORE_CORRUPT when it can't be read. */
export async function entryAt(store: StoreView, sequence: number): Promise<Entry | undefined> {
  if (!Number.isSafeInteger(sequence) || sequence < 0) return undefined;
  const [text, hidden] = await Promise.all([store.get(entryKey(sequence)), store.get(hiddenKey(sequence))]);
  return text === undefined ? undefined : readEntry(text, hidden);
}

/** At most `limit` entries in order from `from` on. */
export async function* entriesFrom(store: StoreView, from: number, limit: number): AsyncGenerator<Entry> {
  let left = limit;
  let waiting: string | null = null;
  if (left <= 0) return;
  // Every entry has at most one hidden record behind it.
  for await (const page of store.pages({ from: entryKey(Math.max(0, from)), to: ENTRIES_END, limit: 2 * limit })) {
    for (const [key, value] of page) {
      const hidden = parseEntryKey(key)?.hidden === true;
      if (waiting !== null) {
        yield readEntry(waiting, hidden ? value : undefined);
        waiting = null;
        left -= 1;
        if (left === 0) return;
      }
      if (!hidden) waiting = value;
    }
  }
  if (waiting !== null) yield readEntry(waiting, undefined);
}
