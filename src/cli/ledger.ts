// `interlock ledger`: what was decided, and whether the record of it still holds.

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { InterlockError } from '../errors.ts';
import { FORMATS } from '../export/format.ts';
import { isEmptyFilter } from '../record/entry-filter.ts';
import { entryLines, entryRow } from '../record/entry-view.ts';
import type { VerifyReport } from '../record/verify-report.ts';
import type { VerifyOptions as VerifyHow } from '../serve/operator.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, configOf, group, leaf, withOperator } from './common-options.ts';
import { entryJson } from './entry-json.ts';
import { REFUSED } from './failure.ts';
import { keptNotes } from './kept-notes.ts';
import { registerLedgerAnchor } from './ledger-anchor.ts';
import { registerLedgerErase } from './ledger-erase.ts';
import { registerLedgerKey } from './ledger-key.ts';
import { registerLedgerRepair } from './ledger-repair.ts';
import { pinnedKey } from './pinned-key.ts';
import { type ExportOptions, exportLedger } from './ledger-export.ts';
import { exportStatus } from './ledger-export-status.ts';
import { type FilterOptions, filterOf, withFilters, withSpan } from './ledger-filter.ts';
import { type FollowOptions, follow } from './ledger-follow.ts';
import { newest, type SearchOptions, search } from './ledger-search.ts';
import { PERIODS, type StatsOptions, stats } from './ledger-stats.ts';
import { moment } from './moment.ts';
import { registerLedgerStorage, verifyOneSegment } from './ledger-storage.ts';
import { registerLedgerProofs } from './ledger-proof.ts';
import { progressLine } from './progress.ts';
import { readResume, writeResume } from './resume-file.ts';

interface TailOptions extends CommonOptions, FilterOptions {
  readonly count: number;
}

interface VerifyOptions extends CommonOptions {
  readonly against?: readonly string[];
  readonly writeCheckpoint?: string;
  readonly publicKey?: string;
  readonly segment?: string;
  readonly resume?: string;
}

const MAX_TAIL = 10_000;
/** Checkpoints that one walk is held against; the latest ones say the most. */
const MAX_KEPT = 64;

export function registerLedger(program: Command, cli: Cli): void {
  const ledger = group(program, 'ledger', 'read and verify the ledger', 'ledger tail');
  withFilters(
    leaf(ledger, 'tail', 'show the latest entries, oldest first', [
      'ledger tail -n 50',
      'ledger tail --agent support-bot --verdict BLOCK,WAIT',
    ]),
  )
    .option('-n, --count <count>', 'how many', wholeNumber, 20)
    .action((_: TailOptions, command: Command) => tail(cli, command.optsWithGlobals()));
  leaf(ledger, 'show <id>', 'show one entry', ['ledger show 42']).action((id: string, _: CommonOptions, command: Command) =>
    show(cli, id, command.optsWithGlobals()),
  );
  registerReading(ledger, cli);
  registerHandingOn(ledger, cli);
  registerLedgerRepair(ledger, cli);
  leaf(ledger, 'verify', 'walk the whole chain and name the first entry that does not hold', [
    'ledger verify --write-checkpoint interlock.checkpoint',
    'ledger verify --against interlock.checkpoint --against /mnt/worm/interlock.notes',
  ])
    .option(
      '--against <place>',
      'checkpoints kept elsewhere: a file, or a folder of them; may be repeated. Without one, a cut-off end cannot be found',
      added,
    )
    .option(
      '--resume <file>',
      'go on where the run that kept this file stopped, and keep it: what was read before is not read again',
    )
    .option('--write-checkpoint <file>', 'write the checkpoint of now to this file, when the chain holds')
    .option('--segment <file>', 'only this sealed segment, from its own files: with --public-key no ledger is needed')
    .option(
      '--public-key <key>',
      "a key of this ledger that you trust (base64 or a verifier key), in the place of its own folder's word",
    )
    .action((_: VerifyOptions, command: Command) => verify(cli, command.optsWithGlobals()));
  registerLedgerErase(ledger, cli);
  registerLedgerStorage(ledger, cli);
  registerLedgerKey(ledger, cli);
  registerLedgerAnchor(ledger, cli);
  registerLedgerProofs(ledger, cli);
}

