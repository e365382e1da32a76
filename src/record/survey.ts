// What is left of a damaged ledger: which entries are lost, which keys it had, which values were erased. One walk, nothing kept of it in memory
// but that.

import type { StoredEntry } from './entry-codec.ts';
import { findKeys, keyFiles, signedHeadOf } from './repair-keys.ts';
import type { FoundKeys, SeenChange } from './repair-keys.ts';
import type { Salvage } from './salvage.ts';
import { savedEntries } from './saved-entries.ts';

export interface Survey {
  /** Entries that the ledger had, as far as is known. */
  readonly size: number;
  /** Of these, those that are there. */
  readonly saved: number;
  readonly lost: ReadonlyArray<{ readonly from: number; readonly to: number }>;
  /** The signed head as found; empty when there is none. */
  readonly head: string;
  readonly keys: FoundKeys;
  /** Places by entry, of values that were erased on record. INVARIANT: none of them comes back. */
  readonly erased: ReadonlyMap<number, ReadonlySet<string>>;
  /** The latest time that an entry tells, RFC 3339. */
  readonly latest: string;
}

/** Null: the key in force is gone. Throws KEY_EXPOSED, STORE_CORRUPT for a key file that is none. */
export async function survey(dataDir: string, salvage: Salvage): Promise<Survey | null> {
  const files = keyFiles(dataDir);
  const head = await signedHeadOf(salvage, files);
  const lost: Array<{ from: number; to: number }> = [];
  const changes: SeenChange[] = [];
  const erased = new Map<number, Set<string>>();
  let [size, saved, latest] = [0, 0, ''];
  // INVARIANT: a size that our key did not sign makes nothing lost: it could be any.
  const signedSize = head === null || head.by.length === 0 ? 0 : head.checkpoint.size;
  for await (const place of savedEntries(salvage, signedSize)) {
    size = place.sequence + 1;
    const entry = place.saved?.entry;
    if (entry === undefined) {
      seeLost(lost, place.sequence);
      continue;
    }
    saved += 1;
    if (entry.time > latest) latest = entry.time;
    if (entry.body['type'] === 'key')
      changes.push({ entry: entry.sequence, body: entry.body, lostBefore: lost.at(-1)?.to ?? null });
    if (entry.body['type'] === 'erasure') seeErasure(erased, entry);
  }
  const keys = await findKeys(salvage, files, { head, changes, last: size - 1 });
  return keys === null ? null : { size, saved, lost, head: head?.note ?? '', keys, erased, latest };
}

function seeLost(lost: Array<{ from: number; to: number }>, sequence: number): void {
  const last = lost.at(-1);
  if (last !== undefined && last.to === sequence - 1) last.to = sequence;
  else lost.push({ from: sequence, to: sequence });
}

function seeErasure(erased: Map<number, Set<string>>, { body }: StoredEntry): void {
  const list: unknown = body['erased'];
  for (const one of Array.isArray(list) ? list : []) {
    const told: { readonly entry?: unknown; readonly places?: unknown } = typeof one === 'object' && one !== null ? one : {};
    const places = erased.get(Number(told.entry)) ?? new Set();
    for (const place of Array.isArray(told.places) ? told.places : []) places.add(String(place));
    erased.set(Number(told.entry), places);
  }
}
