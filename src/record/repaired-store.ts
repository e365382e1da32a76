// The store that takes a damaged one's place: what was saved, in the place of each lost entry one that says so, and the entry that tells of it.

import { encodeEntry, leafHash, NO_PREVIOUS } from './entry-codec.ts';
import { entryAt } from './entry-reader.ts';
import { remaining } from './eraser.ts';
import { headSigner, sealGroup } from './group.ts';
import type { Head } from './head.ts';
import type { StateChange } from './ledger.ts';
import { addLeaf, KEPT_HEIGHT, rootOf } from './merkle.ts';
import { prepare } from './pending.ts';
import type { RepairBody } from './repair-body.ts';
import { REPAIRED_AT } from './repaired-at.ts';
import type { RepairReport } from './repair-report.ts';
import { resealSegments } from './resealed.ts';
import type { DroppedPart } from './dropped-part.ts';
import type { Salvage } from './salvage.ts';
import { savedEntries } from './saved-entries.ts';
import type { Remains, SavedEntry } from './saved-entries.ts';
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
import { openStore } from './open-store.ts';
import type { Store } from './store.ts';
import type { Survey } from './survey.ts';

/** Changes in one batch while the store is filled. */
const BATCH = 2000;
const MAX_TOLD = 64;

/** What a repair is made of. */
export interface RepairPlan {
  readonly remains: Remains;
  readonly found: Survey;
  /** First entries of the segments that are sealed anew. */
  readonly reseal: ReadonlySet<number>;
  readonly report: RepairReport;
  /** RFC 3339. */
  readonly now: string;
}

/** Fills `folder`, which must not be there, and seals anew what must be. All of it is on disk when this resolves. */
export async function buildRepaired(dataDir: string, folder: string, plan: RepairPlan): Promise<void> {
  const { remains, found, report, now } = plan;
  const store = await openStore(dataDir, { create: true, folder });
  try {
    const { head, lost } = await fill(store, plan);
    await fillState(store, remains.salvage, found, report, now);
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
    await resealSegments({ dataDir, store, head: group.head, ledger, signer, sealed: remains.sealed, firsts: plan.reseal });
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

async function fill(store: Store, { remains, found, reseal, now }: RepairPlan): Promise<{ head: Head; lost: number }> {
  const { end, width } = remains.sealed;
  const peaks: string[] = [];
  let changes: StateChange[] = [];
  let [hash, lost] = [NO_PREVIOUS, found.droppedLost];
  for await (const place of savedEntries(remains, found.size)) {
    const { sequence } = place;
    if (place.dropped !== null) {
      changes.push(...(await nodesOf(place.dropped, remains.salvage, peaks)));
      hash = place.dropped.manifest.last;
    } else {
      const text = place.saved?.text ?? encodeEntry('{"type":"lost"}', hash, sequence, now);
      const hidden = hiddenOf(place, found);
      if (place.saved === null || place.saved.entry.body['type'] === 'lost') lost += 1;
      // What stays in its segment has no key of its own.
      const isLive = sequence >= end || reseal.has(sequence - (sequence % width));
      if (isLive) changes.push({ put: entryKey(sequence), value: text });
      if (isLive && hidden !== null) changes.push({ put: hiddenKey(sequence), value: hidden });
      hash = leafHash(text);
      addLeaf(peaks, sequence, hash, (made) => changes.push({ put: treeKey(made.height, made.index), value: made.hash }));
    }
    if (changes.length < BATCH) continue;
    await store.write(changes, false);
    changes = [];
  }
  await store.write(changes, false);
  return { head: { size: found.size, hash, peaks, synced: found.size, note: '' }, lost };
}

/** Of the tree over a dropped segment: its signed node, and those below as far as they are left and make it. */
async function nodesOf({ manifest }: DroppedPart, salvage: Salvage, peaks: string[]): Promise<StateChange[]> {
  const { first, entries, node } = manifest;
  const height = Math.log2(entries);
  const changes: StateChange[] = [{ put: treeKey(height, first / entries), value: node }];
  addLeaf(peaks, first / entries, node, (made) =>
    changes.push({ put: treeKey(made.height + height, made.index), value: made.hash }),
  );
  if (height === KEPT_HEIGHT) return changes;
  const within: StateChange[] = [];
  const below: string[] = [];
  const [from, count] = [first / 2 ** KEPT_HEIGHT, entries / 2 ** KEPT_HEIGHT];
  for (let index = from; index < from + count; index += 1) {
    const key = treeKey(KEPT_HEIGHT, index);
    const kept = await salvage.get(key);
    if (kept === undefined) return changes;
    addLeaf(below, index - from, kept, () => undefined);
    within.push({ put: key, value: kept });
  }
  return rootOf(below) === node ? [...changes, ...within] : changes;
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
