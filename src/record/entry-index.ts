// Where entries are found by what they tell. Made from the chain, kept in a folder of its own, and made anew when it does not fit it.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InterlockError } from '../errors.ts';
import type { Entry, OutcomeBody } from './entry.ts';
import { type Term, termKey, termsOf } from './entry-terms.ts';
import type { LedgerReader, StateChange } from './ledger.ts';
import { openStore, type Store } from './store.ts';

export const INDEX_FOLDER = 'index';

export type Outcome = Pick<OutcomeBody, 'result' | 'status' | 'durationMs'>;

export interface EntryIndex {
  /** Entries that it knows: the next one's sequence. */
  readonly size: number;
  /** Takes in the entries that follow, in their order, and keeps `beside` in the same batch. */
  add(entries: readonly Entry[], beside: readonly StateChange[]): Promise<void>;
  /** Sequences below `below` that have the term, newest first. */
  newest(term: Term, below: number, limit: number): Promise<number[]>;
  /** What became of the exchange whose verdict this entry is. */
  outcomeOf(sequence: number): Promise<Outcome | null>;
  /** What was kept beside, by the prefix of its keys. */
  beside(prefix: string): Promise<ReadonlyArray<readonly [string, string]>>;
  close(): Promise<void>;
}

/** How far the index is, and by what it knows its chain: the last entry's `previous`, which no other chain has. */
const PLACE_KEY = 'm:place';
const FORMAT = 1;
const DIGITS = 16;

/** Nothing in it is the only copy of anything: what does not open, or is another chain's, is thrown away. */
export async function openEntryIndex(dataDir: string, ledger: Pick<LedgerReader, 'get'>): Promise<EntryIndex> {
  const opened = await openStore(dataDir, { create: true, folder: INDEX_FOLDER }).catch((error: unknown) => {
    if (error instanceof InterlockError && error.code === 'STORE_CORRUPT') return null;
    throw error;
  });
  const size = opened === null ? null : await placeIn(opened, ledger);
  if (opened !== null && size !== null) return indexOver(opened, size);
  await opened?.close();
  await rm(join(dataDir, INDEX_FOLDER), { recursive: true, force: true });
  return indexOver(await openStore(dataDir, { create: true, folder: INDEX_FOLDER }), 0);
}

/** Null when the index is of another chain, or of a later state of this one. */
async function placeIn(store: Store, ledger: Pick<LedgerReader, 'get'>): Promise<number | null> {
  const [, format, size = '0', previous = ''] = /^(\d+) (\d+) ([0-9a-f]*)$/.exec((await store.get(PLACE_KEY)) ?? '') ?? [];
  if (format === undefined) return 0;
  const last = await ledger.get(Number(size) - 1);
  return Number(format) === FORMAT && last?.previous === previous ? Number(size) : null;
}

function indexOver(store: Store, start: number): EntryIndex {
  let size = start;
  return {
    get size() {
      return size;
    },
    async add(entries, beside) {
      const last = entries.at(-1);
      if (last === undefined) return;
      const place = { put: PLACE_KEY, value: `${FORMAT} ${last.sequence + 1} ${last.previous}` };
      await store.write([...entries.flatMap(changesFor), ...beside, place], false);
      size = last.sequence + 1;
    },
    async newest(term, below, limit) {
      const prefix = termKey(term);
      const found: number[] = [];
      const range = { from: prefix, to: prefix + digits(Math.max(0, below)), limit, newestFirst: true };
      for await (const page of store.pages(range)) for (const [key] of page) found.push(Number(key.slice(prefix.length)));
      return found;
    },
    async outcomeOf(sequence) {
      const text = await store.get(outcomeKey(sequence));
      const outcome: Outcome | null = text === undefined ? null : JSON.parse(text);
      return outcome;
    },
    async beside(prefix) {
      const found: Array<readonly [string, string]> = [];
      for await (const page of store.pages({ from: prefix, to: `${prefix}\uffff` })) found.push(...page);
      return found;
    },
    close: () => store.close(),
  };
}

function changesFor(entry: Entry): StateChange[] {
  const changes: StateChange[] = termsOf(entry).map((term) => ({ put: termKey(term) + digits(entry.sequence), value: '' }));
  const { body } = entry;
  if (body.type === 'outcome' && /^\d{1,15}$/.test(body.verdictEntry)) {
    const { result, status, durationMs } = body;
    changes.push({ put: outcomeKey(Number(body.verdictEntry)), value: JSON.stringify({ result, status, durationMs }) });
  }
  return changes;
}

function outcomeKey(sequence: number): string {
  return `o:${digits(sequence)}`;
}

function digits(sequence: number): string {
  return String(sequence).padStart(DIGITS, '0');
}
