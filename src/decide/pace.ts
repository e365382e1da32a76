// Work on the deciding thread that is too long for one go: how long at a time, and the turn that requests have in between.

import { setImmediate } from 'node:timers/promises';

/** Half of what a piece may take, so that one item more never makes it too long. ms. */
const PIECE_MS = 2;

/** To be called after each item: once this thread was at it for `maxMs` by the clock, everything else has its turn before it resolves. */
export function pacer(maxMs = PIECE_MS): () => Promise<void> | undefined {
  let since = performance.now();

  async function turn(): Promise<void> {
    await setImmediate();
    since = performance.now();
  }

  return () => (performance.now() - since < maxMs ? undefined : turn());
}

/** A gateway hashes its bundle beside traffic, and a megabyte in one go took up to 20 ms. */
const PIECE_BYTES = 64 * 1024;

/** What is too long to be hashed in one go, in its order. */
export function* piecesOf(content: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < content.length; at += PIECE_BYTES) yield content.subarray(at, at + PIECE_BYTES);
}
