// The live feed's list: newest first, one row an exchange's verdict, its outcome filled in when it comes, and never too long.

import type { Filters } from './filters.ts';
import type { FeedEntry } from './shapes.ts';

export const MOST_ROWS = 500;

/** The list with one more entry. An outcome joins its verdict's row; one already there changes nothing. */
export function withEntry(rows: readonly FeedEntry[], entry: FeedEntry): readonly FeedEntry[] {
  if (entry.type === 'outcome') return rows.map((row) => (isOf(row, entry) ? withOutcome(row, entry) : row));
  if (rows.some((row) => row.sequence === entry.sequence)) return rows;
  return [entry, ...rows].sort((a, b) => b.sequence - a.sequence).slice(0, MOST_ROWS);
}

/** Older entries from a page go below; it may be that the page holds outcomes, whose verdicts come in a later one. */
export function withOlder(rows: readonly FeedEntry[], page: readonly FeedEntry[]): readonly FeedEntry[] {
  const known = new Set(rows.map((row) => row.sequence));
  const outcomes = new Map(page.filter((entry) => entry.type === 'outcome').map((entry) => [entry.exchange, entry]));
  const older = page
    .filter((entry) => entry.type !== 'outcome' && !known.has(entry.sequence))
    .map((entry) => {
      const outcome = outcomes.get(entry.exchange);
      return entry.type === 'verdict' && outcome !== undefined ? withOutcome(entry, outcome) : entry;
    });
  return [...rows, ...older];
}

function isOf(row: FeedEntry, outcome: FeedEntry): boolean {
  return row.type === 'verdict' && row.exchange !== null && row.exchange === outcome.exchange;
}

function withOutcome(row: FeedEntry, outcome: FeedEntry): FeedEntry {
  const { status, result, durationMs } = outcome;
  return { ...row, status, result, durationMs };
}

/** The same question that the API answers for a page, asked of an entry that came live. */
export function fits(entry: FeedEntry, filters: Filters): boolean {
  if (entry.type === 'outcome') return true;
  const { verdict, agent, action, host, q } = filters;
  return (
    (verdict === undefined || entry.verdict === verdict) &&
    (agent === undefined || entry.agent === agent) &&
    (action === undefined || entry.actions.includes(action)) &&
    (host === undefined || entry.host === host) &&
    (q === undefined || textOf(entry).includes(q.toLowerCase()))
  );
}

function textOf(entry: FeedEntry): string {
  const { reason, path, resource, exchange, ticket, policies } = entry;
  return [reason, path, resource, exchange, ticket, ...policies].join('\n').toLowerCase();
}
