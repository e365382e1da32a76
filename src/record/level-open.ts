// Opens LevelDB: nothing damaged is opened over, and what goes wrong gets a code and a way on.

import { link, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { InterlockError } from '../errors.ts';
import { cutHole, inspectStore } from './store-check.ts';
import type { Inspection } from './store-check.ts';

interface OpenedLevel<T> {
  readonly db: ClassicLevel;
  readonly recovery: T;
}

/**
 * Gathered in memory (and in the log) before a table is built of it. A table with state in front of its entries spans those of before and is
 * merged with them: with four times LevelDB's 4 MB there are fewer of them, which halves what its own thread takes where all are such.
 */
const WRITE_BUFFER_BYTES = 16 * 1024 * 1024;

/**
 * `keep` is told what was found at the end of the log, empty when all was whole, before LevelDB sweeps it away.
 * Throws STORE_LOCKED, STORE_CORRUPT, and RECORD_FAILED for errors of the disk.
 */
export async function openLevel<T>(
  folder: string,
  create: boolean,
  keep: (found: string) => T,
  inspection?: Inspection,
): Promise<OpenedLevel<T>> {
  try {
    const recovery = keep(await recovered(folder, create, inspection));
    const db = new ClassicLevel(folder, { createIfMissing: create, writeBufferSize: WRITE_BUFFER_BYTES });
    await db.open();
    return { db, recovery };
  } catch (error) {
    if (error instanceof InterlockError) throw error;
    throw openFailure(folder, error instanceof Error && error.cause !== undefined ? error.cause : error);
  }
}

async function recovered(folder: string, create: boolean, inspection: Inspection | undefined): Promise<string> {
  const first = await inspectStore(folder, inspection);
  if (first.kind === 'sound') return first.note;
  return withStoreLock(folder, async () => {
    const found = await inspectStore(folder, inspection);
    if (found.kind === 'sound') return found.note;
    if (found.kind === 'hole') return cutHole(folder, found.logs, found.hole);
    if (create && (await beganOnly(folder))) return '';
    throw damagedStore(folder, found.why);
  });
}

/**
 * LevelDB does not sync the first MANIFEST of a new store: a power cut in its first moments leaves one that does not read. Where no table was
 * ever made and no log has a byte, nothing was ever written: it is swept away, and the store begun anew. Only under the store's lock.
 */
async function beganOnly(folder: string): Promise<boolean> {
  const names = (await readdir(folder)).filter((name) => name !== 'LOCK');
  for (const name of names) {
    const own = /^(?:CURRENT|LOG|LOG\.old|MANIFEST-\d+|\d+\.dbtmp)$/.test(name);
    if (!own && !(/^\d+\.log$/.test(name) && (await stat(join(folder, name))).size === 0)) return false;
  }
  // Logs first, as it happens: where CURRENT is gone and a log is not, damage is what it looks like.
  for (const name of names.toSorted()) await rm(join(folder, name));
  return true;
}

/**
 * Does `work` while no other process can have the store open, without opening it. LevelDB locks the file LOCK by its inode, so an empty
 * store whose LOCK is the same file holds the lock of both. To be closed before the store itself is opened here: POSIX drops a process's
 * locks on a file with the first close. Throws STORE_LOCKED.
 */
export async function withStoreLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const probe = await mkdtemp(`${folder}-lock-`);
  try {
    await link(join(folder, 'LOCK'), join(probe, 'LOCK')).catch((error: unknown) => {
      // A folder that no LevelDB ever opened has no lock that anybody could hold.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    });
    const holder = new ClassicLevel(probe);
    await holder.open().catch((error: unknown) => {
      throw openFailure(folder, error instanceof Error && error.cause !== undefined ? error.cause : error);
    });
    try {
      return await work();
    } finally {
      await holder.close();
    }
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}

export function lockedStore(folder: string, cause: unknown): InterlockError {
  return new InterlockError('STORE_LOCKED', `the ledger in ${folder} is already open, in another process or in this one`, {
    cause,
    hint: 'an Interlock that runs answers the same commands through its control socket; stop it, or use its --config',
  });
}

function damagedStore(folder: string, why: string, cause?: unknown): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the ledger in ${folder} is damaged: ${why}`, { cause, hint: REPAIR_HINT });
}

/** Where to go from a ledger that does not hold. */
export const REPAIR_HINT =
  'restore the data folder from a backup, or run `interlock ledger repair`: it keeps the damaged folder, saves what holds, and records what is lost';

/** What LevelDB threw at a read, with a code when its files are at fault. */
export function readFailure(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (!(error instanceof Error) || (code !== 'LEVEL_CORRUPTION' && code !== 'LEVEL_IO_ERROR')) return error;
  return new InterlockError('STORE_CORRUPT', `the store's files do not read: ${error.message}`, {
    cause: error,
    hint: REPAIR_HINT,
  });
}

function openFailure(folder: string, cause: unknown): InterlockError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (code === 'LEVEL_LOCKED') return lockedStore(folder, cause);
  const ofDisk = code === 'LEVEL_IO_ERROR' || (cause instanceof Error && 'syscall' in cause);
  if (ofDisk && !/no such file/i.test(message)) {
    return new InterlockError('RECORD_FAILED', `the ledger in ${folder} can't be opened: ${message}`, {
      cause,
      hint: 'check free space and rights',
    });
  }
  return damagedStore(folder, message, cause);
}
