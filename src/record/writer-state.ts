// What a writer of the chain knows between two groups.

import { InterlockError } from '../errors.ts';
import type { SteadyClock } from './clock-watch.ts';
import type { Group, HeadSigner } from './group.ts';
import type { Head } from './head.ts';
import type { OnWritten } from './ledger.ts';
import type { RefusalCount } from './refusal-count.ts';
import type { Signer } from './signer.ts';
import type { Store } from './store.ts';
import type { Pending } from './pending.ts';
import type { PreviousState, Withdrawal } from './withdrawal.ts';
import type { WriteQueue } from './write-queue.ts';

/** Told once when writing starts to fail and once when it works again. */
export type Stall =
  | { readonly stalled: true; readonly error: InterlockError }
  | { readonly stalled: false; readonly refused: number };

export interface ChainWriterOptions {
  readonly store: Store;
  readonly signer: Signer;
  /** The ledger's name: key id of its first key. */
  readonly ledger: string;
  readonly head: Head;
  readonly clock: () => number;
  /** What `clock` is held against; null or left out: against nothing. */
  readonly steady?: SteadyClock | null;
  readonly onStall: (stall: Stall) => void;
  readonly onWritten?: OnWritten;
  /** Entries that may wait; over it appends are refused at once. */
  readonly maxWaiting: number;
  /** The longest that anybody waits for the disk; then all who wait are refused. */
  readonly maxWaitMs: number;
  /** Least time between two attempts at a store that failed. */
  readonly retryMs: number;
}

export interface Attempt {
  /** Callers' entries. */
  readonly taken: readonly Pending[];
  /** The whole group: those that tell of refusals come first, because they put state back that the others may build on. */
  readonly entries: readonly Pending[];
  readonly group: Group;
  /** What the first entries tell. */
  readonly told: RefusalCount | null;
  readonly withdrawal: Withdrawal | null;
  /** The store as it was before; null when no state changes. */
  readonly before: ReturnType<Store['snapshot']> | null;
  /** Filled in when the write failed: what the state was. */
  previous: PreviousState | null;
  /** Its callers were told that it failed. */
  refused: boolean;
}

export interface WriterState extends ChainWriterOptions {
  signing: HeadSigner;
  /** The next one, from the call until its entry is found in the store or another one takes its place. */
  drafted: Signer | null;
  readonly now: () => string;
  /** Milliseconds that the wall clock stepped since the last call. */
  readonly clockStep: () => number;
  readonly queue: WriteQueue;
  head: Head;
  /** Not told yet. */
  refusals: RefusalCount | null;
  withdrawal: Withdrawal | null;
  failure: { readonly error: InterlockError; readonly at: number } | null;
  /** A write failed, and nobody knows how much of it is in the store. */
  unsure: boolean;
  /** The group that is being written, or whose write failed. */
  attempt: Attempt | null;
}

export function unrecorded(why: string, cause?: unknown): InterlockError {
  return new InterlockError('RECORD_FAILED', `the ledger could not be written: ${why}`, {
    cause,
    hint: 'nothing is forwarded until it can be: check free space and rights of the data folder',
  });
}
