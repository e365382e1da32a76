// What an operator asks of the sealed part of the ledger: which segments there are, and ranges that must be kept.

import type { Hold, HoldRequest, ReleaseRequest } from '../record/holds.ts';
import { holdOver } from '../record/holds.ts';
import type { OpenLedger } from '../record/chain.ts';

export interface SegmentView {
  /** First and last sequence. */
  readonly first: number;
  readonly last: number;
  /** Times of the first and the last entry. */
  readonly from: string;
  readonly to: string;
  /** Of the entries file when it was sealed. */
  readonly bytes: number;
  readonly state: 'sealed' | 'dropped';
  /** The hold that it is under; null: none. */
  readonly hold: string | null;
}

export interface StorageDesk {
  /** Ascending. */
  listSegments(): Promise<readonly SegmentView[]>;
  listHolds(): Promise<readonly Hold[]>;
  /** Puts it on record. Throws USAGE, RECORD_FAILED. */
  addHold(request: HoldRequest): Promise<Hold>;
  /** Puts it on record. Throws NAME_UNKNOWN, RECORD_FAILED. */
  releaseHold(request: ReleaseRequest): Promise<Hold>;
}

export function createStorageDesk({ archive }: Pick<OpenLedger, 'archive'>): StorageDesk {
  return {
    async listSegments() {
      const holds = await archive.holds.list();
      return archive.list().map(({ manifest: { first, entries, from, to, bytes }, gone }) => {
        const last = first + entries - 1;
        const hold = holdOver(holds, first, last)?.hold ?? null;
        return { first, last, from, to, bytes, state: gone ? 'dropped' : 'sealed', hold };
      });
    },
    listHolds: () => archive.holds.list(),
    addHold: (request) => archive.holds.add(request),
    releaseHold: (request) => archive.holds.release(request),
  };
}
