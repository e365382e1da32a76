// The filters that every reading of the ledger takes: `--agent support-bot --verdict BLOCK,WAIT`.

import { type Command, InvalidArgumentError } from 'commander';
import { VERDICTS } from '../decide/judgement.ts';
import { type EntryFilter, FILTER_KINDS, type FilterKind } from '../record/entry-filter.ts';
import { ENTRY_TYPES } from '../record/entry-types.ts';
import { listed } from './common-options.ts';
import { moment } from './moment.ts';

export type FilterOptions = { readonly [kind in FilterKind]?: readonly string[] };

export interface SpanOptions {
  readonly since?: number;
  readonly until?: number;
}

/** A misspelt one would find nothing, and look like good news. */
const KNOWN: { readonly [kind in FilterKind]?: readonly string[] } = { type: ENTRY_TYPES, verdict: VERDICTS };

export function withFilters(command: Command): Command {
  for (const { kind, meaning } of FILTER_KINDS) {
    command.option(`--${kind} <values>`, `only: ${meaning}`, (value: string, before: readonly string[] | undefined) =>
      checked(kind, listed(value, before)),
    );
  }
  return command;
}

export function withSpan(command: Command): Command {
  return command
    .option('--since <moment>', 'not before: 7d, 24h or 30m ago, or a time like 2026-11-20T08:00:00Z', (text: string) =>
      moment(text),
    )
    .option('--until <moment>', 'before', (text: string) => moment(text));
}

export function filterOf(options: FilterOptions): EntryFilter {
  return Object.fromEntries(FILTER_KINDS.flatMap(({ kind }) => (options[kind] === undefined ? [] : [[kind, options[kind]]])));
}

function checked(kind: FilterKind, values: readonly string[]): readonly string[] {
  const known = KNOWN[kind];
  if (values.length === 0) throw new InvalidArgumentError('Expected at least one.');
  if (known?.length === undefined || values.every((value) => known.includes(value))) return values;
  throw new InvalidArgumentError(`Expected ${known.join(', ')}.`);
}
