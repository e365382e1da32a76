// `interlock ledger search`: entries that match, found through the index that the console's explorer uses.

import { feedEntry } from '../serve/feed-entry.ts';
import type { FoundEntry } from '../serve/ledger-search.ts';
import type { Operator } from '../serve/operator.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, withOperator } from './common-options.ts';
import { entryJson } from './entry-json.ts';
import { type FilterOptions, filterOf, type SpanOptions } from './ledger-filter.ts';
import { table } from './table.ts';

export interface SearchOptions extends CommonOptions, FilterOptions, SpanOptions {
  readonly text?: string;
  readonly limit: number;
  readonly cursor?: number;
}

interface Found {
  readonly found: readonly FoundEntry[];
  readonly next: number | null;
}

/** The most that one page of the gateway holds. */
const PAGE = 200;
const HEADING = ['ID', 'TIME', 'VERDICT', 'AGENT', 'ACTION', 'HOST', 'STATUS', 'MS', 'REASON'];

export async function search(cli: Cli, options: SearchOptions): Promise<void> {
  const { found, next } = await withOperator(cli, options, (operator) => newest(operator, options));
  const json = { entries: found.map(({ entry, outcome }) => ({ ...entryJson(entry), outcome })), next };
  answer(cli, options, json, () => (found.length === 0 ? ['Nothing matches.'] : table(HEADING, found.map(row))));
  if (next !== null && options.json !== true) cli.terminal.err(`interlock: older ones may follow: --cursor ${next}\n`);
}

/** Pages until there are `limit`, or no more. */
export async function newest(operator: Operator, options: SearchOptions): Promise<Found> {
  const filter = filterOf(options);
  const { text = null, since = null, until = null } = options;
  const found: FoundEntry[] = [];
  let before = options.cursor ?? null;
  for (;;) {
    const limit = Math.min(PAGE, options.limit - found.length);
    const page = await operator.searchEntries({ filter, text, before, limit, since, until });
    found.push(...page.found);
    before = page.next;
    if (before === null || found.length >= options.limit) return { found, next: before };
  }
}

function row({ entry, outcome }: FoundEntry): string[] {
  const told = feedEntry(entry, outcome);
  return [
    String(told.sequence),
    told.time,
    told.verdict ?? told.type,
    told.agent ?? '',
    told.actions.join(','),
    told.host ?? '',
    String(told.status ?? ''),
    String(told.durationMs ?? ''),
    told.reason === '' ? (told.result ?? '') : told.reason,
  ];
}
