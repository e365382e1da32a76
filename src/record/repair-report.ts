// What a repair found, and what it did.

export interface RepairReport {
  /** Entries that the ledger had, as far as is known. */
  readonly entries: number;
  readonly lost: ReadonlyArray<{ readonly from: number; readonly to: number }>;
  readonly lostEntries: number;
  /** Entries that told of a change of keys and are lost. */
  readonly lostKeyChanges: readonly number[];
  /** The key in force, which no signature that is left leads to; null: one does. */
  readonly unprovenKey: string | null;
  /** What does not read, in plain words. */
  readonly damages: readonly string[];
  /** Where the damaged one is now; null after a dry run. */
  readonly kept: string | null;
}
