// Leaves that were issued, kept per host: bounded, least recently used out first, and renewed long before they end.

import type { Leaf, LeafIssuer } from './leaf.ts';

interface LeafCacheOptions {
  /** Hosts kept at most. A leaf is about 2 KB. */
  readonly max: number;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

export interface LeafCache {
  /**
   * The leaf for a canonical host. The same object until it is renewed, so that what was built from it (a TLS server, a
   * context) can be kept as long as the object is the same. Throws what `issue` throws; a failure is not kept.
   */
  get(host: string): Leaf;
  stats(): { readonly size: number; readonly issued: number; readonly hits: number };
}

interface Kept {
  readonly leaf: Leaf;
  readonly renewAt: number;
}

/** Renewed when half of the life left at issue has passed, so a connection that lasts days never meets the end of its leaf. */
const RENEW_AFTER = 0.5;

export function createLeafCache(issuer: LeafIssuer, options: LeafCacheOptions): LeafCache {
  const { max, clock = Date.now } = options;
  /** In order of use, the least recent first: a Map keeps the order of insertion. */
  const kept = new Map<string, Kept>();
  let issued = 0;
  let hits = 0;
  return {
    get(host) {
      const now = clock();
      const found = kept.get(host);
      kept.delete(host);
      if (found !== undefined && now < found.renewAt) {
        kept.set(host, found);
        hits += 1;
        return found.leaf;
      }
      const leaf = issuer.issue(host);
      issued += 1;
      kept.set(host, { leaf, renewAt: now + (leaf.notAfter - now) * RENEW_AFTER });
      // INVARIANT: never more than `max`, whatever names an agent thinks up (E7).
      if (kept.size > max) dropOldest(kept);
      return leaf;
    },
    stats: () => ({ size: kept.size, issued, hits }),
  };
}

function dropOldest(kept: Map<string, Kept>): void {
  const oldest = kept.keys().next().value;
  if (oldest !== undefined) kept.delete(oldest);
}
