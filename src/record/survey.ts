// What is left of a damaged ledger: which entries are lost, which keys it had, which values were erased. One walk, nothing kept of it in memory
// but that.

import { trackDrops } from './drops.ts';
import type { StoredEntry } from './entry-codec.ts';
import { findKeys } from './repair-keys.ts';
import type { FoundKeys, SeenChange, SignedHead } from './repair-keys.ts';
import { savedEntries } from './saved-entries.ts';
import type { Remains, SavedPart } from './saved-entries.ts';
import type { Signer } from './signer.ts';

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
  /** `lost` entries in segments that were dropped, as the entries tell which dropped them. */
  readonly droppedLost: number;
  /** First entry that was dropped and of which no entry that is left tells. Null: there is none. */
  readonly unrecorded: number | null;
}

/** Null: the key in force is gone. */
export async function survey(
  remains: Remains,
  { files, head }: { readonly files: readonly Signer[]; readonly head: SignedHead | null },
): Promise<Survey | null> {
  const lost: Array<{ from: number; to: number }> = [];
  const changes: SeenChange[] = [];
  const erased = new Map<number, Set<string>>();
  const drops = trackDrops();
  let [size, saved, latest] = [0, 0, ''];
  const see = (entry: StoredEntry): void => {
    if (entry.time > latest) latest = entry.time;
    if (entry.body['type'] === 'key')
      changes.push({ entry: entry.sequence, body: entry.body, lostBefore: lost.at(-1)?.to ?? null });
    if (entry.body['type'] === 'erasure') seeErasure(erased, entry);
    drops.see(entry.body);
  };
  // INVARIANT: a size that our key did not sign makes nothing lost: it could be any.
  const signedSize = head === null || head.by.length === 0 ? 0 : head.checkpoint.size;
  for await (const place of savedEntries(remains, signedSize)) {
    size = place.sequence + (place.dropped?.manifest.entries ?? 1);
    if (place.dropped !== null) {
      drops.passOver(place.sequence, size - 1);
      keptOf(place).forEach(see);
    } else if (place.saved === null) seeLost(lost, place.sequence);
    else {
      saved += 1;
      see(place.saved.entry);
    }
  }
  const keys = await findKeys(remains.salvage, files, { head, changes, last: size - 1 });
  const { lostEntries: droppedLost } = drops;
  const found = { size, saved, lost, head: head?.note ?? '', erased, latest, droppedLost, unrecorded: drops.unrecorded() };
  return keys === null ? null : { ...found, keys };
}

function keptOf({ dropped: { kept } }: SavedPart): readonly StoredEntry[] {
  return typeof kept === 'string' ? [] : kept;
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
