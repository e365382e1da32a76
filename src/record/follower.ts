// Takes entries into the index and the counts as they are written, reads back what it missed, and tells who listens.

import type { EntryIndex } from './entry-index.ts';
import type { Entry } from './entry.ts';
import type { Range } from './index-sweep.ts';
import type { LedgerReader, OnWritten } from './ledger.ts';
import type { Statistics } from './statistics.ts';
import { setTimeout as sleep } from 'node:timers/promises';

export type OnEntries = (entries: readonly Entry[]) => void;

export interface Watcher {
  readonly onEntries: OnEntries;
  readonly listens: () => boolean;
}

export interface Follower {
  /** Entries that are indexed and that watchers were told of. */
  readonly size: number;
  readonly take: OnWritten;
  /** Indexes what was taken, and what is behind page by page. Throws what the store throws; what was taken is then read back. */
  go(): Promise<void>;
}

interface FollowerOptions {
  readonly ledger: LedgerReader & { readonly size: number; readonly dropped?: readonly Range[] };
  readonly index: EntryIndex;
  readonly statistics: Statistics;
  readonly watchers: ReadonlySet<Watcher>;
  readonly closing: AbortSignal;
}

/** Entries read and indexed in one go by who is behind: a few milliseconds of work. */
const PAGE = 100;
/** Entries that wait in memory for the index; who is slower than the chain reads the others back. */
const MAX_COLLECTED = 20_000;

export function createFollower({ ledger, index, statistics, watchers, closing }: FollowerOptions): Follower {
  let counted = index.size;
  let told = index.size;
  const take: OnWritten = (first, entries) => {
    // INVARIANT: entries are collected in their order without a hole. While it is behind, what is written is read back later.
    if (first !== index.next || index.next - index.size > MAX_COLLECTED) return;
    for (const entry of entries) {
      // What comes again after a failed write of the index was counted already.
      if (index.next >= counted) statistics.count(entry);
      index.collect(entry);
    }
    counted = Math.max(counted, index.next);
  };
  const readBack = async (): Promise<void> => {
    const page = await readPage(ledger, index.next, PAGE);
    const [first] = page;
    if (first === undefined) return;
    // Over what was dropped, and up to where more of it was.
    if (first.sequence > index.next) index.skipTo(first.sequence);
    const hole = page.findIndex(({ sequence }, i) => sequence !== first.sequence + i);
    take(first.sequence, hole === -1 ? page : page.slice(0, hole));
  };
  const write = async (): Promise<void> => {
    await index.write(statistics.changes());
    // Looked at in the turn in which the size would change: who listens from later on begins behind it.
    const listening = [...watchers].filter(({ listens }) => listens());
    const entries = listening.length === 0 ? [] : await readPage(ledger, told, index.size - told);
    told = index.size;
    for (const watcher of listening) tell(watcher, entries);
  };
  return {
    get size() {
      return told;
    },
    take,
    async go() {
      if (ledger.dropped !== undefined && ledger.dropped.length > 0) await index.forget(ledger.dropped);
      for (let behind = true; behind && !closing.aborted; ) {
        const began = performance.now();
        behind = index.next < ledger.size;
        if (behind) await readBack();
        if (index.next === told) return;
        await write();
        // INVARIANT: the pause ends with closing, which waits for it: a timer that keeps no process alive would end the process there.
        // As long a pause as the work took: at a start with much to catch up on the proxy keeps its half of the processor.
        if (behind) await sleep(performance.now() - began, undefined, { ref: false, signal: closing }).catch(() => undefined);
      }
    },
  };
}

async function readPage(ledger: LedgerReader, from: number, count: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of ledger.entries(from, count)) entries.push(entry);
  return entries;
}

function tell({ onEntries }: Watcher, entries: readonly Entry[]): void {
  try {
    onEntries(entries);
  } catch {
    // Whoever watches is never a reason for the index to stand still.
  }
}
