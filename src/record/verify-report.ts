// What a walk of the whole chain found.

import type { LedgerKey } from './key-change.ts';

export interface VerifyProblem {
  /** Sequence of the first entry that does not hold. */
  readonly sequence: number;
  readonly problem: string;
}

export interface VerifyReport {
  readonly ok: boolean;
  readonly entries: number;
  /** Of these, how many a walk before this one had read: a change to them since then is not noticed. 0: this one read all. */
  readonly verifiedBefore: number;
  /** Leaf hash of the last entry. */
  readonly head: string;
  /** Root of the Merkle tree over all entries. */
  readonly root: string;
  /** The key in force at the end, and all of them with the entries from which they count. */
  readonly publicKey: string;
  readonly keys: readonly LedgerKey[];
  /** The first bad entry, when there is one. */
  readonly firstBad: VerifyProblem | null;
  /** Exchanges with a verdict to forward and no outcome: unfinished when the process ended. */
  readonly unfinished: number;
  readonly gaps: number;
  /** Requests that agents numbered (`Interlock-Seq`) and that are not in the ledger. */
  readonly missingRequests: number;
  readonly notes: readonly string[];
  /** The current signed checkpoint, to be kept elsewhere. */
  readonly checkpoint: string;
}
