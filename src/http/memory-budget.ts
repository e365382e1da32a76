// One bound on all request bodies that are held in memory at once (threat G3).

import { InterlockError } from '../errors.ts';

export interface MemoryBudget {
  /** Throws MEMORY_EXHAUSTED when the bytes don't fit. Every take has one give. */
  take(bytes: number): void;
  give(bytes: number): void;
  readonly used: number;
}

export function createMemoryBudget(limitBytes: number): MemoryBudget {
  let used = 0;
  return {
    take(bytes) {
      if (used + bytes > limitBytes) {
        throw new InterlockError(
          'MEMORY_EXHAUSTED',
          'the proxy holds as many request bodies as it may; try again when others are done',
          {
            hint: 'raise limits.bodyMemoryBytes',
          },
        );
      }
      used += bytes;
    },
    give(bytes) {
      used -= bytes;
    },
    get used() {
      return used;
    },
  };
}
