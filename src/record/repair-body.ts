// What is recorded of damage: entries that are gone, and the repair that tells of them.

import type { LostKeyChange } from './lost-keys.ts';

/** Stands in the place of an entry that damage took. The entry behind it names another hash than its own. */
export interface LostBody {
  readonly type: 'lost';
}

/** The store was damaged, and built anew from what still read. */
export interface RepairBody {
  readonly type: 'repair';
  /** Entries that the ledger had. */
  readonly entries: number;
  /** Sequences lost this time; at most 64 ranges. */
  readonly lost: ReadonlyArray<{ readonly from: number; readonly to: number }>;
  /** `lost` entries before this one, those of earlier repairs included. */
  readonly lostEntries: number;
  /** What did not read. */
  readonly damages: readonly string[];
  /** Name of the folder in which the damaged store is kept. */
  readonly kept: string;
  /** The last signed head that could be read; empty when none could. */
  readonly checkpoint: string;
  /** Changes of keys that were lost. Left out: none. */
  readonly keys?: readonly LostKeyChange[];
  readonly note: string;
}
