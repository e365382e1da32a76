// `interlock ledger anchor`: a checkpoint goes out now, and what the places that keep them say of it.

import type { Command } from 'commander';
import type { AnchorRound } from '../anchor/keeper.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, leaf, withOperator } from './common-options.ts';
import { REFUSED } from './failure.ts';

export function registerLedgerAnchor(ledger: Command, cli: Cli): void {
  leaf(ledger, 'anchor', 'send a checkpoint out now, and ask whether the ledger goes on from what was kept elsewhere', [
    'ledger anchor',
    'ledger anchor --json',
  ]).action((_: CommonOptions, command: Command) => anchor(cli, command.optsWithGlobals()));
}

async function anchor(cli: Cli, options: CommonOptions): Promise<void> {
  const round = await withOperator(cli, options, (operator) => operator.anchorLedger());
  if (round.anchors.some(({ result }) => result !== 'kept')) cli.exitCode = REFUSED;
  answer(cli, options, round, () => lines(round));
}

const SAID = { kept: 'kept', failed: 'FAILED', conflict: 'CONFLICT' } as const;

function lines({ size, anchors }: AnchorRound): string[] {
  if (anchors.length === 0)
    return ['Nothing keeps checkpoints of this ledger: name files or witnesses in ledger.checkpoints of interlock.yaml.'];
  return [
    `Checkpoint of ${size} entries:`,
    ...anchors.map(({ name, result, note }) => `  ${SAID[result].padEnd(9)} ${name}${note === '' ? '' : `: ${note}`}`),
    ...(anchors.some(({ result }) => result === 'conflict')
      ? ['A conflict means that entries were cut off, rolled back or rebuilt, here or there: see docs/ledger-limits.md.']
      : []),
  ];
}
