// Builds a ledger anew from what still reads of a damaged one, and puts on record what is lost. The damaged folder is kept as it is.
//
// Sequences stay what they were. In the place of each lost entry stands one of type `lost`, so that the tree has a leaf there; a `repair`
// entry at the end counts them. Verify accepts a broken link only behind a `lost` entry, and `lost` entries only as many as are counted.
//
// What a crash means at each step: until the damaged folder has its other name, nothing has happened, and the next repair begins anew;
// behind that no gateway starts, and the next repair puts what was built into its place.

import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InterlockError } from '../errors.ts';
import { INDEX_FOLDER } from './entry-index.ts';
import { withStoreLock } from './level-open.ts';
import { renameDurably } from './private-file.ts';
import { buildRepaired, readRepair } from './repaired-store.ts';
import { keyFiles, knownKeys, signedHeadOf } from './repair-keys.ts';
import type { RepairReport } from './repair-report.ts';
import { placeSegments, RESEALED_FOLDER } from './resealed.ts';
import { salvage } from './salvage.ts';
import { salvageSegments } from './sealed-salvage.ts';
import type { SealedSalvage } from './sealed-salvage.ts';
import { holdFolder, openLevelStore, REPAIRED_FOLDER, storeCondition, STORE_FOLDER } from './store.ts';
import { survey } from './survey.ts';
import type { Survey } from './survey.ts';
import { syncPath } from './sync-path.ts';

/** `built`: it is whole under its own name; `moved`: the damaged one has its other name. */
export type RepairStep = 'salvaged' | 'filled' | 'built' | 'unindexed' | 'moved' | 'resealed' | 'placed';

export interface RepairHow {
  readonly dryRun: boolean;
  /** The key in force as the operator knows it, base64: needed where the change to it was lost, and nothing else says that it is this ledger's. */
  readonly publicKey?: string;
  readonly clock?: () => number;
  /** Told of each step once it is done. */
  readonly onStep?: (step: RepairStep) => void;
}

const SCRATCH_FOLDER = 'ledger-salvage';
const DRAFT_FOLDER = 'ledger-repairing';

/**
 * Works on a new folder, which takes the damaged one's place at the end. With `dryRun` it only tells.
 * Throws STORE_LOCKED while a gateway holds the folder, STORE_CORRUPT when the key is gone or nothing is left, KEY_EXPOSED, RECORD_FAILED.
 */
export async function repairLedger(dataDir: string, how: RepairHow): Promise<RepairReport> {
  const folder = join(dataDir, STORE_FOLDER);
  const interrupted = storeCondition(dataDir) === 'absent' && existsSync(join(dataDir, REPAIRED_FOLDER));
  if (!interrupted && !existsSync(folder)) throw cannot(dataDir, 'there is no ledger to repair');
  if (interrupted) return finish(dataDir, how);
  const held = holdFolder(folder);
  try {
    return await withStoreLock(folder, () => begin(dataDir, how));
  } finally {
    held.release();
  }
}

/** The last step of a repair that was interrupted. */
async function finish(dataDir: string, { dryRun, onStep }: RepairHow): Promise<RepairReport> {
  const report = await readRepair(dataDir, REPAIRED_FOLDER);
  if (report === null) throw cannot(dataDir, `${REPAIRED_FOLDER} holds no repair`);
  if (dryRun) return { ...report, kept: null };
  await place(dataDir, report.kept ?? '', onStep);
  return report;
}

async function begin(dataDir: string, how: RepairHow): Promise<RepairReport> {
  // Left by a repair that was interrupted while the damaged folder was still in its place: that one may have gone on since.
  for (const name of [SCRATCH_FOLDER, DRAFT_FOLDER, REPAIRED_FOLDER, RESEALED_FOLDER])
    await rm(join(dataDir, name), { recursive: true, force: true });
  const report = await build(dataDir, how);
  if (report.kept !== null) await swap(dataDir, report.kept, how.onStep);
  return report;
}

