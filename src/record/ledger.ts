// The contract of the chain as the rest of the house sees it. The implementation is chain.ts over store.ts.

import type { Entry, EntryBody } from './entry.ts';

/** `written`: in LevelDB's log, survives a crash of the process. `synced`: on disk, survives a power cut. */
export type Durability = 'written' | 'synced';

/** Changes of state (tickets, grants, agents) that must stand or fall with the entry that tells of them: one atomic batch. */
export type StateChange = { readonly put: string; readonly value: string } | { readonly del: string };

export interface Receipt {
  /** The entry's id as people see it: the sequence as a decimal string. */
  readonly entry: string;
}

export interface Ledger {
  /**
   * Resolves when the entry is written (or synced) and throws RECORD_FAILED when it can't be, or not in time: then nothing may be forwarded,
   * and the state is as it was before.
   * The sequence is assigned at the call, so entries keep the order of the calls.
   */
  append(body: EntryBody, durability: Durability, state?: readonly StateChange[]): Promise<Receipt>;
  /**
   * For entries nobody waits for (outcomes). What can't be written now is written once it can be; only what there is no room for is counted
   * as lost, in the `gap` entry.
   */
  note(body: EntryBody, state?: readonly StateChange[]): void;
  /** Everything noted so far is written when this resolves, or nothing can be written for now. */
  flush(): Promise<void>;
  /** Keyed digest (SHA-256 over a secret of this data folder), hex: for guessable things. */
  keyedDigest(bytes: Buffer | string): string;
  readonly size: number;
  /** Appends that nobody has finished writing yet. */
  readonly lag: number;
}

/** An entry that is in the chain, its body as it was handed in. */
export interface Written {
  readonly body: EntryBody;
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
}

/** Told of every group in order, once it is written; `first` is the sequence of its first entry. Must not throw. */
export type OnWritten = (first: number, entries: readonly Written[]) => void;

/** Small keyed state that lives beside the chain in the same LevelDB (tickets, grants, agents, users). */
export interface StateStore {
  get(key: string): Promise<string | undefined>;
  /** Key-ordered pairs whose key starts with `prefix`. */
  list(prefix: string): Promise<ReadonlyArray<readonly [string, string]>>;
}

export interface LedgerReader {
  get(sequence: number): Promise<Entry | undefined>;
  /** Ascending from `from`. */
  entries(from: number, limit: number): AsyncIterable<Entry>;
  tail(count: number): Promise<Entry[]>;
}
