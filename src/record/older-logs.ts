// Which of LevelDB's logs a synced write must take to the disk besides the newest one.

import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface OlderLogs {
  /** Waits for a change without a sync. */
  loosely(change: Promise<void>): Promise<void>;
  /** Writes with a sync: all that ended before the call is on disk with it when this resolves. */
  synced(write: () => Promise<void>): Promise<void>;
}

export function olderLogs(folder: string): OlderLogs {
  /** Grows with whatever is written without a sync. What came behind `covered` may still wait for the disk in an older log file. */
  let loose = 0;
  let covered = 0;
  return {
    async loosely(change) {
      // Before and behind it: a sync that begins in between does not cover what is still being written, and one under way covers none of it.
      loose += 1;
      await change;
      loose += 1;
    },
    async synced(write) {
      const upTo = loose;
      // Before it, for what a log that ended since then still owes: a cut between the two would leave it without what it stands on. And
      // behind it, because this very write may have begun a new log; alone in there it does not count yet (store-check.ts).
      if (covered < loose) await syncOlderLogs(folder);
      await write();
      if (covered < loose) await syncOlderLogs(folder);
      covered = upTo;
    },
  };
}

/**
 * LevelDB syncs only its newest log. When its buffer filled since the last sync, earlier entries sit in an older log that nobody synced
 * until its table is built: a power cut then would keep later entries and lose earlier ones.
 */
async function syncOlderLogs(folder: string): Promise<void> {
  const logs = (await readdir(folder)).filter((name) => name.endsWith('.log'));
  const byNumber = logs.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  for (const name of byNumber.slice(0, -1)) await syncFile(join(folder, name));
}

async function syncFile(path: string): Promise<void> {
  try {
    const file = await open(path, 'r');
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
  } catch (error) {
    // Gone meanwhile: its table was built, and LevelDB syncs tables.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
