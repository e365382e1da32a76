// The reading side of the operator in memory: pages, a search and counts over the entries that a test put there.

import { once } from 'node:events';
import { encodeEntry } from '../../src/record/entry-codec.ts';
import { matchesFilter } from '../../src/record/entry-filter.ts';
import type { Entry } from '../../src/record/entry.ts';
import type { LedgerDesk, LedgerStatistics } from '../../src/serve/ledger-desk.ts';

interface Filled {
  readonly calls: unknown[];
  readonly entries: readonly Entry[];
  readonly statistics: LedgerStatistics;
}

/** What is read of the ledger, from the entries in memory. */
export function readingUses(of: () => Filled): LedgerDesk {
  const asked = (call: unknown): void => void of().calls.push(call);
  return {
    async readLedger(request, signal) {
      asked(request);
      const { entries } = of();
      if (request.from >= entries.length && request.waitMs > 0 && signal?.aborted !== true)
        await once(signal ?? new EventTarget(), 'abort');
      const lines = entries.slice(request.from, request.from + request.count).map((entry) => ({
        sequence: entry.sequence,
        text: encodeEntry(JSON.stringify(entry.body), entry.previous, entry.sequence, entry.time),
        hidden: null,
      }));
      return { lines, next: request.from + lines.length, size: entries.length };
    },
    sequenceAt: async (ms) => of().entries.filter(({ time }) => Date.parse(time) < ms).length,
    async searchEntries(search) {
      asked(search);
      const found = of()
        .entries.filter((entry) => matchesFilter(entry, search.filter))
        .toReversed();
      const from = search.before === null ? 0 : found.findIndex(({ sequence }) => sequence < (search.before ?? 0));
      const page = from === -1 ? [] : found.slice(from, from + Math.min(search.limit, 2));
      return {
        found: page.map((entry) => ({ entry, outcome: null })),
        next: page.at(-1) === found.at(-1) ? null : (page.at(-1)?.sequence ?? null),
      };
    },
    async ledgerStatistics(query) {
      asked(query);
      return of().statistics;
    },
  };
}
