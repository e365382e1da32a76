// Counts and digests a body while it passes, so that the outcome entry can say what really left and what came back.

import { createHash, type Hash, hash } from 'node:crypto';
import { collectAfter } from './young-collection.ts';

export interface BodyMeter {
  add(chunk: Buffer): void;
  readonly bytes: number;
  /** SHA-256 of everything added, hex; null when nothing was. */
  digest(): string | null;
}

export function createBodyMeter(): BodyMeter {
  return new Sha256Meter();
}

/** A class for the reason that http1-reply.ts gives: two of these are made for every request. */
class Sha256Meter implements BodyMeter {
  #bytes = 0;
  #first: Buffer | null = null;
  #running: Hash | null = null;

  get bytes(): number {
    return this.#bytes;
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    collectAfter(chunk.length);
    if (this.#running !== null) this.#running.update(chunk);
    else if (this.#first === null) this.#first = chunk;
    else {
      this.#running = createHash('sha256').update(this.#first).update(chunk);
      this.#first = null;
    }
  }

  digest(): string | null {
    if (this.#running !== null) return this.#running.digest('hex');
    // Most bodies are one chunk: the one-shot hash costs a third of a Hash object.
    return this.#first === null ? null : hash('sha256', this.#first, 'hex');
  }
}

/** The body as it passes, seen by the meter. Back-pressure is the iterator's own. */
export async function* metered(body: AsyncIterable<Buffer>, meter: BodyMeter): AsyncGenerator<Buffer> {
  for await (const chunk of body) {
    meter.add(chunk);
    yield chunk;
  }
}
