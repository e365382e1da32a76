// A body with one owner: in memory while it is judged and sent, put on a shelf while people think.

import { InterlockError } from '../errors.ts';
import type { InspectedBody } from './inspected-body.ts';

/** Where bytes are while their exchange waits. The gateway's is on disk (approve/body-shelf.ts). */
export interface BodyShelf {
  /** Throws BODY_UNKEPT, with nothing kept, when there is no room or it can't be written. `name` is the exchange's id. */
  put(name: string, pieces: readonly Buffer[]): Promise<ShelvedBytes>;
}

export interface ShelvedBytes {
  /** The very bytes, joined in one. Throws BODY_LOST when they are gone, or are not those that were put there. */
  take(): Promise<Buffer>;
  /** Gone for good. May be called twice; never throws. */
  drop(): Promise<void>;
}

/** A body that waits for people. */
export interface ParkedBody {
  /** Back in memory, for judging again and sending. Waits for room. Throws BODY_LOST, MEMORY_EXHAUSTED when there is none for long. */
  resume(): Promise<void>;
  /** The wait is over, in any way; what is on the shelf is deleted. */
  end(): Promise<void>;
}

/**
 * INVARIANT: across a wait nothing else refers to the bytes: providers get this object and keep nothing of `bytes`, the decision and the
 * substitute refer to it, and facts are copies (classify/own-facts.ts). A class, since a literal with a getter outlives every young collection.
 */
export class ParkableBody implements InspectedBody {
  readonly problem: null = null;
  #bytes: Buffer | null;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Throws INTERNAL while they are on the shelf: whoever looks then must not take nothing for an empty body (fail closed). */
  get bytes(): Buffer {
    if (this.#bytes === null) throw new InterlockError('INTERNAL', 'a body was asked for while it was put away');
    return this.#bytes;
  }

  letGo(): void {
    this.#bytes = null;
  }

  giveBack(bytes: Buffer): void {
    this.#bytes = bytes;
  }
}

export interface Shelved {
  /** Bytes that are in memory no more. */
  readonly freedBytes: number;
  /** Everybody has their bytes again. Throws BODY_LOST. */
  takeBack(): Promise<void>;
  drop(): Promise<void>;
}

/** Puts what these bodies hold on the shelf; the same buffer once, however many have it. Throws BODY_UNKEPT with all as it was. */
export async function shelve(bodies: readonly ParkableBody[], shelf: BodyShelf, name: string): Promise<Shelved> {
  const owners = new Map<Buffer, ParkableBody[]>();
  for (const body of bodies) owners.set(body.bytes, [...(owners.get(body.bytes) ?? []), body]);
  const pieces = [...owners.keys()];
  const kept = await shelf.put(name, pieces);
  const parts = [...owners].map(([bytes, whose]) => ({ length: bytes.length, whose }));
  for (const body of bodies) body.letGo();
  return {
    freedBytes: parts.reduce((sum, { length }) => sum + length, 0),
    async takeBack() {
      const all = await kept.take();
      let at = 0;
      for (const { length, whose } of parts) {
        const bytes = all.subarray(at, at + length);
        for (const body of whose) body.giveBack(bytes);
        at += length;
      }
    },
    drop: () => kept.drop(),
  };
}
