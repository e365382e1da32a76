// Where entries are found by what they tell. Made from the chain, kept in a folder of its own, and made anew when it does not fit it.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InterlockError } from '../errors.ts';
import type { Entry } from './entry.ts';
import { type Term, termKey } from './entry-terms.ts';
import { bucketPrefix, placeOf, sequencesInBucket } from './exchange-bucket.ts';
import { changesOf, newBatch, takeEntry } from './index-batch.ts';
import type { LedgerReader, StateChange } from './ledger.ts';
import { type Outcome, outcomeIn, outcomePrefix } from './outcome-page.ts';
import { sequencesOf } from './posting.ts';
import { openLevelStore, type Store } from './store.ts';
import { sixteenDigits } from './store-keys.ts';
import { forgetDropped } from './index-sweep.ts';
import type { Range } from './index-sweep.ts';

export const INDEX_FOLDER = 'index';

export interface EntryIndex {
  /** Entries that can be found by it. */
  readonly size: number;
  /** The sequence that it takes in next: `size`, and what is not written yet. */
  readonly next: number;
  /** Takes in entry `next`, in memory. */
  collect(entry: Pick<Entry, 'body' | 'time'>): void;
  /** What comes next is this one: those before it are not there any more. */
  skipTo(sequence: number): void;
  /** Takes out what it has of entries that were dropped; nothing when it did so already. */
  forget(dropped: readonly Range[]): Promise<void>;
  /** Writes what was collected, and keeps `beside` in the same batch. When it fails, what was collected comes anew: `next` is `size` again. */
  write(beside: readonly StateChange[]): Promise<void>;
  /** Sequences below `below` that have the term, newest first. */
  newest(term: Term, below: number, limit: number): Promise<number[]>;
  /** As `newest`, and what else was read with them: whoever looks further down needs no second read. Fewer than `least`: there are no more. */
  stretch(term: Term, below: number, least: number): Promise<number[]>;
  /** Where entries of this time (milliseconds) begin: between these two sequences, as far as the clock went forward. */
  around(ms: number): Promise<{ readonly low: number; readonly high: number }>;
  /** What became of the exchange whose verdict this entry is. */
  outcomeOf(sequence: number): Promise<Outcome | null>;
  /** What was kept beside, by the prefix of its keys. */
  beside(prefix: string): Promise<ReadonlyArray<readonly [string, string]>>;
  close(): Promise<void>;
}

/** How far the index is, and by what it knows its chain: the last entry's `previous`, which no other chain has. */
const PLACE_KEY = 'm:place';
/** 2: one key for all that have a term in a batch, where 1 had a key for each entry and term. 3: seconds. 4: exchanges and outcomes share keys. */
const FORMAT = 4;
/** The year 9999: later ones are written with a sign. */
const LAST_MS = Date.UTC(9999, 11, 31);
const SECOND_PREFIX = 'w:';
const SECONDS_END = 'w;';

type Chain = Pick<LedgerReader, 'get'>;

/** Nothing in it is the only copy of anything: what does not open, or is another chain's, is thrown away. */
export async function openEntryIndex(dataDir: string, ledger: Chain): Promise<EntryIndex> {
  const opened = await openLevelStore(dataDir, { create: true, folder: INDEX_FOLDER }).catch((error: unknown) => {
    if (error instanceof InterlockError && error.code === 'STORE_CORRUPT') return null;
    throw error;
  });
  const size = opened === null ? null : await placeIn(opened, ledger);
  if (opened !== null && size !== null) return indexOver(opened, ledger, size);
  await opened?.close();
  await rm(join(dataDir, INDEX_FOLDER), { recursive: true, force: true });
  return indexOver(await openLevelStore(dataDir, { create: true, folder: INDEX_FOLDER }), ledger, 0);
}

/** Null when the index is of another chain, or of a later state of this one. */
async function placeIn(store: Store, ledger: Chain): Promise<number | null> {
  const [, format, size = '0', previous = ''] = /^(\d+) (\d+) ([0-9a-f]*)$/.exec((await store.get(PLACE_KEY)) ?? '') ?? [];
  if (format === undefined) return 0;
  const last = await ledger.get(Number(size) - 1);
  return Number(format) === FORMAT && last?.previous === previous ? Number(size) : null;
}

