// What is recorded of checkpoints that go to places outside the data folder.

/** `conflict`: what was kept there before is not the beginning of this ledger: one of the two was cut, rolled back or rebuilt. */
export type AnchorResult = 'kept' | 'failed' | 'conflict';

export interface AnchorBody {
  readonly type: 'anchor';
  /** `submitted`: before anything is sent, so that what is sent is on disk; `answered`: what each place said. */
  readonly move: 'submitted' | 'answered';
  /** Entries that the checkpoint counts; null until it is taken. */
  readonly size: number | null;
  readonly anchors: ReadonlyArray<{ readonly name: string; readonly result: AnchorResult | null; readonly note: string }>;
}
