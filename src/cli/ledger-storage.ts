// `interlock ledger segments` and `interlock ledger hold`: what is sealed, what was dropped, and what must be kept.

import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { InterlockError } from '../errors.ts';
import { heldText } from '../record/entry-view.ts';
import type { Hold } from '../record/holds.ts';
import { verifySegment } from '../record/verify-segment.ts';
import type { SegmentView } from '../serve/storage-desk.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, group, leaf, withOperator } from './common-options.ts';
import { REFUSED } from './failure.ts';
import { moment } from './moment.ts';
import { osUser } from './os-user.ts';
import { pinnedKey } from './pinned-key.ts';
import { table } from './table.ts';

interface HoldOptions extends CommonOptions {
  readonly from?: number;
  readonly to?: number;
  readonly since?: number;
  readonly until?: number;
  readonly all?: true;
  readonly reason?: string;
}

export function registerLedgerStorage(ledger: Command, cli: Cli): void {
  leaf(ledger, 'segments', 'list the sealed segments, and those that were dropped', [
    'ledger segments',
    'ledger segments --json',
  ]).action((_: CommonOptions, command: Command) => segments(cli, command.optsWithGlobals()));
  const hold = group(ledger, 'hold', 'ranges of the ledger that are neither dropped nor erased', 'ledger hold list');
  leaf(hold, 'add', 'hold a range from now on', [
    'ledger hold add --since 2026-01-01 --until 2026-04-01 --reason "case 12"',
    'ledger hold add --from 1000 --to 2000 --reason "case 12"',
    'ledger hold add --all --reason "case 12"',
  ])
    .option('--from <id>', 'the first entry', sequence)
    .option('--to <id>', 'the last entry; without it everything that is still to come as well', sequence)
    .option('--since <moment>', 'entries not before', (text: string) => moment(text))
    .option('--until <moment>', 'entries before', (text: string) => moment(text))
    .option('--all', 'every entry, and what is still to come')
    .option('--reason <text>', 'why, for the record; kept as a hidden value')
    .action((_: HoldOptions, command: Command) => add(cli, command.optsWithGlobals()));
  leaf(hold, 'list', 'list the holds in force', ['ledger hold list', 'ledger hold list --json']).action(
    (_: CommonOptions, command: Command) => list(cli, command.optsWithGlobals()),
  );
  leaf(hold, 'release <hold>', 'let go of a hold', ['ledger hold release h_0a1b2c3d4e --reason "case 12 is closed"'])
    .option('--reason <text>', 'why, for the record; kept as a hidden value')
    .action((name: string, _: HoldOptions, command: Command) => release(cli, name, command.optsWithGlobals()));
}

/** `ledger verify --segment`: without a ledger when a key is given, else with the keys of the one that is configured. */
export async function verifyOneSegment(
  cli: Cli,
  options: CommonOptions & { readonly publicKey?: string },
  file: string,
): Promise<void> {
  const { cwd } = cli.terminal;
  const keys =
    options.publicKey === undefined
      ? await withOperator(cli, options, async (operator) => (await operator.ledgerKeys()).keys.map(({ publicKey }) => publicKey))
      : [pinnedKey(options.publicKey, cwd)];
  const report = await verifySegment(resolve(cwd, file), keys);
  if (!report.ok) cli.exitCode = REFUSED;
  answer(cli, options, report, () => [
    report.problem === null
      ? `The segment holds: entries ${report.first} to ${report.last}, ${report.from} to ${report.to}.`
      : `The segment does NOT hold (entries ${report.first} to ${report.last}): ${report.problem}`,
    ...(report.ok ? [`  checkpoint  of ${report.checkpointSize} entries`] : []),
    ...(report.erased === 0 ? [] : [`  note        ${report.erased} hidden values are no longer kept; their commitments hold`]),
  ]);
}

async function segments(cli: Cli, options: CommonOptions): Promise<void> {
  const found = await withOperator(cli, options, (operator) => operator.listSegments());
  answer(cli, options, found, () =>
    found.length === 0
      ? ['Nothing is sealed. `ledger.segments` in interlock.yaml turns sealing on.']
      : table(['ENTRIES', 'FROM', 'TO', 'BYTES', 'STATE', 'HOLD'], found.map(segmentRow)),
  );
}

function segmentRow({ first, last, from, to, bytes, state, hold }: SegmentView): string[] {
  return [`${first}-${last}`, from, to, String(bytes), state, hold ?? '-'];
}

async function add(cli: Cli, options: HoldOptions): Promise<void> {
  const told = { reason: reasonOf(options), osUser: osUser(cli.terminal.env) };
  const held = await withOperator(cli, options, async (operator) => {
    const { from, to, since, until, all } = options;
    if (all === true && [from, to, since, until].every((one) => one === undefined))
      return operator.addHold({ from: 0, to: null, ...told });
    if (all !== true && from !== undefined && since === undefined && until === undefined)
      return operator.addHold({ from, to: to ?? null, ...told });
    if (all === true || from !== undefined || to !== undefined || (since === undefined && until === undefined))
      throw new InterlockError('USAGE', 'give --from and --to, or --since and --until, or --all');
    const first = since === undefined ? 0 : await operator.sequenceAt(since);
    // Entries of that time may still come while it is not over: only a time that is past ends the range.
    const end = until === undefined || until > Date.now() ? null : (await operator.sequenceAt(until)) - 1;
    if (end !== null && end < first) throw new InterlockError('USAGE', 'there is no entry in that time');
    return operator.addHold({ from: first, to: end, ...told });
  });
  answer(cli, options, held, () => [`Held as ${held.hold}: ${heldText(held)}. They are neither dropped nor erased.`]);
}

async function list(cli: Cli, options: CommonOptions): Promise<void> {
  const holds = await withOperator(cli, options, (operator) => operator.listHolds());
  answer(cli, options, holds, () =>
    holds.length === 0 ? ['Nothing is held.'] : table(['HOLD', 'ENTRIES', 'SINCE', 'BY', 'REASON'], holds.map(holdRow)),
  );
}

function holdRow(hold: Hold): string[] {
  return [hold.hold, heldText(hold), hold.since, hold.osUser ?? '(unknown)', hold.reason];
}

async function release(cli: Cli, name: string, options: HoldOptions): Promise<void> {
  const told = { reason: reasonOf(options), osUser: osUser(cli.terminal.env) };
  const held = await withOperator(cli, options, (operator) => operator.releaseHold({ hold: name, ...told }));
  answer(cli, options, held, () => [`Released ${held.hold}: ${heldText(held)} can be dropped and erased again.`]);
}

function reasonOf({ reason = '' }: HoldOptions): string {
  if (reason.trim() !== '') return reason;
  throw new InterlockError('USAGE', 'a reason is needed: --reason "why"');
}

function sequence(text: string): number {
  if (/^(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected the number of an entry.');
}
