// One bound on all request bodies that are held in memory at once (threat G3).

import { InterlockError } from '../errors.ts';

export interface MemoryBudget {
  /** Throws MEMORY_EXHAUSTED when the bytes don't fit. Every take has one give. */
  take(bytes: number): void;
  give(bytes: number): void;
  /**
   * Of bytes that were taken, so many will stay for minutes, while people think. False, with nothing noted, when that would be more than half
   * of all: then those must be given back soon instead. Every true has one `unpark`.
   * INVARIANT: requests that wait for people never keep others from being judged (threats D11, G3).
   */
  park(bytes: number): boolean;
  unpark(bytes: number): void;
  readonly used: number;
}

export function createMemoryBudget(limitBytes: number): MemoryBudget {
  let used = 0;
  let parked = 0;
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
    park(bytes) {
      if (parked + bytes > limitBytes / 2) return false;
      parked += bytes;
      return true;
    },
    unpark(bytes) {
      parked -= bytes;
    },
    get used() {
      return used;
    },
  };
}
