// What an operator reads of the ledger: pages to hand on, a search, and counts.

import { type Page, type PageRequest, readPage, sequenceAt, type Source } from '../export/page.ts';
import type { LedgerReader } from '../record/ledger.ts';
import type { Statistics, StatisticsView } from '../record/statistics.ts';
import { type FoundPage, type LedgerSearch, type SearchDeps, searchLedger } from './ledger-search.ts';

export interface StatisticsQuery {
  /** How far back, and how long a bucket is. Counts are kept for seven days. */
  readonly minutes: number;
  readonly stepMinutes: number;
}

export interface LedgerStatistics extends StatisticsView {
  /** How often each policy was among those that decided; most often first. */
  readonly policies: ReadonlyArray<{ readonly id: string; readonly count: number }>;
}

export interface LedgerDesk {
  readLedger(request: PageRequest, signal?: AbortSignal): Promise<Page>;
  /** The first entry that is not older; the ledger's size when all are. */
  sequenceAt(ms: number): Promise<number>;
  searchEntries(search: LedgerSearch): Promise<FoundPage>;
  ledgerStatistics(query: StatisticsQuery): Promise<LedgerStatistics>;
}

interface DeskRooms {
  readonly ledger: Source & LedgerReader;
  readonly history: () => Promise<SearchDeps & { readonly statistics: Pick<Statistics, 'view' | 'decidedBy'> }>;
}

const SHOWN_POLICIES = 100;

export function createLedgerDesk({ ledger, history }: DeskRooms): LedgerDesk {
  return {
    readLedger: (request, signal) => readPage(ledger, request, signal),
    sequenceAt: (ms) => sequenceAt(ledger, ms),
    searchEntries: async (search) => searchLedger(search, await history()),
    async ledgerStatistics({ minutes, stepMinutes }) {
      const { statistics, feed } = await history();
      await feed.settled();
      const policies = [...statistics.decidedBy(minutes)]
        .map(([id, count]) => ({ id, count }))
        .toSorted((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1))
        .slice(0, SHOWN_POLICIES);
      return { ...statistics.view(minutes, stepMinutes), policies };
    },
  };
}
