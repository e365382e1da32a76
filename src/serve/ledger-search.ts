// Entries that somebody looks for, for the console's explorer and for `interlock ledger search`.

import { type EntryFilter, filterTerms, matchesFilter } from '../record/entry-filter.ts';
import type { EntryIndex } from '../record/entry-index.ts';
import type { Outcome } from '../record/outcome-page.ts';
import { findEntries } from '../record/entry-query.ts';
import type { Entry } from '../record/entry.ts';
import type { Feed, Followed } from '../record/feed.ts';
import { feedEntry } from './feed-entry.ts';

export interface LedgerSearch {
  readonly filter: EntryFilter;
  /** In reason, path, resource, exchange, ticket or policies, in any case. */
  readonly text: string | null;
  /** The `next` of the page before. */
  readonly before: number | null;
  readonly limit: number;
  /** Milliseconds since 1970: not before, and before. */
  readonly since: number | null;
  readonly until: number | null;
}

export interface FoundEntry {
  readonly entry: Entry;
  /** Of a verdict: what became of the exchange, once it is known. */
  readonly outcome: Outcome | null;
}

export interface FoundPage {
  /** Newest first. */
  readonly found: readonly FoundEntry[];
  /** Null at the end. A page may be short, even empty, and still have one. */
  readonly next: number | null;
}

export interface SearchDeps {
  readonly ledger: Followed;
  readonly index: EntryIndex;
  readonly feed: Pick<Feed, 'settled'>;
}

export async function searchLedger(search: LedgerSearch, deps: SearchDeps): Promise<FoundPage> {
  const terms = filterTerms(search.filter);
  if (terms.length > 0) await deps.feed.settled();
  const { before, limit, since, until } = search;
  const matches = (entry: Entry): boolean => isFound(entry, search);
  const { entries, next } = await findEntries({ terms, before, limit, since, until, matches }, deps);
  return { found: await Promise.all(entries.map((entry) => withOutcome(entry, deps.index))), next };
}

/** Outcomes are told with their verdicts, but to who asks for them or for one exchange. */
function isFound(entry: Entry, { filter, text }: LedgerSearch): boolean {
  const asked = filter.type !== undefined || filter.exchange !== undefined;
  if (entry.body.type === 'outcome' && !asked) return false;
  return matchesFilter(entry, filter) && (text === null || text === '' || holds(entry, text.toLowerCase()));
}

function holds(entry: Entry, text: string): boolean {
  const view = feedEntry(entry, null);
  const texts = [view.reason, view.path, view.resource, view.exchange, view.ticket, ...view.policies];
  return texts.some((found) => found?.toLowerCase().includes(text) === true);
}

async function withOutcome(entry: Entry, index: EntryIndex): Promise<FoundEntry> {
  return { entry, outcome: entry.body.type === 'verdict' ? await index.outcomeOf(entry.sequence) : null };
}
