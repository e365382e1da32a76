// Looks at a store's files before LevelDB opens it, because LevelDB opens over damage in silence and then deletes what it did not read.

import { copyFile, mkdir, readdir, readFile, rename, truncate } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readBatch } from './level-batch.ts';
import type { LevelChange } from './level-batch.ts';
import { readLevelLog } from './level-log.ts';
import type { LogContent } from './level-log.ts';
import { readManifest } from './level-manifest.ts';
import type { LevelManifest } from './level-manifest.ts';
import { unplaced } from './placing.ts';
import { HEAD_KEY, SYNCED_KEY } from './store-keys.ts';
import { syncPath } from './sync-path.ts';
import { damagedTable } from './table-check.ts';

/** Where what was cut off a log is kept, beside the store. */
const LOST_SUFFIX = '-lost';

interface Place {
  readonly log: string;
  readonly offset: number;
  readonly problem: string;
}

export interface Inspection {
  /** Whether tables are read too: not again by a process that has done so, while requests wait. */
  readonly tables: boolean;
}

export type StoreFinding =
  /** Nothing to be done; `note` tells of half a record at the end, or is empty. */
  | { readonly kind: 'sound'; readonly note: string }
  /** What comes from this place on has to go before LevelDB may read the rest. */
  | { readonly kind: 'hole'; readonly logs: readonly string[]; readonly hole: Place }
  | { readonly kind: 'damaged'; readonly why: string };

/**
 * Reads CURRENT, MANIFEST, the tables and the logs. Changes nothing.
 *
 * After a power cut the last unsynced records may be half there, or there behind a hole. Then the chain ends at the hole, which the start
 * entry says. But once a synced batch stands behind it, or a file is missing, synced entries are damaged, and nobody may go on from there.
 * A writer at work makes all of it look damaged now and then: what is found without the lock must be looked at again with it.
 * Throws what reading a file throws.
 */
export async function inspectStore(folder: string, { tables }: Inspection = { tables: true }): Promise<StoreFinding> {
  const names = await readdir(folder);
  if (!names.includes('CURRENT')) return { kind: 'sound', note: '' };
  const manifest = await manifestOf(folder);
  if (typeof manifest === 'string') return { kind: 'damaged', why: manifest };
  const logs = logsFrom(names, manifest.logNumber);
  if (manifest.logNumber > 0 && numberOf(logs[0] ?? '') !== manifest.logNumber)
    return { kind: 'damaged', why: `the log ${logName(manifest.logNumber)} is missing, or the end of MANIFEST is` };
  const damaged = tables ? await damagedTable(folder, manifest.tables.keys()) : null;
  if (damaged !== null) return { kind: 'damaged', why: damaged };
  const { hole, syncedBehind, note } = await scanLogs(folder, logs, manifest);
  if (hole === null) return { kind: 'sound', note };
  if (!syncedBehind) return { kind: 'hole', logs, hole };
  const { log, offset, problem } = hole;
  return { kind: 'damaged', why: `${log} is damaged at byte ${offset} (${problem}), and synced entries stand behind it` };
}

/** The manifest, or what is wrong with it. */
export async function manifestOf(folder: string): Promise<LevelManifest | string> {
  const current = await readFile(join(folder, 'CURRENT'), 'latin1');
  const [, name] = /^(MANIFEST-[0-9]{6,})\n$/.exec(current) ?? [];
  if (name === undefined) return 'CURRENT does not name a MANIFEST';
  const file = await readFile(join(folder, name)).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return `${name} is missing`;
  return readManifest(file) ?? `${name} is damaged`;
}

interface Scan {
  /** The first place that does not read, with something behind it that does, or that is more than half a record. */
  hole: Place | null;
  /** A batch that was surely asked to be on disk stands behind the hole. */
  syncedBehind: boolean;
  /** Size that was synced at the latest, as the batches before the hole say; null: none said. */
  synced: number | null;
  note: string;
  /** The order that the next batch must begin with; null before the first. */
  next: number | null;
}

/**
 * LevelDB numbers its changes without gaps, so a batch that is missing shows even where the log was cut between two records.
 * INVARIANT: a store whose writer synced older logs with each synced write never has a hole before a synced batch, however its power went.
 */
