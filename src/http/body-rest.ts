// The part of a request body that was not read for judging: handed on as it comes, or read away (E30).

import type { Readable } from 'node:stream';
import { InterlockError } from '../errors.ts';

/** While a body streams: how often is looked, for how many looks an upstream may not take, and a counted body may not give, a byte. */
const TICK_MS = 10_000;
const HELD_TICKS = 12;
const SILENT_TICKS = 3;

/** So much of a body is read away that an upstream answered without wanting it; then the client is cut. */
const UNWANTED_BYTES = 64 * 1024 * 1024;

interface Resumed {
  /** What was read. */
  readonly head: Buffer;
  readonly stream: Readable;
  /** It has a declared length. */
  readonly counted: boolean;
  readonly aborted: () => boolean;
}

/** What was read, then the rest as it comes. INVARIANT: an aborted body is not an end (threat B13), so it throws. */
export async function* resumedBody({ head, stream, counted, aborted }: Resumed): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  // An upstream may answer before the body is whole: the client must still hear that answer, so its stream is left alone.
  const rest: AsyncIterable<Buffer> = stream.iterator({ destroyOnReturn: false });
  let whole = false;
  let held = false;
  let ticks = 0;
  // Neither end may hold a body still for ever: a client that left is not even noticed while its bytes wait (threats G1, G5).
  const watch = setInterval(() => {
    ticks += 1;
    if (held ? ticks > HELD_TICKS : counted && ticks > SILENT_TICKS) stream.destroy(bodyAborted());
  }, TICK_MS);
  try {
    for await (const chunk of rest) {
      held = true;
      ticks = 0;
      yield chunk;
      held = false;
      ticks = 0;
    }
    if (aborted()) throw bodyAborted();
    whole = true;
  } finally {
    clearInterval(watch);
    if (!whole) readAway(stream, UNWANTED_BYTES);
  }
}

export function readAway(stream: Readable, limitBytes: number): void {
  if (stream.destroyed) return;
  let seen = 0;
  stream.on('data', (chunk: Buffer) => {
    seen += chunk.length;
    if (seen > limitBytes) stream.destroy();
  });
  stream.on('error', () => undefined);
  stream.resume();
}

/** INVARIANT: what was judged once goes out once (E40). */
export function bodySentTwice(): InterlockError {
  return new InterlockError('INTERNAL', 'a request body was to be sent twice');
}

export function bodyAborted(): InterlockError {
  return new InterlockError('BODY_ABORTED', 'the client stopped before its body was whole');
}
