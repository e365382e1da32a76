// The entries of a damaged ledger in their order, each with what lies beside it; in the place of those that do not hold stands nothing.

import type { DroppedPart } from './dropped-part.ts';
import { decodeEntry, leafHash, NO_PREVIOUS } from './entry-codec.ts';
import type { StoredEntry } from './entry-codec.ts';
import type { Salvage } from './salvage.ts';
import type { SealedSalvage } from './sealed-salvage.ts';
import type { Pair } from './store.ts';
import { ENTRIES_END, entryKey, parseEntryKey } from './store-keys.ts';

export interface SavedEntry {
  readonly sequence: number;
  /** Null: it is lost. */
  readonly saved: { readonly text: string; readonly entry: StoredEntry; readonly hidden: string | null } | null;
  readonly dropped: null;
}

/** A segment whose entries were let go on purpose: they are not lost. */
export interface SavedPart {
  readonly sequence: number;
  readonly dropped: DroppedPart;
}

/** What is left of a ledger. */
export interface Remains {
  readonly salvage: Salvage;
  readonly sealed: SealedSalvage;
}

/**
 * An entry holds when it is one, stands in its place, and follows the one before where that one is there.
 * Sequences have no holes, and there are at least `size` of them.
 */
export async function* savedEntries({ salvage, sealed }: Remains, size: number): AsyncGenerator<SavedEntry | SavedPart> {
  const dropped = new Map(sealed.dropped.map((part) => [part.manifest.first, part]));
  let next = 0;
  let before: string | null = NO_PREVIOUS;
  let waiting: { readonly text: string; readonly entry: StoredEntry; hidden: string | null } | null = null;
  function* missing(to: number): Generator<SavedEntry | SavedPart> {
    while (next < to) {
      const part = dropped.get(next);
      if (part === undefined) yield { sequence: next, saved: null, dropped: null };
      else yield { sequence: next, dropped: part };
      before = part === undefined ? null : endOf(part);
      next += part?.manifest.entries ?? 1;
    }
  }
  for await (const [key, value] of pairsOf(salvage, sealed)) {
    const place = parseEntryKey(key);
    if (place === null) continue;
    if (place.hidden) {
      if (waiting?.entry.sequence === place.sequence) waiting.hidden = value;
      continue;
    }
    if (waiting !== null) yield { sequence: next++, saved: waiting, dropped: null };
    waiting = null;
    yield* missing(place.sequence);
    const entry = decodeEntry(value);
    if (entry === null || entry.sequence !== next || (before !== null && entry.previous !== before)) {
      yield { sequence: next++, saved: null, dropped: null };
      before = null;
      continue;
    }
    waiting = { text: value, entry, hidden: null };
    // What an earlier repair put there breaks the link behind it as well.
    before = entry.body['type'] === 'lost' ? null : leafHash(value);
  }
  if (waiting !== null) yield { sequence: next++, saved: waiting, dropped: null };
  yield* missing(Math.max(size, sealed.end));
}

/** INVARIANT: of what is sealed nothing is taken from LevelDB but where its frame is gone: a value that was erased may still be there. */
async function* pairsOf(salvage: Salvage, sealed: SealedSalvage): AsyncGenerator<Pair> {
  yield* sealed.pairs();
  yield* salvage.pairs({ from: entryKey(sealed.end), to: ENTRIES_END });
}

/** What the next entry must follow; null where that was lost. */
function endOf({ manifest, kept }: DroppedPart): string | null {
  const last = typeof kept === 'string' ? undefined : kept.at(-1);
  return last?.sequence === manifest.first + manifest.entries - 1 && last.body['type'] === 'lost' ? null : manifest.last;
}