async function scanLogs(folder: string, logs: readonly string[], { lastOrder }: LevelManifest): Promise<Scan> {
  const scan: Scan = { hole: null, syncedBehind: false, synced: null, note: '', next: null };
  for (const log of logs) scanLog(scan, log, readLevelLog(await readFile(join(folder, log))), log === logs.at(-1), lastOrder);
  if (scan.hole === null && scan.note === '' && scan.next !== null && scan.next <= lastOrder)
    scan.note = 'the log ends before what was written to it';
  return scan;
}

function scanLog(scan: Scan, log: string, content: LogContent, newest: boolean, lastOrder: number): void {
  const { records, damages, tornAt } = content;
  const places = damages.map(({ offset, problem }): Place => ({ log, offset, problem }));
  if (tornAt !== null && newest) scan.note = `the log ended in half a record at byte ${tornAt} of ${log}`;
  else if (tornAt !== null) places.push({ log, offset: tornAt, problem: 'half a record' });
  for (const record of records) {
    const changes = readBatch(record.bytes);
    const first = firstOrder(changes, scan.next);
    scan.hole ??= places.find((one) => one.offset < record.offset) ?? null;
    const problem = problemOf(changes, first, scan.next, lastOrder);
    if (problem !== null) scan.hole ??= { log, offset: record.offset, problem };
    scan.next = first + (changes?.length ?? 0);
    // Alone in a new log it was not acknowledged yet: the older log is synced behind it, and before anything else is written.
    const lonely = newest && records.length === 1;
    if (!(lonely && scan.hole !== null && scan.hole.log !== log)) seeSynced(scan, changes);
  }
  scan.hole ??= places[0] ?? null;
}

/**
 * INVARIANT: nothing that was surely on disk is cut off. Besides a synced batch behind the hole that is one in the hole itself: what follows
 * was written only once its sync had returned, and tells so. Of a hole with nothing before it nobody knows what was in it.
 */
function seeSynced(scan: Scan, changes: readonly LevelChange[] | null): void {
  const synced = syncedIn(changes);
  if (synced === null) return;
  if (scan.hole === null) scan.synced = synced.size;
  else if (synced.itself || scan.synced === null || synced.size > scan.synced) scan.syncedBehind = true;
}

function problemOf(changes: readonly LevelChange[] | null, first: number, next: number | null, lastOrder: number): string | null {
  if (changes === null) return 'a record is no batch';
  const missing = next === null ? first > lastOrder + 1 : first !== next;
  return missing ? 'what was written before it is missing' : null;
}

function firstOrder(changes: readonly LevelChange[] | null, next: number | null): number {
  return changes?.[0]?.order ?? next ?? 0;
}

/** What the batch says was synced with it at the latest, and whether that is itself; null: it says nothing of it. */
function syncedIn(changes: readonly LevelChange[] | null): { readonly size: number; readonly itself: boolean } | null {
  const said = changes?.flatMap(unplaced);
  const valueOf = (wanted: string): string | null => said?.findLast(({ key }) => key === wanted)?.value ?? null;
  const size = valueOf(SYNCED_KEY);
  if (size === null) return null;
  return { size: Number(size), itself: valueOf(HEAD_KEY)?.split('\n')[1] === size };
}

/**
 * Cuts the log off at the hole and puts what comes after it into a folder beside the store. Gives what was done, in plain words.
 * Repeatable after a crash at any step: the bytes are on disk elsewhere before they go from here. Only under the store's lock.
 */
export async function cutHole(folder: string, logs: readonly string[], { log, offset, problem }: Place): Promise<string> {
  const lost = folder + LOST_SUFFIX;
  await mkdir(lost, { recursive: true, mode: 0o700 });
  const stamp = `${Date.now()}-`;
  await copyFile(join(folder, log), join(lost, stamp + log));
  await syncPath(join(lost, stamp + log));
  for (const later of logs.slice(logs.indexOf(log) + 1).toReversed())
    await rename(join(folder, later), join(lost, stamp + later));
  await syncPath(lost);
  await truncate(join(folder, log), offset);
  await syncPath(join(folder, log));
  await syncPath(folder);
  return `the log could not be read from byte ${offset} of ${log} on (${problem}): it was cut off there and is kept in ${basename(lost)}`;
}

function logsFrom(names: readonly string[], first: number): string[] {
  return names
    .filter((name) => /^[0-9]+\.log$/.test(name) && numberOf(name) >= first)
    .toSorted((a, b) => numberOf(a) - numberOf(b));
}

function numberOf(name: string): number {
  return Number.parseInt(name, 10);
}

function logName(number: number): string {
  return `${String(number).padStart(6, '0')}.log`;
}
