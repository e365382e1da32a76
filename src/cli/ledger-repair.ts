// `interlock ledger repair`: builds a damaged ledger anew from what still reads of it.

import type { Command } from 'commander';
import { InterlockError } from '../errors.ts';
import type { RepairReport } from '../record/repair-report.ts';
import type { Cli } from './cli.ts';
import { pinnedKey } from './pinned-key.ts';
import { answer, type CommonOptions, configOf, leaf } from './common-options.ts';

interface RepairOptions extends CommonOptions {
  readonly yes?: true;
  readonly dryRun?: true;
  readonly publicKey?: string;
}

export function registerLedgerRepair(ledger: Command, cli: Cli): void {
  leaf(ledger, 'repair', 'build a damaged ledger anew from what still reads, and record what is lost', [
    'ledger repair --dry-run',
    'ledger repair --yes',
  ])
    .option('--dry-run', 'only tell what could be saved')
    .option('--yes', 'do it: the damaged ledger is kept under another name')
    .option('--public-key <key>', 'the key in force as you know it, where the change to it is lost')
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
  const publicKey = options.publicKey === undefined ? {} : { publicKey: pinnedKey(options.publicKey, cli.terminal.cwd) };
  const report = await repairLedger(config.dataDir, { dryRun, ...publicKey });
  answer(cli, options, report, () => repairLines(report));
}

function repairLines({ entries, lost, lostEntries, lostKeyChanges, unprovenKey, damages, kept }: RepairReport): string[] {
  return [
    `${entries - lostEntries} of ${entries} entries ${kept === null ? 'can be' : 'were'} saved.`,
    ...lost.map(({ from, to }) => `  lost     ${from === to ? `entry ${from}` : `entries ${from} to ${to}`}`),
    ...damages.map((problem) => `  damage   ${problem}`),
    ...lostKeyChanges.map((entry) => `  key      the change of keys in entry ${entry} is lost`),
    ...(unprovenKey === null
      ? []
      : [`  key      nothing that is left says that ${unprovenKey} is this ledger's: --yes needs it as --public-key`]),
    ...(kept === null
      ? ['Nothing was changed: --dry-run.']
      : [
          `The damaged ledger is kept in ${kept}. What is lost is on record.`,
          ...(lost.length + damages.length === 0 ? [] : DOUBT),
        ]),
  ];
}

const DOUBT = [
  'Grants, standing grants, open tickets and plans of before are void from the next start on, and budgets count as spent until their windows have passed.',
  'Agents and users are as of the last change that could be read: one that was revoked or rotated since may be back. Look through them before you start again.',
];
