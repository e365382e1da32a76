// One recorded verdict that a candidate bundle would have given otherwise.

import type { Verdict } from './judgement.ts';

export interface Flip {
  readonly entry: number;
  readonly time: string;
  readonly agent: string;
  /** The first action whose verdict is another one. */
  readonly action: string;
  readonly resource: string;
  readonly from: Verdict;
  readonly to: Verdict;
  /** Determining policies then, and those of the candidate now. */
  readonly policiesBefore: readonly string[];
  readonly policiesAfter: readonly string[];
  readonly reason: string;
  /**
   * `candidate`: the bundle in force still says what it said then. `elsewhere`: it does not either, so the difference may come from an
   * edit made since, a team, a group or an entity. `unknown`: there is no bundle in force to ask.
   */
  readonly cause: 'candidate' | 'elsewhere' | 'unknown';
  /** Why the answer may be wrong: facts that are erased, cut or masked in the ledger. */
  readonly doubts: readonly string[];
}