function registerReading(ledger: Command, cli: Cli): void {
  withFilters(
    withSpan(
      leaf(ledger, 'search', 'find entries, newest first', [
        'ledger search --agent support-bot --verdict BLOCK --since 7d',
        'ledger search --exchange x1f-3 --json',
        'ledger search --host api.stripe.com --text refund --limit 200',
      ]),
    ),
  )
    .option('--text <text>', 'only: this text in reason, path, resource, exchange, ticket or policies')
    .option('--limit <count>', 'how many', wholeNumber, 50)
    .option('--cursor <id>', 'go on where the search before ended', sequence)
    .action((_: SearchOptions, command: Command) => search(cli, command.optsWithGlobals()));
  leaf(ledger, 'stats', 'count what was decided, by verdict, action, agent and policy over time', [
    'ledger stats --since 24h --per hour',
    'ledger stats --since 7d --per day --json',
  ])
    .option('--since <moment>', 'not before (at most seven days ago)', (text: string) => moment(text), moment('24h'))
    .addOption(new Option('--per <period>', 'one row for each').choices(PERIODS).default('hour'))
    .action((_: StatsOptions, command: Command) => stats(cli, command.optsWithGlobals()));
}

function registerHandingOn(ledger: Command, cli: Cli): void {
  const values = (): Option =>
    new Option('--values <which>', 'hidden values: left out, or with them (they can not be erased there)')
      .choices(['open', 'revealed'])
      .default('open');
  withFilters(
    leaf(ledger, 'follow', 'show entries as they are written, until Ctrl-C', [
      'ledger follow --verdict BLOCK,WAIT',
      'ledger follow --from 0 --cursor siem.cursor --format jsonl',
    ]),
  )
    .option('--from <id>', 'the first entry, or `now`', (text) => (text === 'now' ? text : sequence(text)), 'now')
    .option('--cursor <file>', 'go on where the file says, and keep it')
    .addOption(new Option('--format <format>', 'of each line').choices(FORMATS).default('text'))
    .addOption(values())
    .action((_: FollowOptions, command: Command) => follow(cli, command.optsWithGlobals()));
  withFilters(
    withSpan(
      leaf(ledger, 'export', 'write entries to a file, or to standard output', [
        'ledger export --format jsonl --output ledger.jsonl',
        'ledger export --format jsonl --since 7d --verdict BLOCK --output -',
        'ledger export --status',
      ]),
    ),
  )
    .option('--output <file>', 'where to (`-` is standard output)')
    .option('--status', 'instead: how far each sink of the configuration is')
    .addOption(new Option('--format <format>', 'of each line').choices(FORMATS.filter((one) => one !== 'text')).default('jsonl'))
    .option('--from <id>', 'the first entry', sequence)
    .option('--to <id>', 'the last entry', sequence)
    .addOption(values())
    .action((_: ExportOptions, command: Command) => exportOrTell(cli, command.optsWithGlobals()));
}

async function exportOrTell(cli: Cli, options: ExportOptions & { readonly status?: true }): Promise<void> {
  const { output } = options;
  if (options.status === true) return exportStatus(cli, options);
  if (output === undefined)
    throw new InterlockError('USAGE', 'say where to with --output (`-` is standard output), or ask for --status');
  return exportLedger(cli, { ...options, output });
}

async function tail(cli: Cli, options: TailOptions): Promise<void> {
  const entries = await withOperator(cli, options, async (operator) => {
    if (isEmptyFilter(filterOf(options))) return operator.tailLedger(options.count);
    const { found } = await newest(operator, { ...options, limit: options.count });
    return found.map(({ entry }) => entry).toReversed();
  });
  answer(cli, options, entries.map(entryJson), () => (entries.length === 0 ? ['Nothing is there.'] : entries.map(entryRow)));
}

