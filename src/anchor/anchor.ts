// A place outside the data folder that keeps checkpoints: whoever cuts or rebuilds the ledger does not reach it. A file on another volume
// and a witness are such places; another kind is one more function that returns this.

import type { AnchorResult } from '../record/anchor-body.ts';

/** The ledger as an anchor may ask about it. Throws STORE_CORRUPT where the tree has a hole. */
export interface Anchored {
  /** Root over the first `size` entries, hex. */
  root(size: number): Promise<string>;
  /** RFC 6962 proof that the first `older` entries are the beginning of the first `newer`; hashes in hex. */
  consistency(older: number, newer: number): Promise<readonly string[]>;
}

/** The checkpoint to be kept: every entry that it counts is on disk. */
export interface Submitted {
  readonly note: string;
  readonly size: number;
  /** What this anchor kept last, as far as is known; 0: nothing. */
  readonly kept: number;
}

export interface Answered {
  readonly result: AnchorResult;
  /** Entries of the checkpoint that it has now, as far as it said. */
  readonly size: number | null;
  /** Signature lines to be added to the checkpoint; empty for none. */
  readonly cosignatures: string;
  /** Why it failed, in plain words; empty when it was kept. */
  readonly note: string;
}

export interface Anchor {
  /** As in the record and in messages: `file /mnt/worm/interlock.notes`, `witness example.org/w1`. */
  readonly name: string;
  /** Never throws for what the other side does or fails to do: that is an answer. */
  keep(submitted: Submitted, ledger: Anchored): Promise<Answered>;
}

export function failed(note: string): Answered {
  return { result: 'failed', size: null, cosignatures: '', note };
}

export function conflict(size: number | null, note: string): Answered {
  return { result: 'conflict', size, cosignatures: '', note };
}
