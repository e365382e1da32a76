// Watches a policies directory and asks for a reload once it has been quiet: editors write several files, and each in pieces.

import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { readBundleFiles } from './bundle-files.ts';

interface BundleWatch {
  /** As a change of a file would (SIGHUP): after what is already under way. */
  poke(): void;
  close(): void;
}

interface WatchOptions {
  readonly directory: string;
  /** Loads the bundle if it changed; a rejection is only told to `onRejected`. */
  readonly reload: () => Promise<{ readonly changed: boolean }>;
  readonly onRejected?: (thrown: unknown) => void;
  /** Quiet time before a reload. */
  readonly quietMs?: number;
  /** How long after a rejection the directory is looked at again, in case no event tells of its repair. */
  readonly retryMs?: number;
}

const QUIET_MS = 250;
const RETRY_MS = 5_000;
/** Two looks this far apart must agree: a file cut off while it is written can be a valid bundle without its last forbid. */
const SETTLE_MS = 60;

/** Never throws, and keeps no process alive. A directory that goes away is looked for again every `retryMs`. */
export function watchBundle(options: WatchOptions): BundleWatch {
  const { directory, reload, onRejected = () => undefined, quietMs = QUIET_MS, retryMs = RETRY_MS } = options;
  let watcher: FSWatcher | null = null;

  const turn = quietTurn(async (again) => {
    open();
    try {
      if (await isSettled(directory)) await reload();
      else again(quietMs);
    } catch (thrown) {
      onRejected(thrown);
      again(retryMs);
    }
  });

  /** Anew for each look: a directory that was swapped for another one is no longer the one that is watched. */
  function open(): void {
    watcher?.close();
    watcher = null;
    if (turn.closed) return;
    try {
      watcher = watch(directory, { persistent: false }, () => turn.schedule(quietMs));
      watcher.on('error', lost);
    } catch {
      lost();
    }
  }

  function lost(): void {
    turn.schedule(retryMs);
  }

  open();
  return {
    poke: () => turn.schedule(0),
    close() {
      turn.close();
      watcher?.close();
    },
  };
}

interface QuietTurn {
  /** Runs the job after this long; a later call puts it off. */
  schedule(delayMs: number): void;
  close(): void;
  readonly closed: boolean;
}

/** One job at a time. What is scheduled while it runs, runs after it. */
function quietTurn(job: (again: (delayMs: number) => void) => Promise<void>): QuietTurn {
  let timer: NodeJS.Timeout | null = null;
  let running = false;
  let next: number | null = null;
  let closed = false;

  function schedule(delayMs: number): void {
    if (closed) return;
    if (running) {
      next = Math.min(next ?? delayMs, delayMs);
      return;
    }
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void run(), delayMs).unref();
  }

  async function run(): Promise<void> {
    running = true;
    await job(schedule).finally(() => {
      running = false;
    });
    if (next === null) return;
    const delayMs = next;
    next = null;
    schedule(delayMs);
  }

  return {
    schedule,
    close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
    },
    get closed() {
      return closed;
    },
  };
}

async function isSettled(directory: string): Promise<boolean> {
  const before = await readBundleFiles(directory);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS).unref());
  const after = await readBundleFiles(directory);
  return before.files?.digest === after.files?.digest;
}
