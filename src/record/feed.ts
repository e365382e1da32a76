// Follows the chain from behind: indexes what was written, counts it, and tells who watches. Never in the way of an append.

import { setTimeout as sleep } from 'node:timers/promises';
import type { EntryIndex } from './entry-index.ts';
import type { Entry } from './entry.ts';
import type { LedgerReader } from './ledger.ts';
import { KEPT_PREFIX, type Statistics } from './statistics.ts';

/** The chain as the feed sees it. */
export interface Followed extends LedgerReader {
  /** Entries written so far. */
  readonly size: number;
  /** Calls back when something was handed in. Returns how to stop it. */
  watch(onAppend: () => void): () => void;
}

type OnEntries = (entries: readonly Entry[]) => void;

export interface Feed {
  /** Entries indexed so far. */
  readonly size: number;
  /** Told of entries in their order, each once, after they were indexed. What it throws is dropped. Returns how to stop it. */
  watch(onEntries: OnEntries): () => void;
  /** Resolves when what is written now is indexed, at the latest after `ms`. */
  settled(ms?: number): Promise<void>;
  close(): Promise<void>;
}

export interface FeedOptions {
  readonly ledger: Followed;
  readonly index: EntryIndex;
  readonly statistics: Statistics;
  readonly onProblem: (error: unknown) => void;
}

/** Entries read and indexed in one go: a few milliseconds of work. */
const PAGE = 100;
/** A group of the chain is being written meanwhile, and several are indexed together. */
const DELAY_MS = 50;
/** After a failed write of the index. */
const RETRY_MS = 5_000;

export async function openFeed(options: FeedOptions): Promise<Feed> {
  const { ledger, index, statistics, onProblem } = options;
  const watchers = new Set<OnEntries>();
  const closing = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let arrivals: Array<() => void> = [];
  const follow = follower(options, watchers, closing.signal);
  statistics.load(await index.beside(KEPT_PREFIX));

  const arrived = (): void => {
    for (const resolve of arrivals) resolve();
    arrivals = [];
  };
  const wake = (delayMs: number): void => {
    if (closing.signal.aborted || timer !== null || running !== null) return;
    timer = setTimeout(() => {
      timer = null;
      running = follow()
        .catch((error: unknown) => {
          onProblem(error);
          return sleep(RETRY_MS, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
        })
        .finally(() => {
          running = null;
          if (index.size < ledger.size) wake(DELAY_MS);
          else arrived();
        });
    }, delayMs).unref();
  };
  const stop = ledger.watch(() => wake(DELAY_MS));
  wake(0);
  return {
    get size() {
      return index.size;
    },
    watch(onEntries) {
      watchers.add(onEntries);
      return () => void watchers.delete(onEntries);
    },
    async settled(ms = 1_000) {
      const upTo = ledger.size;
      const deadline = performance.now() + ms;
      while (index.size < upTo && performance.now() < deadline && !closing.signal.aborted) {
        wake(0);
        await Promise.race([new Promise<void>((resolve) => arrivals.push(resolve)), sleep(20, undefined, { ref: false })]);
      }
    },
    async close() {
      closing.abort();
      stop();
      if (timer !== null) clearTimeout(timer);
      await running;
      arrived();
      await index.close();
    },
  };
}

/** Indexes what is written, page by page, until nothing is left. */
function follower(
  { ledger, index, statistics }: FeedOptions,
  watchers: ReadonlySet<OnEntries>,
  closing: AbortSignal,
): () => Promise<void> {
  let counted = index.size;
  return async () => {
    while (index.size < ledger.size && !closing.aborted) {
      const began = performance.now();
      const entries = await readPage(ledger, index.size);
      if (entries.length === 0) return;
      // A page whose index could not be written comes again, and is counted once.
      for (const entry of entries) if (entry.sequence >= counted) statistics.count(entry);
      counted = Math.max(counted, (entries.at(-1)?.sequence ?? 0) + 1);
      await index.add(entries, statistics.changes());
      for (const told of watchers) tell(told, entries);
      // As long a pause as the work took: at a start with much to catch up on the proxy keeps its half of the processor.
      if (index.size < ledger.size) await sleep(performance.now() - began, undefined, { ref: false });
    }
  };
}

async function readPage(ledger: LedgerReader, from: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of ledger.entries(from, PAGE)) entries.push(entry);
  return entries;
}

function tell(told: OnEntries, entries: readonly Entry[]): void {
  try {
    told(entries);
  } catch {
    // Whoever watches is never a reason for the index to stand still.
  }
}
