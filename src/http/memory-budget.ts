// One bound on all request bodies that are held in memory at once (threat G3).

import { InterlockError } from '../errors.ts';

export interface MemoryBudget {
  /** Throws MEMORY_EXHAUSTED when the bytes don't fit. Every take has one give. */
  take(bytes: number): void;
  give(bytes: number): void;
  /**
   * Like `take`, for what people have let go: waits its turn for room. Throws MEMORY_EXHAUSTED when there is none for long. `bytes` must have
   * fitted before.
   */
  claim(bytes: number): Promise<void>;
  /**
   * Of bytes that were taken, so many will stay for minutes, while people think. False, with nothing noted, when that would be more than half
   * of all: then those must be put elsewhere. Every true has one `unpark`.
   * INVARIANT: requests that wait for people never keep others from being judged (threats D11, G3).
   */
  park(bytes: number): boolean;
  unpark(bytes: number): void;
  readonly used: number;
}

interface Claim {
  readonly bytes: number;
  readonly grant: () => void;
}

/** Others judge and send meanwhile, each for far less. */
const CLAIM_MS = 30_000;

export function createMemoryBudget(limitBytes: number, claimMs = CLAIM_MS): MemoryBudget {
  let used = 0;
  let parked = 0;
  const claims = new Set<Claim>();
  const serve = (): void => {
    for (const claim of claims) {
      if (used + claim.bytes > limitBytes) return; // in their order: a large one is not passed by small ones for ever
      used += claim.bytes;
      claims.delete(claim);
      claim.grant();
    }
  };
  return {
    take(bytes) {
      if (used + bytes > limitBytes) throw exhausted();
      used += bytes;
    },
    give(bytes) {
      used -= bytes;
      serve();
    },
    claim(bytes) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          claims.delete(claim);
          reject(exhausted());
        }, claimMs);
        const claim: Claim = {
          bytes,
          grant() {
            clearTimeout(timer);
            resolve();
          },
        };
        claims.add(claim);
        serve();
      });
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

function exhausted(): InterlockError {
  return new InterlockError(
    'MEMORY_EXHAUSTED',
    'the proxy holds as many request bodies as it may; try again when others are done',
    { hint: 'raise limits.bodyMemoryBytes' },
  );
}
