// `interlock ledger repair`: builds a damaged ledger anew from what still reads of it.

import type { Command } from 'commander';
import { InterlockError } from '../errors.ts';
import type { RepairReport } from '../record/repair.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, configOf, leaf } from './common-options.ts';

interface RepairOptions extends CommonOptions {
  readonly yes?: true;
  readonly dryRun?: true;
}

export function registerLedgerRepair(ledger: Command, cli: Cli): void {
  leaf(ledger, 'repair', 'build a damaged ledger anew from what still reads, and record what is lost', [
    'ledger repair --dry-run',
    'ledger repair --yes',
  ])
    .option('--dry-run', 'only tell what could be saved')
    .option('--yes', 'do it: the damaged ledger is kept under another name')
    .action((_: RepairOptions, command: Command) => repair(cli, command.optsWithGlobals()));
}

async function repair(cli: Cli, options: RepairOptions): Promise<void> {
  const dryRun = options.dryRun === true;
  if (!dryRun && options.yes !== true) {
    throw new InterlockError('USAGE', 'a repair puts another ledger in the place of the damaged one', {
      hint: 'look with --dry-run first, then say --yes',
    });
  }
  const [config, { repairLedger }] = await Promise.all([configOf(cli, options), import('../record/repair.ts')]);
  const report = await repairLedger(config.dataDir, { dryRun });
  answer(cli, options, report, () => repairLines(report));
}

function repairLines({ entries, lost, lostEntries, damages, kept }: RepairReport): string[] {
  return [
    `${entries - lostEntries} of ${entries} entries ${kept === null ? 'can be' : 'were'} saved.`,
    ...lost.map(({ from, to }) => `  lost     ${from === to ? `entry ${from}` : `entries ${from} to ${to}`}`),
    ...damages.map((problem) => `  damage   ${problem}`),
    ...(kept === null
      ? ['Nothing was changed: --dry-run.']
      : [
          `The damaged ledger is kept in ${kept}. What is lost is on record.`,
          'Agents, tickets, grants and budgets are as of the last change that could be read: look through them before you start again.',
        ]),
  ];
}
