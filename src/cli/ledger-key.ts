// `interlock ledger key`: the keys that sign the ledger, and a new one in the place of the old.

import type { Command } from 'commander';
import { InterlockError } from '../errors.ts';
import type { LedgerKeys } from '../record/key-rotation.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, group, leaf, withOperator } from './common-options.ts';
import { osUser } from './os-user.ts';

interface RotateOptions extends CommonOptions {
  readonly reason?: string;
}

export function registerLedgerKey(ledger: Command, cli: Cli): void {
  const key = group(ledger, 'key', 'the keys that sign the ledger', 'ledger key show');
  leaf(key, 'show', 'show what others check checkpoints and proofs with', ['ledger key show', 'ledger key show --json']).action(
    (_: CommonOptions, command: Command) => show(cli, command.optsWithGlobals()),
  );
  leaf(key, 'rotate', 'sign with a new key from now on; the old one signs the new one, and is deleted', [
    'ledger key rotate --reason "yearly"',
  ])
    .option('--reason <text>', 'why, for the record')
    .action((_: RotateOptions, command: Command) => rotate(cli, command.optsWithGlobals()));
}

async function show(cli: Cli, options: CommonOptions): Promise<void> {
  const keys = await withOperator(cli, options, (operator) => operator.ledgerKeys());
  answer(cli, options, keys, () => keyLines(keys));
}

async function rotate(cli: Cli, options: RotateOptions): Promise<void> {
  const { reason = '' } = options;
  if (reason.trim() === '') throw new InterlockError('USAGE', 'a reason is needed: --reason "why"');
  const keys = await withOperator(cli, options, (operator) =>
    operator.rotateLedgerKey({ reason, osUser: osUser(cli.terminal.env) }),
  );
  answer(cli, options, keys, () => [
    `Entry ${keys.keys.at(-1)?.from ?? '-'} changed the key. Whoever pinned an earlier one still can verify everything.`,
    ...keyLines(keys),
  ]);
}

function keyLines({ origin, verifierKey, keys }: LedgerKeys): string[] {
  return [
    `ledger        ${origin}`,
    `verifier key  ${verifierKey}`,
    ...keys.map(({ publicKey, from }, i) => `key ${i + 1}         ${publicKey}  from entry ${from}`),
  ];
}
