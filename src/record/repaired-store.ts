// The store that takes a damaged one's place: what was saved, in the place of each lost entry one that says so, and the entry that tells of it.

import { encodeEntry, leafHash, NO_PREVIOUS } from './entry-codec.ts';
import { entryAt } from './entry-reader.ts';
import { remaining } from './eraser.ts';
import { headSigner, sealGroup } from './group.ts';
import type { Head } from './head.ts';
import type { StateChange } from './ledger.ts';
import { addLeaf } from './merkle.ts';
import { prepare } from './pending.ts';
import type { RepairBody } from './repair-body.ts';
import { REPAIRED_AT } from './repaired-at.ts';
import type { RepairReport } from './repair-report.ts';
import type { Salvage } from './salvage.ts';
import { savedEntries } from './saved-entries.ts';
import type { SavedEntry } from './saved-entries.ts';
import {
  ENTRIES_END,
  ENTRY_PREFIX,
  entryKey,
  hiddenKey,
  KEYS_KEY,
  parseEntryKey,
  STATE_PREFIX,
  stateKey,
  treeKey,
} from './store-keys.ts';
import { openStore } from './store.ts';
import type { Store } from './store.ts';
import type { Survey } from './survey.ts';

/** Changes in one batch while the store is filled. */
const BATCH = 2000;
const MAX_TOLD = 64;

/** Fills `folder`, which must not be there. All of it is on disk when this resolves. */
export async function buildRepaired(
  dataDir: string,
  folder: string,
  saved: Salvage,
  found: Survey,
  report: RepairReport,
  clock: () => number,
): Promise<void> {
  const now = new Date(clock()).toISOString();
  const store = await openStore(dataDir, { create: true, folder });
  try {
    const { head, lost } = await fill(store, saved, found, now);
    await fillState(store, saved, found, report, now);
    const { ledger, signer, lost: lostKeys } = found.keys;
    const body: RepairBody = {
      type: 'repair',
      entries: report.entries,
      lost: report.lost.slice(0, MAX_TOLD),
      lostEntries: lost,
      damages: report.damages.slice(0, MAX_TOLD),
      kept: report.kept ?? '',
      checkpoint: found.head,
      ...(lostKeys.length === 0 ? {} : { keys: lostKeys }),
      note: isWhole(report) ? '' : STATE_NOTE,
    };
    const group = sealGroup(head, [prepare(body, now, 'synced', [], null)], headSigner(ledger, signer), ledger);
    await store.write(group.changes, true);
  } finally {
    await store.close();
  }
}

const STATE_NOTE =
  'state beside the entries is as of the last change that could be read: grants, standing grants, open tickets and plans of before are void, and budgets count as spent until their windows have passed';

/** Nothing at all is missing: then nothing beside the entries is in doubt either. */
function isWhole({ lost, damages }: RepairReport): boolean {
  return lost.length === 0 && damages.length === 0;
}

async function fill(store: Store, saved: Salvage, found: Survey, now: string): Promise<{ head: Head; lost: number }> {
  const peaks: string[] = [];
  let changes: StateChange[] = [];
  let [hash, lost] = [NO_PREVIOUS, 0];
  for await (const place of savedEntries(saved, found.size)) {
    const { sequence } = place;
    const text = place.saved?.text ?? encodeEntry('{"type":"lost"}', hash, sequence, now);
    const hidden = hiddenOf(place, found);
    if (place.saved === null || place.saved.entry.body['type'] === 'lost') lost += 1;
    changes.push({ put: entryKey(sequence), value: text });
    if (hidden !== null) changes.push({ put: hiddenKey(sequence), value: hidden });
    hash = leafHash(text);
    addLeaf(peaks, sequence, hash, (made) => changes.push({ put: treeKey(made.height, made.index), value: made.hash }));
    if (changes.length < BATCH) continue;
    await store.write(changes, false);
    changes = [];
  }
  await store.write(changes, false);
  return { head: { size: found.size, hash, peaks, synced: found.size, note: '' }, lost };
}

/** INVARIANT: a value that was erased on record does not come back, though the damage took what deleted it. */
function hiddenOf({ sequence, saved }: SavedEntry, { erased }: Survey): string | null {
  const hidden = saved?.hidden ?? null;
  const places = erased.get(sequence);
  return hidden === null || places === undefined ? hidden : remaining(hidden, [...places]);
}

async function fillState(
  store: Store,
  saved: Salvage,
  { keys, latest }: Survey,
  report: RepairReport,
  now: string,
): Promise<void> {
  let changes: StateChange[] = [];
  for await (const [key, value] of saved.pairs({ from: STATE_PREFIX, to: `${STATE_PREFIX}\uffff` })) {
    changes.push({ put: key, value });
    if (changes.length < BATCH) continue;
    await store.write(changes, false);
    changes = [];
  }
  if (keys.keys.length > 1) changes.push({ put: KEYS_KEY, value: JSON.stringify(keys.keys) });
  // The clock may have stood behind what it wrote before.
  if (!isWhole(report)) changes.push({ put: stateKey(REPAIRED_AT), value: latest > now ? latest : now });
  await store.write(changes, true);
}

/** What the last entry of a repaired store tells; null: it tells of no repair. */
export async function readRepair(dataDir: string, folder: string): Promise<RepairReport | null> {
  const store = await openStore(dataDir, { create: false, folder });
  try {
    for await (const page of store.pages({ from: ENTRY_PREFIX, to: ENTRIES_END, newestFirst: true, limit: 2 })) {
      const place = page.map(([key]) => parseEntryKey(key)).find((one) => one !== null && !one.hidden);
      const body = place === undefined || place === null ? undefined : (await entryAt(store, place.sequence))?.body;
      if (body?.type !== 'repair') return null;
      const lostEntries = body.lost.reduce((sum, { from, to }) => sum + to - from + 1, 0);
      const lostKeyChanges = (body.keys ?? []).map(({ entry }) => entry);
      const { entries, lost, damages, kept } = body;
      return { entries, lost, lostEntries, lostKeyChanges, unprovenKey: null, damages, kept };
    }
    return null;
  } finally {
    await store.close();
  }
}
