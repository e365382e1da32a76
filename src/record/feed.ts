// Follows the chain: indexes what was written, counts it, and tells who watches. Never in the way of an append.
//
// What is written is taken in as it was handed in, without being read back: that would cost each request a tenth of its processor time.
// Only who starts behind, or fell behind, reads.

import { setTimeout as sleep } from 'node:timers/promises';
import type { EntryIndex } from './entry-index.ts';
import { createFollower, type Follower, type OnEntries, type Watcher } from './follower.ts';
import type { Range } from './index-sweep.ts';
import type { LedgerReader, OnWritten } from './ledger.ts';
import { KEPT_PREFIX, type Statistics } from './statistics.ts';

/** The chain as the feed sees it. */
export interface Followed extends LedgerReader {
  /** Entries written so far. */
  readonly size: number;
  /** Ranges whose entries are not there any more, ascending; left out: none. */
  readonly dropped?: readonly Range[];
  /** Tells of what is written from now on. Returns how to stop it. */
  follow(onWritten: OnWritten): () => void;
}

export interface Feed {
  /** Entries that are indexed, and that watchers were told of. */
  readonly size: number;
  /**
   * Told of entries in their order, each once, after they were indexed, as the ledger has them. What it throws is dropped.
   * Entries are only read back while a watcher `listens`; of those indexed while none does nobody is told. Returns how to stop it.
   */
  watch(onEntries: OnEntries, listens?: () => boolean): () => void;
  /** Resolves when what is written now is indexed, at the latest after `ms`. */
  settled(ms?: number): Promise<void>;
  close(): Promise<void>;
}

export interface FeedOptions {
  readonly ledger: Followed;
  readonly index: EntryIndex;
  readonly statistics: Statistics;
  readonly onProblem: (error: unknown) => void;
  readonly retryMs?: number;
}

/** Several groups of the chain are indexed together. */
const DELAY_MS = 100;
/** After a failed write of the index. */
const RETRY_MS = 5_000;

export async function openFeed(options: FeedOptions): Promise<Feed> {
  const { ledger, index, statistics } = options;
  const watchers = new Set<Watcher>();
  const closing = new AbortController();
  statistics.load(await index.beside(KEPT_PREFIX));
  const follower = createFollower({ ledger, index, statistics, watchers, closing: closing.signal });
  const turns = createTurns(follower, options, closing.signal);
  const stop = ledger.follow((first, entries) => {
    follower.take(first, entries);
    turns.wake(DELAY_MS);
  });
  turns.wake(0);
  return {
    get size() {
      return follower.size;
    },
    watch(onEntries, listens = () => true) {
      const watcher = { onEntries, listens };
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    async settled(ms = 1_000) {
      const upTo = ledger.size;
      const deadline = performance.now() + ms;
      while (follower.size < upTo && performance.now() < deadline && !closing.signal.aborted) {
        turns.wake(0);
        await Promise.race([turns.done(), sleep(20, undefined, { ref: false })]);
      }
    },
    async close() {
      closing.abort();
      stop();
      await turns.end();
      await index.close();
    },
  };
}

interface Turns {
  /** Lets the follower go in `delayMs`, unless it goes already. Zero: at once, whatever was wanted before. */
  wake(delayMs: number): void;
  /** Resolves at the end of the turn that runs, or of the next. */
  done(): Promise<void>;
  end(): Promise<void>;
}

/** One turn of the follower at a time, and after it another one while there is more. */
function createTurns(follower: Follower, options: FeedOptions, closing: AbortSignal): Turns {
  const { ledger, onProblem, retryMs = RETRY_MS } = options;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let waiting: Array<() => void> = [];

  const finished = (): void => {
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  const start = (): void => {
    timer = null;
    running = follower
      .go()
      .catch((error: unknown) => {
        onProblem(error);
        return sleep(retryMs, undefined, { signal: closing, ref: false }).catch(() => undefined);
      })
      .finally(() => {
        running = null;
        finished();
        if (follower.size < ledger.size) wake(DELAY_MS);
      });
  };
  const wake = (delayMs: number): void => {
    if (closing.aborted || running !== null) return;
    if (delayMs === 0 && timer !== null) {
      clearTimeout(timer);
      timer = null;
    }
    timer ??= setTimeout(start, delayMs).unref();
  };
  return {
    wake,
    done: () => new Promise((resolve) => waiting.push(resolve)),
    async end() {
      if (timer !== null) clearTimeout(timer);
      await running;
      finished();
    },
  };
}
