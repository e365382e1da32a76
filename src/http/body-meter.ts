// Counts and digests a body while it passes, so that the outcome entry can say what really left and what came back.

import { createHash, type Hash, hash } from 'node:crypto';

export interface BodyMeter {
  add(chunk: Buffer): void;
  readonly bytes: number;
  /** SHA-256 of everything added, hex; null when nothing was. */
  digest(): string | null;
}

export function createBodyMeter(): BodyMeter {
  let bytes = 0;
  let first: Buffer | null = null;
  let running: Hash | null = null;
  return {
    add(chunk) {
      bytes += chunk.length;
      if (running !== null) running.update(chunk);
      else if (first === null) first = chunk;
      else {
        running = createHash('sha256').update(first).update(chunk);
        first = null;
      }
    },
    get bytes() {
      return bytes;
    },
    digest() {
      if (running !== null) return running.digest('hex');
      // Most bodies are one chunk: the one-shot hash costs a third of a Hash object.
      return first === null ? null : hash('sha256', first, 'hex');
    },
  };
}

/** The body as it passes, seen by the meter. Back-pressure is the iterator's own. */
export async function* metered(body: AsyncIterable<Buffer>, meter: BodyMeter): AsyncGenerator<Buffer> {
  for await (const chunk of body) {
    meter.add(chunk);
    yield chunk;
  }
}
