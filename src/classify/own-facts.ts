// Facts that hold nothing of the body which they were read from.

import type { Action } from './action.ts';

/** Below this a text that is kept alive by a fact is not worth a copy. */
const COPIED_FROM_BYTES = 4 * 1024;

/**
 * A string that was cut out of a larger one keeps all of it alive in V8, and facts live as long as their ticket: a day, for a recipient of
 * ten characters with a megabyte behind it. A clone has characters of its own.
 */
export function ownFacts(actions: readonly Action[], bodyBytes: number): readonly Action[] {
  return bodyBytes < COPIED_FROM_BYTES ? actions : structuredClone(actions);
}
