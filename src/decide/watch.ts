// Watches a policies directory and asks for a reload once it has been quiet: editors write several files, and each in pieces.

import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { readBundleFiles } from './bundle-files.ts';

export interface BundleWatch {
  /** As a change of a file would (SIGHUP): after what is already under way. */
  poke(): void;
  close(): void;
}

export interface WatchOptions {
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
  let timer: NodeJS.Timeout | null = null;
  let running = false;
  let again = false;
  let closed = false;

  function schedule(delayMs: number): void {
    if (closed) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void run(), delayMs).unref();
  }

  async function run(): Promise<void> {
    timer = null;
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      await attempt();
    } finally {
      running = false;
    }
    if (again) {
      again = false;
      schedule(quietMs);
    }
  }

  async function attempt(): Promise<void> {
    open();
    try {
      if (!(await isSettled(directory))) return schedule(quietMs);
      await reload();
    } catch (thrown) {
      onRejected(thrown);
      schedule(retryMs);
    }
  }

  function open(): void {
    if (watcher !== null || closed) return;
    try {
      watcher = watch(directory, { persistent: false }, () => schedule(quietMs));
      watcher.on('error', lost);
    } catch {
      lost();
    }
  }

  function lost(): void {
    watcher?.close();
    watcher = null;
    schedule(retryMs);
  }

  open();
  return {
    poke: () => schedule(0),
    close() {
      closed = true;
      watcher?.close();
      if (timer !== null) clearTimeout(timer);
    },
  };
}

async function isSettled(directory: string): Promise<boolean> {
  const before = await readBundleFiles(directory);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS).unref());
  const after = await readBundleFiles(directory);
  return before.files?.digest === after.files?.digest;
}