/** The whole of the new store, beside the damaged one. Of what was put into order for it nothing is left. */
async function build(dataDir: string, { dryRun, publicKey, clock = Date.now, onStep }: RepairHow): Promise<RepairReport> {
  const scratch = await openLevelStore(dataDir, { create: true, folder: SCRATCH_FOLDER });
  try {
    const saved = await salvage(join(dataDir, STORE_FOLDER), scratch);
    const files = keyFiles(dataDir);
    const remains = { salvage: saved, sealed: await salvageSegments(dataDir, saved, await knownKeys(saved, files)) };
    const found = await survey(remains, { files, head: await signedHeadOf(saved, files) });
    if (found === null) throw cannot(dataDir, 'its key is gone, and only it can sign the repair');
    if (found.saved === 0) throw cannot(dataDir, 'no entry of it can be read');
    onStep?.('salvaged');
    const looked = reportOf(found, [...saved.damages, ...remains.sealed.damages]);
    if (dryRun) return looked;
    const { signer } = found.keys;
    if (publicKey !== undefined && publicKey !== signer.publicKey) throw otherKey(signer.publicKey);
    if (looked.unprovenKey !== null && publicKey === undefined) throw unproven(looked.unprovenKey);
    const now = new Date(clock()).toISOString();
    const report = { ...looked, kept: `ledger-damaged-${now.replaceAll(/[:.]/g, '-')}` };
    await buildRepaired(dataDir, DRAFT_FOLDER, { remains, found, reseal: resealed(found, remains.sealed), report, now });
    onStep?.('filled');
    return report;
  } finally {
    await scratch.close();
    await rm(join(dataDir, SCRATCH_FOLDER), { recursive: true, force: true });
  }
}

/** Segments that can't stay as they are: the damaged ones, and whole ones with an entry that does not follow. */
function resealed({ lost }: Survey, { damaged, dropped, end, width }: SealedSalvage): ReadonlySet<number> {
  const firsts = new Set(damaged);
  for (const { from, to } of lost) for (let at = from - (from % width); at <= to && at < end; at += width) firsts.add(at);
  for (const { manifest } of dropped) firsts.delete(manifest.first);
  return firsts;
}

/** INVARIANT: no entry is made up that tells of a drop: that one is lost is named, and verify goes on naming what is gone. */
function reportOf({ size, lost, keys, unrecorded }: Survey, read: readonly string[]): RepairReport {
  const untold =
    unrecorded === null ? [] : [`entries from ${unrecorded} on were dropped, and the entry that tells of it is lost`];
  const damages = [...read, ...untold];
  const lostEntries = lost.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const lostKeyChanges = keys.lost.map(({ entry }) => entry);
  const unprovenKey = keys.proven ? null : keys.signer.publicKey;
  return { entries: size, lost, lostEntries, lostKeyChanges, unprovenKey, damages, kept: null };
}

async function swap(dataDir: string, kept: string, onStep: RepairHow['onStep']): Promise<void> {
  await syncPath(join(dataDir, DRAFT_FOLDER));
  renameDurably(join(dataDir, DRAFT_FOLDER), join(dataDir, REPAIRED_FOLDER));
  onStep?.('built');
  // Made from the chain, and made anew where it is missing: it must not speak of another chain at any moment.
  await rm(join(dataDir, INDEX_FOLDER), { recursive: true, force: true });
  onStep?.('unindexed');
  renameDurably(join(dataDir, STORE_FOLDER), join(dataDir, kept));
  onStep?.('moved');
  await place(dataDir, kept, onStep);
}

/** The store last: until it has its name no gateway starts, and this is done again. */
async function place(dataDir: string, kept: string, onStep: RepairHow['onStep']): Promise<void> {
  await placeSegments(dataDir, kept);
  onStep?.('resealed');
  renameDurably(join(dataDir, REPAIRED_FOLDER), join(dataDir, STORE_FOLDER));
  onStep?.('placed');
}

/** INVARIANT: whoever put another key file there does not get a ledger signed with it: the operator's own knowledge of the key decides. */
function unproven(publicKey: string): InterlockError {
  return new InterlockError(
    'STORE_CORRUPT',
    `nothing that is left says that the key ${publicKey} is this ledger's: the change to it was lost`,
    {
      hint: 'if you know it from elsewhere (an auditor, a witness, `ledger key show` of before) say --public-key with it; else restore a backup',
    },
  );
}

function otherKey(publicKey: string): InterlockError {
  return new InterlockError('USAGE', `the key that you gave is not the one that would sign: that is ${publicKey}`);
}

function cannot(dataDir: string, why: string): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the ledger in ${dataDir} can't be repaired: ${why}`, {
    hint: 'restore the data folder from a backup',
  });
}
