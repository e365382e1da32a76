// Builds a ledger anew from what still reads of a damaged one, and puts on record what is lost. The damaged folder is kept as it is.
//
// Sequences stay what they were. In the place of each lost entry stands one of type `lost`, so that the tree has a leaf there; a `repair`
// entry at the end counts them. Verify accepts a broken link only behind a `lost` entry, and `lost` entries only as many as are counted.

import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InterlockError } from '../errors.ts';
import { readCheckpoint } from './checkpoint.ts';
import type { LedgerName } from './checkpoint.ts';
import { decodeEntry, encodeEntry, leafHash, NO_PREVIOUS } from './entry-codec.ts';
import { INDEX_FOLDER } from './entry-index.ts';
import type { RepairBody } from './entry.ts';
import { headSigner, sealGroup } from './group.ts';
import type { Head } from './head.ts';
import type { StateChange } from './ledger.ts';
import { keptKeys, ledgerId } from './key-files.ts';
import { withStoreLock } from './level-open.ts';
import { addLeaf } from './merkle.ts';
import { prepare } from './pending.ts';
import { salvage } from './salvage.ts';
import type { Salvage } from './salvage.ts';
import { DRAFT_KEY_FILE, loadSigner } from './signer.ts';
import type { Signer } from './signer.ts';
import { entryKey, HEAD_KEY, hiddenKey, KEYS_KEY, parseEntryKey, STATE_PREFIX, treeKey } from './store-keys.ts';
import { sealedFirsts } from './segment-files.ts';
import { holdFolder, openStore } from './store.ts';
import type { Store } from './store.ts';

export interface RepairReport {
  /** Entries that the ledger had, as far as is known. */
  readonly entries: number;
  readonly lost: ReadonlyArray<{ readonly from: number; readonly to: number }>;
  readonly lostEntries: number;
  /** What does not read, in plain words. */
  readonly damages: readonly string[];
  /** Where the damaged one is now; null after a dry run. */
  readonly kept: string | null;
}

const DRAFT_FOLDER = 'ledger-repaired';
/** Changes in one batch while the new store is filled. */
const BATCH = 2000;
const MAX_TOLD = 64;

/**
 * Works on a new folder, which takes the damaged one's place at the end. With `dryRun` it only tells.
 * Throws STORE_LOCKED while a gateway holds the folder, STORE_CORRUPT when the key is gone or nothing is left, KEY_EXPOSED, RECORD_FAILED.
 */
export async function repairLedger(
  dataDir: string,
  { dryRun, clock = Date.now }: { readonly dryRun: boolean; readonly clock?: () => number },
): Promise<RepairReport> {
  const folder = join(dataDir, 'ledger');
  if (!existsSync(folder)) throw lost(dataDir, 'there is no ledger to repair');
  // INVARIANT: what is sealed is never taken for lost.
  if ((await sealedFirsts(dataDir)).length > 0) throw lost(dataDir, 'entries of it are sealed, which repair does not join yet');
  const held = holdFolder(folder);
  try {
    return await withStoreLock(folder, () => repairHeld(dataDir, folder, dryRun ? null : clock));
  } finally {
    held.release();
  }
}

/** `clock` is null for a dry run. */
async function repairHeld(dataDir: string, folder: string, clock: (() => number) | null): Promise<RepairReport> {
  const saved = await salvage(folder);
  const { signer, name } = await signerOf(dataDir, saved.pairs);
  const entries = sizeOf(saved.pairs, name);
  if (entries === 0) throw lost(dataDir, 'no entry of it can be read');
  const gone = lostRanges(saved.pairs, entries);
  const lostEntries = gone.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const kept = clock === null ? null : `ledger-damaged-${new Date(clock()).toISOString().replaceAll(/[:.]/g, '-')}`;
  const report: RepairReport = { entries, lost: gone, lostEntries, damages: saved.damages, kept };
  if (kept !== null && clock !== null) {
    await rm(join(dataDir, DRAFT_FOLDER), { recursive: true, force: true });
    await build(dataDir, saved, { signer, ledger: name.ledger }, report, clock);
    await rename(folder, join(dataDir, kept));
    await rename(join(dataDir, DRAFT_FOLDER), folder);
    // Made from the chain, and made anew.
    await rm(join(dataDir, INDEX_FOLDER), { recursive: true, force: true });
  }
  return report;
}

