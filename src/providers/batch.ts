// A batch whose API answers item by item: the refused items can be taken out, the rest goes on, and the answers are joined again.

import type { ObservedAnswer } from './observation.ts';
import type { EditedBody } from './body-edit.ts';
import type { NativeAnswer, Refusal } from './refusal.ts';

/**
 * Used only where the bundle says so (`partialBatches: true` on the Host's entity), and only when policy blocks some items and not others;
 * else a batch is refused as a whole. What is left is classified and judged again as a request of its own.
 */
export interface Batch {
  /**
   * For each item in order: the indexes of its actions in what `classify` named; items that are alike may share one. Every action must
   * belong to an item and every item must have one (a notification too), or the batch is refused as a whole.
   */
  readonly items: ReadonlyArray<readonly number[]>;
  /**
   * The body without these items, and without those that need one of them (`dependsOn`). Throws CONSTRAINT_FAILED when it can't be done
   * faithfully: a signature or digest over the body, an answer that names items by their place in another way than `join` can tell.
   */
  without(refused: ReadonlySet<number>): EditedBody;
  /**
   * The client's answer: the upstream's, with the refused items' errors in their places. Only asked of a 2xx answer; another status was for
   * all of it and goes on as it is. `answer.body` is decoded; fields that were true of the old bytes are dropped, the others are kept
   * unless named here. Throws when the answer can't be read: then the client hears that it could not be told what was done.
   */
  join(answer: ObservedAnswer, refused: ReadonlyMap<number, Refusal>): NativeAnswer;
}
