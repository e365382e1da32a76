// The store over LevelDB, opened by level-open.ts.

import { readdirSync, realpathSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClassicLevel, Snapshot } from 'classic-level';
import { InterlockError } from '../errors.ts';
import type { StateChange } from './ledger.ts';
import { lockedStore, openLevel, readFailure } from './level-open.ts';
import { checkTable } from './level-table.ts';
import { addChanges } from './level-changes.ts';
import { recoveryNote } from './recovery-note.ts';
import type { RecoveryNote } from './recovery-note.ts';
import { olderLogs } from './older-logs.ts';
import { manifestOf } from './store-check.ts';
import { refuseLinks } from './plain-folder.ts';
import { ensurePrivateFolder } from './private-file.ts';
import type { PlainFrame } from './segments.ts';

export const STORE_FOLDER = 'ledger';
/** One that a repair built and that has not taken its place yet. */
export const REPAIRED_FOLDER = 'ledger-repaired';

/** Keys from `from` (included) to `to` (excluded), ascending. */
export interface KeyRange {
  readonly from: string;
  readonly to: string;
  readonly limit?: number;
  /** Descending. */
  readonly newestFirst?: boolean;
}

export type Pair = readonly [key: string, value: string];

export interface StoreView {
  get(key: string): Promise<string | undefined>;
  /** Pages of pairs in key order; each page is bounded. */
  pages(range: KeyRange): AsyncIterable<readonly Pair[]>;
  /** The same of entries, for who looks at each once: what is sealed comes as bytes. Left out where nothing can be sealed. */
  walk?(range: Pick<KeyRange, 'from' | 'to'>): AsyncIterable<readonly Pair[] | PlainFrame>;
}