async function show(cli: Cli, id: string, options: CommonOptions): Promise<void> {
  const entry = await withOperator(cli, options, (operator) => operator.showEntry(id));
  answer(cli, options, entryJson(entry), () => entryLines(entry));
}

async function verify(cli: Cli, options: VerifyOptions): Promise<void> {
  if (options.segment !== undefined) return verifyOneSegment(cli, options, options.segment);
  const { cwd } = cli.terminal;
  const kept = (options.against ?? []).flatMap((place) => keptNotes(place, cwd)).slice(-MAX_KEPT);
  const progress = progressLine(cli.terminal);
  const pinned = options.publicKey === undefined ? {} : { publicKey: pinnedKey(options.publicKey, cwd) };
  const resumed = resumption(options.resume, cwd);
  const how = { kept, ...pinned, ...resumed?.how, onProgress: progress.show };
  const report = await withOperator(cli, options, (operator) => operator.verifyLedger(how)).catch((error: unknown) =>
    verifyUnopened(cli, options, how, error),
  );
  progress.end();
  if (!report.ok) cli.exitCode = REFUSED;
  // A checkpoint of a chain that does not hold would vouch for it.
  if (options.writeCheckpoint !== undefined && report.ok) writeFileSync(resolve(cwd, options.writeCheckpoint), report.checkpoint);
  answer(cli, options, report, () => reportLines(report, kept.length > 0, resumed?.since ?? ''));
}

/** Goes on from what the file says, and keeps in it where the walk is. */
function resumption(
  name: string | undefined,
  cwd: string,
): { readonly since: string; readonly how: Pick<VerifyHow, 'resume' | 'onState'> } | null {
  if (name === undefined) return null;
  const file = resolve(cwd, name);
  const before = readResume(file);
  const since = before?.since ?? new Date().toISOString();
  const onState = (state: string): void => writeResume(file, { since, state });
  return { since, how: before === null ? { onState } : { resume: before.state, onState } };
}

/** A ledger too damaged to be opened is the very one that has to be verified. Rethrows what is no damage. */
async function verifyUnopened(cli: Cli, options: VerifyOptions, how: VerifyHow, error: unknown): Promise<VerifyReport> {
  if (!(error instanceof InterlockError) || error.code !== 'STORE_CORRUPT') throw error;
  const [config, { verifyFolder }] = await Promise.all([configOf(cli, options), import('../record/verify-store.ts')]);
  return await verifyFolder(config.dataDir, how);
}

function reportLines(report: VerifyReport, checked: boolean, since: string): string[] {
  const { firstBad } = report;
  return [
    firstBad === null
      ? `The ledger holds: ${report.entries} entries.`
      : `The ledger does NOT hold: entry ${firstBad.sequence}: ${firstBad.problem}`,
    `  root        ${report.root}`,
    `  public key  ${report.publicKey}`,
    ...(report.verifiedBefore === 0
      ? []
      : [
          `  resumed     at entry ${report.verifiedBefore}: those before were read by runs since ${since}; a change to them since then is not noticed`,
        ]),
    ...(report.unfinished === 0 ? [] : [`  unfinished  ${report.unfinished} exchanges went out and have no outcome entry`]),
    ...(report.gaps === 0 ? [] : [`  gaps        ${report.gaps} times nothing could be written, and nothing was forwarded`]),
    ...(report.missingRequests === 0
      ? []
      : [`  numbered    requests that agents numbered and that are not in the ledger: ${report.missingRequests}`]),
    ...report.notes.map((note) => `  note        ${note}`),
    ...(checked ? [] : ['  Without a checkpoint kept elsewhere (--against), entries cut off at the end cannot be missed.']),
  ];
}

function added(place: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), place];
}

function wholeNumber(text: string): number {
  const count = /^[1-9][0-9]{0,5}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MAX_TAIL) throw new InvalidArgumentError(`Expected a whole number from 1 to ${MAX_TAIL}.`);
  return count;
}

/** An entry's id. */
function sequence(text: string): number {
  if (/^(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected the number of an entry, as `interlock ledger tail` shows it.');
}
