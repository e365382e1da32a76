// `interlock ledger stats`: what was decided how often, from the counts that the console shows.

import { VERDICTS } from '../decide/judgement.ts';
import { KEPT_MINUTES } from '../record/statistics.ts';
import type { LedgerStatistics } from '../serve/ledger-desk.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, withOperator } from './common-options.ts';
import { usage } from './failure.ts';
import { table } from './table.ts';

export interface StatsOptions extends CommonOptions {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly per: 'minute' | 'hour' | 'day';
}

const STEPS = { minute: 1, hour: 60, day: 1_440 } as const;
export const PERIODS = Object.keys(STEPS);
/** A table that nobody reads, and a walk over it in the gateway. */
const MAX_BUCKETS = 1_500;

export async function stats(cli: Cli, options: StatsOptions): Promise<void> {
  const minutes = Math.floor((Date.now() - options.since) / 60_000);
  const stepMinutes = STEPS[options.per];
  if (minutes < 1 || minutes > KEPT_MINUTES)
    throw usage(
      'counts are kept for the last seven days',
      'Give --since within them; older entries are found with `ledger search`.',
    );
  if (minutes / stepMinutes > MAX_BUCKETS) throw usage(`that makes more than ${MAX_BUCKETS} rows`, 'Count --per hour.');
  const counted = await withOperator(cli, options, (operator) => operator.ledgerStatistics({ minutes, stepMinutes }));
  const totals = totalsOf(counted);
  answer(cli, options, { ...counted, totals }, () => lines(counted, totals));
}

type Totals = Readonly<Record<(typeof VERDICTS)[number] | 'all', number>>;

function totalsOf({ buckets }: LedgerStatistics): Totals {
  const totals = { ALLOW: 0, ALLOW_LOG: 0, CONSTRAIN: 0, WAIT: 0, BLOCK: 0, all: 0 };
  for (const { verdicts } of buckets) {
    for (const verdict of VERDICTS) {
      totals[verdict] += verdicts[verdict];
      totals.all += verdicts[verdict];
    }
  }
  return totals;
}

function lines({ buckets, actions, agents, policies }: LedgerStatistics, totals: Totals): string[] {
  const busy = buckets.filter(({ verdicts }) => VERDICTS.some((verdict) => verdicts[verdict] > 0));
  if (busy.length === 0) return ['Nothing was judged in that time.'];
  const verdictsOf = (counts: Readonly<Record<string, number>>): string[] => VERDICTS.map((name) => String(counts[name] ?? 0));
  return [
    ...table(
      ['BEGINS', ...VERDICTS, 'ADDED MS, MEDIAN', 'P99'],
      [
        ...busy.map(({ at, verdicts, p50Ms, p99Ms }) => [at, ...verdictsOf(verdicts), shown(p50Ms), shown(p99Ms)]),
        ['in all', ...verdictsOf(totals), '', ''],
      ],
    ),
    ...named('ACTION', actions),
    ...named('AGENT', agents),
    '',
    ...table(
      ['POLICY', 'DECIDED'],
      policies.map(({ id, count }) => [id, String(count)]),
    ),
  ];
}

function named(heading: string, rows: LedgerStatistics['actions']): string[] {
  return [
    '',
    ...table(
      [heading, 'EXCHANGES', 'BLOCKED', 'WAITED'],
      rows.map(({ name, count, blocked, waiting }) => [name, String(count), String(blocked), String(waiting)]),
    ),
  ];
}

function shown(ms: number | null): string {
  return ms === null ? '' : String(ms);
}
