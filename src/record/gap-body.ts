// What is recorded of a time in which nothing could be written.

/** Actions were refused because nothing could be written. Written as soon as it can be. */
export interface GapBody {
  readonly type: 'gap';
  readonly refused: number;
  readonly since: string;
  /**
   * Entries that came onto the disk although their callers had been refused: nothing left by them, and the state that they changed is put
   * back with this entry. Left out when there are none; at most 64 ranges, then the last one spans the rest.
   */
  readonly withdrawn?: ReadonlyArray<{ readonly from: number; readonly to: number }>;
  readonly note: string;
}
