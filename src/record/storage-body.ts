// What became of sealed segments, on record: those that were dropped, and ranges that must not be.

/** Whole segments were dropped. The entry is on disk before they go. */
export interface RetentionBody {
  readonly type: 'retention';
  /** One for each segment: its first and last sequence, and how many entries of type `lost` were among them. */
  readonly dropped: ReadonlyArray<{ readonly from: number; readonly to: number; readonly lostEntries: number }>;
  /** What they took on disk. */
  readonly bytes: number;
  /** Times of the first and the last entry among them. */
  readonly oldest: string;
  readonly newest: string;
  /** Which rule asked for it, in plain words. */
  readonly rule: string;
}

/** A legal hold was put on a range, or let go. */
export interface HoldBody {
  readonly type: 'hold';
  readonly move: 'added' | 'released';
  readonly hold: string;
  /** First and last sequence; `to` null: everything from there on, what is still to come as well. */
  readonly from: number;
  readonly to: number | null;
  /** Hidden in the ledger: it may name whom a case is about. */
  readonly reason: string;
  /** The operating system's user, as the command told. */
  readonly osUser: string | null;
}

export type StorageBody = RetentionBody | HoldBody;
