// A shelf for waiting bodies without a disk, for tests of what puts them there.

import type { BodyShelf } from '../../src/http/parkable-body.ts';

interface MemoryShelf extends BodyShelf {
  /** By the exchange's id: copies of what is there now. */
  readonly kept: Map<string, Buffer>;
}

export function memoryShelf(): MemoryShelf {
  const kept = new Map<string, Buffer>();
  return {
    kept,
    put(name, pieces) {
      kept.set(name, Buffer.concat(pieces));
      return Promise.resolve({
        take: () => Promise.resolve(Buffer.from(kept.get(name) ?? '')),
        drop: () => Promise.resolve(void kept.delete(name)),
      });
    },
  };
}