/** The key in force. Changes no key file: which of two is in force may be what was lost. */
async function signerOf(dataDir: string, pairs: Salvage['pairs']): Promise<{ signer: Signer; name: LedgerName }> {
  const keys = await keptKeys({ get: (key) => Promise.resolve(pairs.get(key)) });
  const current = keys.at(-1)?.publicKey;
  const files = [loadSigner(dataDir), loadSigner(dataDir, DRAFT_KEY_FILE)].filter((one) => one !== null);
  const signer = files.find(({ publicKey }) => current === undefined || publicKey === current);
  if (signer === undefined) throw lost(dataDir, 'its key is gone, and only it can sign the repair');
  return { signer, name: { ledger: ledgerId(keys, signer), publicKey: signer.publicKey } };
}

/** The larger of what the signed head counts, when its signature holds, and what is there. */
function sizeOf(pairs: Salvage['pairs'], name: LedgerName): number {
  let size = 0;
  for (const key of pairs.keys()) size = Math.max(size, (parseEntryKey(key)?.sequence ?? -1) + 1);
  const note = pairs.get(HEAD_KEY);
  try {
    return note === undefined ? size : Math.max(size, readCheckpoint(note, name).size);
  } catch {
    return size;
  }
}

/** An entry holds when it is one, stands in its place, and follows the one before where that one is there. */
function lostRanges(pairs: Salvage['pairs'], size: number): Array<{ from: number; to: number }> {
  const found: Array<{ from: number; to: number }> = [];
  let before: string | null = NO_PREVIOUS;
  for (let sequence = 0; sequence < size; sequence += 1) {
    const text = pairs.get(entryKey(sequence));
    const entry = text === undefined ? null : decodeEntry(text);
    // What an earlier repair put there breaks the link behind it as well.
    const holds: boolean = entry !== null && entry.sequence === sequence && (before === null || entry.previous === before);
    before = holds && text !== undefined && entry?.body['type'] !== 'lost' ? leafHash(text) : null;
    if (holds) continue;
    const last = found.at(-1);
    if (last !== undefined && last.to === sequence - 1) last.to = sequence;
    else found.push({ from: sequence, to: sequence });
  }
  return found;
}

async function build(
  dataDir: string,
  saved: Salvage,
  { signer, ledger }: { readonly signer: Signer; readonly ledger: string },
  report: RepairReport,
  clock: () => number,
): Promise<void> {
  const store = await openStore(dataDir, { create: true, folder: DRAFT_FOLDER });
  try {
    const head = await fill(store, saved.pairs, report, new Date(clock()).toISOString());
    const body: RepairBody = {
      type: 'repair',
      entries: report.entries,
      lost: report.lost.slice(0, MAX_TOLD),
      lostEntries: head.lost,
      damages: report.damages.slice(0, MAX_TOLD),
      kept: report.kept ?? '',
      checkpoint: saved.pairs.get(HEAD_KEY) ?? '',
      note: 'state beside the entries (agents, tickets, grants, budgets) is as of the last change that could be read',
    };
    const pending = prepare(body, new Date(clock()).toISOString(), 'synced', [], null);
    const group = sealGroup(head.head, [pending], headSigner(ledger, signer), ledger);
    await store.write(group.changes, true);
  } finally {
    await store.close();
  }
}

async function fill(
  store: Store,
  pairs: Salvage['pairs'],
  { entries, lost: gone }: RepairReport,
  time: string,
): Promise<{ head: Head; lost: number }> {
  const peaks: string[] = [];
  let changes: StateChange[] = [];
  let hash = NO_PREVIOUS;
  let lostEntries = 0;
  let range = 0;
  for (let sequence = 0; sequence < entries; sequence += 1) {
    while ((gone[range]?.to ?? entries) < sequence) range += 1;
    const isLost = (gone[range]?.from ?? entries) <= sequence;
    const kept = isLost ? undefined : pairs.get(entryKey(sequence));
    const text = kept ?? encodeEntry('{"type":"lost"}', hash, sequence, time);
    const hidden = isLost ? undefined : pairs.get(hiddenKey(sequence));
    if (text.startsWith('{"body":{"type":"lost"}')) lostEntries += 1;
    changes.push({ put: entryKey(sequence), value: text });
    if (hidden !== undefined) changes.push({ put: hiddenKey(sequence), value: hidden });
    hash = leafHash(text);
    addLeaf(peaks, sequence, hash, (made) => changes.push({ put: treeKey(made.height, made.index), value: made.hash }));
    if (changes.length >= BATCH) {
      await store.write(changes, false);
      changes = [];
    }
  }
  for (const [key, value] of pairs) if (key.startsWith(STATE_PREFIX) || key === KEYS_KEY) changes.push({ put: key, value });
  await store.write(changes, true);
  return { head: { size: entries, hash, peaks, synced: entries, note: '' }, lost: lostEntries };
}

function lost(dataDir: string, why: string): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the ledger in ${dataDir} can't be repaired: ${why}`, {
    hint: 'restore the data folder from a backup',
  });
}