export interface Store extends StoreView {
  /** What a start has to tell of the end that was found: half a record, or a hole that was cut off. */
  readonly recovery: RecoveryNote;
  /** One atomic batch. With `sync` it, and everything written before it, is on disk when this resolves. */
  write(changes: readonly StateChange[], sync: boolean): Promise<void>;
  /** Deletes the keys from `from` (included) to `to` (excluded), in the thread pool and without reading their values. A crash leaves some of them. */
  clear(from: string, to: string): Promise<void>;
  /** A view that later writes do not change. To be closed. */
  snapshot(): StoreView & { close(): Promise<void> };
  /** Every block of its tables that is not as it was written, in plain words. LevelDB's own reads look at no checksum. */
  damages(): Promise<string[]>;
  /** Rewrites the tables of this range, so that what was deleted or replaced in it is no longer on disk. */
  compact(from: string, to: string): Promise<void>;
  /** Of each table whose keys span some of this range, one key of the range within that span. Throws RECORD_FAILED. */
  spanned(from: string, to: string): Promise<readonly string[]>;
  /** Closes and opens again, which recovers the log. Needed after a failed write: see chain-writer.ts. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

/** `absent`: nothing was ever kept here; `damaged`: data files, but not the CURRENT file that LevelDB would start from. */
export function storeCondition(dataDir: string): 'absent' | 'present' | 'damaged' {
  const names = listFolder(join(dataDir, STORE_FOLDER));
  if (names.includes('CURRENT')) return 'present';
  // A first start killed half way leaves a MANIFEST, but data files appear only after CURRENT.
  return names.some((name) => /\.(log|ldb|sst)$/.test(name)) ? 'damaged' : 'absent';
}

/**
 * Opens LevelDB in `dataDir`, which becomes 0700, under the keys that it holds. The ledger's own are those of open-store.ts. With `create` false a missing one is STORE_CORRUPT, never a new chain (threat F14).
 * Throws STORE_LOCKED when another process has it, STORE_CORRUPT when LevelDB can't read it, RECORD_FAILED on I/O errors.
 */
export async function openLevelStore(
  dataDir: string,
  options: { readonly create: boolean; readonly folder?: string },
): Promise<Store> {
  const folder = privateFolder(dataDir, options.folder ?? STORE_FOLDER);
  const held = holdFolder(folder);
  const opened = openLevel(folder, options.create, (found) => recoveryNote(folder, found));
  opened.catch(() => held.release());
  const { recovery } = await opened;
  let { db } = await opened;
  let reopening: Promise<void> = Promise.resolve();
  const { loosely, synced } = olderLogs(folder);
  return {
    recovery,
    async write(changes, sync) {
      const batch = db.batch();
      addChanges(batch, changes);
      await (sync ? synced(() => batch.write({ sync })) : loosely(batch.write()));
    },
    async clear(from, to) {
      await reopening;
      await loosely(db.clear({ gte: from, lt: to }));
    },
    async get(key) {
      await reopening;
      return readOf(db, key, undefined);
    },
    async *pages(range) {
      await reopening;
      yield* pagesOf(db, range, undefined);
    },
    snapshot: () => snapshotOf(db),
    damages: () => damagedTables(folder),
    compact: (from, to) => reopening.then(() => db.compactRange(from, to)),
    spanned: (from, to) => spannedIn(folder, from, to),
    async reopen() {
      reopening = (async () => {
        await db.close();
        ({ db } = await openLevel(folder, false, () => null, { tables: false }));
      })();
      await reopening;
    },
    async close() {
      try {
        await db.close();
      } finally {
        held.release();
      }
    },
  };
}

function snapshotOf(db: ClassicLevel): ReturnType<Store['snapshot']> {
  const snapshot = db.snapshot();
  return {
    get: (key) => readOf(db, key, snapshot),
    pages: (range) => pagesOf(db, range, snapshot),
    close: () => snapshot.close(),
  };
}

function privateFolder(dataDir: string, name: string): string {
  ensurePrivateFolder(dataDir);
  const folder = join(dataDir, name);
  ensurePrivateFolder(folder);
  return folder;
}

const heldFolders = new Set<string>();

/**
 * Refuses a second open within this process before LevelDB sees it: LevelDB opens and closes the lock file to find out, and POSIX drops
 * a process's lock with the first such close, so that other processes could open the store as well. Throws STORE_LOCKED, STORE_CORRUPT.
 */
export function holdFolder(folder: string): { release(): void } {
  refuseLinks(folder);
  const path = realpathSync(folder);
  if (heldFolders.has(path)) throw lockedStore(folder, undefined);
  heldFolders.add(path);
  return { release: () => void heldFolders.delete(path) };
}

async function readOf(db: ClassicLevel, key: string, snapshot: Snapshot | undefined): Promise<string | undefined> {
  try {
    return await db.get(key, { snapshot });
  } catch (error) {
    throw readFailure(error);
  }
}

/** LevelDB's own has 32 bits, and none of them is told when it is cut. */
const MAX_LIMIT = 2 ** 31 - 1;
const PAGE_PAIRS = 1000;
const PAGE_BYTES = 1024 * 1024;

async function* pagesOf(db: ClassicLevel, range: KeyRange, snapshot: Snapshot | undefined): AsyncGenerator<readonly Pair[]> {
  const iterator = db.iterator({
    gte: range.from,
    lt: range.to,
    limit: range.limit === undefined ? -1 : Math.min(range.limit, MAX_LIMIT),
    reverse: range.newestFirst ?? false,
    snapshot,
    highWaterMarkBytes: PAGE_BYTES,
  });
  try {
    // Whoever looks backwards usually stops at the first few, and a pair of the index can be long.
    let size = range.newestFirst === true ? 1 : PAGE_PAIRS;
    for (let page = await iterator.nextv(size); page.length > 0; page = await iterator.nextv(size)) {
      yield page;
      size = Math.min(PAGE_PAIRS, size * 4);
    }
  } catch (error) {
    throw readFailure(error);
  } finally {
    await iterator.close();
  }
}

async function damagedTables(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of (await readdir(folder)).filter((one) => /\.(ldb|sst)$/.test(one)).toSorted()) {
    // One that is gone meanwhile was merged into another; one without an index is being written, or was left by a killed writer.
    const file = await readFile(join(folder, name)).catch(() => null);
    if (file !== null) found.push(...checkTable(file).map((problem) => `${name}: ${problem}`));
  }
  return found;
}

async function spannedIn(folder: string, from: string, to: string): Promise<string[]> {
  const manifest = await manifestOf(folder);
  if (typeof manifest === 'string') throw new InterlockError('RECORD_FAILED', `the ledger's tables are not known: ${manifest}`);
  const keys: string[] = [];
  for (const { first, last } of manifest.tables.values()) if (first < to && last >= from) keys.push(first < from ? from : first);
  return keys;
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
