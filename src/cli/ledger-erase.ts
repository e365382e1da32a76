// `interlock ledger erase`: hidden values and their salts go for good; the chain holds without them.

import { type Command, InvalidArgumentError } from 'commander';
import { InterlockError } from '../errors.ts';
import type { Erased, EraseRequest } from '../record/eraser.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, leaf, listed, withOperator } from './common-options.ts';
import { osUser } from './os-user.ts';

interface EraseOptions extends CommonOptions {
  readonly field?: readonly string[];
  readonly all?: boolean;
  readonly subject?: string;
  readonly reason?: string;
  readonly yes?: boolean;
}

export function registerLedgerErase(ledger: Command, cli: Cli): void {
  leaf(ledger, 'erase', 'delete hidden values and their salts for good; the chain holds without them', [
    'ledger erase 42 --field actions/0/facts/recipients --reason "request of 3 May" --yes',
    'ledger erase 42 --all --reason "request of 3 May" --yes',
    'ledger erase --subject ann@customer.example --reason "request of 3 May" --yes',
  ])
    .option('--field <place>', 'the place of a value in the entry (repeat it)', listed)
    .option('--all', 'every hidden value of the entry')
    .option('--subject <text>', 'every hidden value of every entry in which this text stands')
    .option('--reason <text>', 'why, for the record; kept as a hidden value')
    .option('--yes', 'there is no way back')
    .argument('[entry]', 'its number', sequence)
    .action((entry: number | undefined, _: EraseOptions, command: Command) => erase(cli, entry, command.optsWithGlobals()));
}

async function erase(cli: Cli, entry: number | undefined, options: EraseOptions): Promise<void> {
  const request = requestOf(cli, entry, options);
  const erased = await withOperator(cli, options, (operator) => operator.eraseValues(request));
  answer(cli, options, erased, () => erasedLines(erased));
}

function requestOf(cli: Cli, entry: number | undefined, options: EraseOptions): EraseRequest {
  const { field = [], all = false, subject, reason = '', yes = false } = options;
  if (reason.trim() === '') throw new InterlockError('USAGE', 'a reason is needed: --reason "why"');
  if (!yes) throw new InterlockError('USAGE', 'what is erased can not be brought back: say --yes');
  const told = { reason, osUser: osUser(cli.terminal.env) };
  if (subject !== undefined && entry === undefined && field.length === 0 && !all) return { ...told, subject };
  if (subject === undefined && entry !== undefined && field.length > 0 !== all) return { ...told, entry, places: field };
  throw new InterlockError('USAGE', 'give an entry with --field or --all, or --subject alone');
}

function erasedLines({ entries, values, of }: Erased): string[] {
  if (values === 0) return ['Nothing was found to erase.'];
  return [
    `Erased ${values} values of ${of} entries; on record as entry ${entries.join(', ')}.`,
    'Not reached: files that `ledger export`, `follow` or `prove` wrote, logs shipped elsewhere, backups and snapshots of the data folder,',
    'bodies and state of open tickets and plans, kept replay reports, and what an upstream was sent.',
  ];
}

function sequence(text: string): number {
  if (/^(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected the number of an entry.');
}
