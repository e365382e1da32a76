// `interlock ledger`: what was decided, and whether the record of it still holds.

import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { InterlockError } from '../errors.ts';
import type { Entry } from '../record/entry.ts';
import { entryLines, entryRow, entryView } from '../record/entry-view.ts';
import type { VerifyReport } from '../record/verify-report.ts';
import type { VerifyOptions as VerifyHow } from '../serve/operator.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, configOf, group, leaf, withOperator } from './common-options.ts';
import { REFUSED } from './failure.ts';
import { registerLedgerKey } from './ledger-key.ts';
import { pinnedKey } from './pinned-key.ts';
import { progressLine } from './progress.ts';

interface TailOptions extends CommonOptions {
  readonly count: number;
}

interface VerifyOptions extends CommonOptions {
  readonly checkpoint?: string;
  readonly writeCheckpoint?: string;
  readonly publicKey?: string;
}

const MAX_TAIL = 10_000;

export function registerLedger(program: Command, cli: Cli): void {
  const ledger = group(program, 'ledger', 'read and verify the ledger', 'ledger tail');
  leaf(ledger, 'tail', 'show the latest entries, oldest first', ['ledger tail -n 50'])
    .option('-n, --count <count>', 'how many', wholeNumber, 20)
    .action((_: TailOptions, command: Command) => tail(cli, command.optsWithGlobals()));
  leaf(ledger, 'show <id>', 'show one entry', ['ledger show 42']).action((id: string, _: CommonOptions, command: Command) =>
    show(cli, id, command.optsWithGlobals()),
  );
  leaf(ledger, 'verify', 'walk the whole chain and name the first entry that does not hold', [
    'ledger verify --write-checkpoint interlock.checkpoint',
    'ledger verify --checkpoint interlock.checkpoint',
  ])
    .option('--checkpoint <file>', 'a checkpoint kept elsewhere: without one, a cut-off end cannot be found')
    .option('--write-checkpoint <file>', 'write the checkpoint of now to this file, when the chain holds')
    .option(
      '--public-key <key>',
      "a key of this ledger that you trust (base64 or a verifier key), in the place of its own folder's word",
    )
    .action((_: VerifyOptions, command: Command) => verify(cli, command.optsWithGlobals()));
  registerLedgerKey(ledger, cli);
}

async function tail(cli: Cli, options: TailOptions): Promise<void> {
  const entries = await withOperator(cli, options, (operator) => operator.tailLedger(options.count));
  answer(cli, options, entries.map(entryJson), () => (entries.length === 0 ? ['The ledger is empty.'] : entries.map(entryRow)));
}

async function show(cli: Cli, id: string, options: CommonOptions): Promise<void> {
  const entry = await withOperator(cli, options, (operator) => operator.showEntry(id));
  answer(cli, options, entryJson(entry), () => entryLines(entry));
}

/** Flat keys to read and filter by, and `body` as it is recorded. */
function entryJson(entry: Entry): object {
  return { ...entryView(entry), sequence: entry.sequence, body: entry.body };
}

async function verify(cli: Cli, options: VerifyOptions): Promise<void> {
  const { cwd } = cli.terminal;
  const { checkpoint } = options;
  const kept =
    checkpoint === undefined ? [] : [{ source: `the checkpoint in ${checkpoint}`, note: readText(resolve(cwd, checkpoint)) }];
  const progress = progressLine(cli.terminal);
  const pinned = options.publicKey === undefined ? {} : { publicKey: pinnedKey(options.publicKey, cwd) };
  const how = { kept, ...pinned, onProgress: progress.show };
  const report = await withOperator(cli, options, (operator) => operator.verifyLedger(how)).catch((error: unknown) =>
    verifyUnopened(cli, options, how, error),
  );
  progress.end();
  if (!report.ok) cli.exitCode = REFUSED;
  // A checkpoint of a chain that does not hold would vouch for it.
  if (options.writeCheckpoint !== undefined && report.ok) writeFileSync(resolve(cwd, options.writeCheckpoint), report.checkpoint);
  answer(cli, options, report, () => reportLines(report, kept.length > 0));
}

/** A ledger too damaged to be opened is the very one that has to be verified. Rethrows what is no damage. */
async function verifyUnopened(cli: Cli, options: VerifyOptions, how: VerifyHow, error: unknown): Promise<VerifyReport> {
  if (!(error instanceof InterlockError) || error.code !== 'STORE_CORRUPT') throw error;
  const [config, { verifyFolder }] = await Promise.all([configOf(cli, options), import('../record/verify-store.ts')]);
  return await verifyFolder(config.dataDir, how);
}

function reportLines(report: VerifyReport, checked: boolean): string[] {
  const { firstBad } = report;
  return [
    firstBad === null
      ? `The ledger holds: ${report.entries} entries.`
      : `The ledger does NOT hold: entry ${firstBad.sequence}: ${firstBad.problem}`,
    `  root        ${report.root}`,
    `  public key  ${report.publicKey}`,
    ...(report.unfinished === 0 ? [] : [`  unfinished  ${report.unfinished} exchanges went out and have no outcome entry`]),
    ...(report.gaps === 0 ? [] : [`  gaps        ${report.gaps} times nothing could be written, and nothing was forwarded`]),
    ...report.notes.map((note) => `  note        ${note}`),
    ...(checked ? [] : ['  Without a checkpoint kept elsewhere (--checkpoint), entries cut off at the end cannot be missed.']),
  ];
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InterlockError('USAGE', `cannot read the checkpoint: ${why}`, { cause });
  }
}

function wholeNumber(text: string): number {
  const count = /^[1-9][0-9]{0,5}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MAX_TAIL) throw new InvalidArgumentError(`Expected a whole number from 1 to ${MAX_TAIL}.`);
  return count;
}