function indexOver(store: Store, ledger: Chain, start: number): EntryIndex {
  let size = start;
  let collected = newBatch(start);
  return {
    get size() {
      return size;
    },
    get next() {
      return collected.next;
    },
    collect: (entry) => takeEntry(collected, entry),
    async write(beside) {
      const { next, seconds } = collected;
      const changes = changesOf(collected);
      collected = newBatch(next);
      try {
        const last = await ledger.get(next - 1);
        if (last === undefined) throw new Error(`the ledger has no entry ${next - 1}`);
        const place = { put: PLACE_KEY, value: `${FORMAT} ${next} ${last.previous}` };
        await store.write([...changes, ...(await newSeconds(store, seconds)), ...beside, place], false);
        size = next;
      } catch (error) {
        collected = newBatch(size);
        throw error;
      }
    },
    skipTo(sequence) {
      collected.next = sequence;
    },
    forget: (dropped) => forgetDropped(store, dropped),
    newest: async (term, below, limit) => (await stretch(store, term, below, limit)).slice(0, limit),
    stretch: (term, below, least) => stretch(store, term, below, least),
    around: (ms) => around(store, ms, size),
    async outcomeOf(sequence) {
      const from = outcomePrefix(sequence);
      for await (const page of store.pages({ from, to: `${from}\uffff`, newestFirst: true }))
        for (const [, text] of page) {
          const outcome = outcomeIn(text, sequence);
          if (outcome !== null) return outcome;
        }
      return null;
    },
    async beside(prefix) {
      const found: Array<readonly [string, string]> = [];
      for await (const page of store.pages({ from: prefix, to: `${prefix}\uffff` })) found.push(...page);
      return found;
    },
    close: () => store.close(),
  };
}

/** Whole postings: of a busy minute one holds thousands of entries, and the database is asked for no more of them than are needed. */
async function stretch(store: Store, term: Term, below: number, least: number): Promise<number[]> {
  const { prefix, most, sequencesAt } = postingsOf(term, least);
  const found: number[] = [];
  const range = { from: prefix, to: prefix + sixteenDigits(Math.max(0, below)), limit: most, newestFirst: true };
  for await (const page of store.pages(range)) {
    for (const [key, text] of page) {
      const sequences = sequencesAt(key, text);
      for (let i = sequences.length - 1; i >= 0; i -= 1) {
        const sequence = sequences[i] ?? below;
        if (sequence < below) found.push(sequence);
      }
      if (found.length >= least) return found;
    }
  }
  return found;
}

interface Postings {
  readonly prefix: string;
  /** How many of them have `least` entries of the term; -1: nobody knows. */
  readonly most: number;
  readonly sequencesAt: (key: string, text: string) => number[];
}

function postingsOf(term: Term, least: number): Postings {
  if (term.kind === 'exchange') {
    // Others' entries are among them, and whole postings may have none of this exchange.
    const { bucket, member } = placeOf(term.value);
    return { prefix: bucketPrefix(bucket), most: -1, sequencesAt: (key, text) => sequencesInBucket(key, text, member) };
  }
  const prefix = termKey(term);
  // Each posting that begins below holds at least one that is found.
  return { prefix, most: least, sequencesAt: (key, rest) => sequencesOf(Number(key.slice(prefix.length)), rest) };
}

/** A second that is known already began earlier. */
async function newSeconds(store: Store, seconds: ReadonlyMap<string, number>): Promise<StateChange[]> {
  const changes: StateChange[] = [];
  for (const [second, sequence] of seconds) {
    const put = SECOND_PREFIX + second;
    if ((await store.get(put)) === undefined) changes.push({ put, value: String(sequence) });
  }
  return changes;
}

async function around(store: Store, ms: number, size: number): Promise<{ low: number; high: number }> {
  const second = Math.floor(Math.min(Math.max(ms, 0), LAST_MS) / 1000);
  const behind = SECOND_PREFIX + new Date((second + 1) * 1000).toISOString().slice(0, 19);
  const one = async (range: {
    readonly from: string;
    readonly to: string;
    readonly newestFirst?: boolean;
  }): Promise<string | undefined> => {
    for await (const page of store.pages({ ...range, limit: 1 })) return page[0]?.[1];
    return undefined;
  };
  const low = Number((await one({ from: SECOND_PREFIX, to: behind, newestFirst: true })) ?? 0);
  // What is not indexed yet is behind all of it.
  const high = Number((await one({ from: behind, to: SECONDS_END })) ?? Number.MAX_SAFE_INTEGER);
  return { low: Math.min(low, size), high: Math.max(low, high) };
}
