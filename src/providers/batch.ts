// A batch whose API answers item by item: the refused items can be taken out, the rest goes on, and the answers are joined again.

import type { ObservedAnswer } from './observation.ts';
import type { EditedBody } from './body-edit.ts';
import type { NativeAnswer, Refusal } from './refusal.ts';

/** Used only where the bundle says so (`partialBatches: true` on the Host's entity); else a batch is refused as a whole. */
export interface Batch {
  /** For each item in order: the indexes of its actions in what `classify` named. */
  readonly items: ReadonlyArray<readonly number[]>;
  /** The body without these items. Throws CONSTRAINT_FAILED when it can't be done faithfully. */
  without(refused: ReadonlySet<number>): EditedBody;
  /** The client's answer: the upstream's, with the refused items' errors in their places. */
  join(answer: ObservedAnswer, refused: ReadonlyMap<number, Refusal>): NativeAnswer;
}
