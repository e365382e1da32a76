// `interlock grants`: what was approved and may still be used, and how it is taken back.

import type { Command } from 'commander';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, group, leaf, withOperator } from './common-options.ts';
import { table } from './table.ts';

export function registerGrants(program: Command, cli: Cli): void {
  const grants = group(program, 'grants', 'list and revoke what was approved and may still be used', 'grants list');
  leaf(grants, 'list', 'list approvals not yet used, and those that stand for a while', ['grants list --json']).action(
    (_: CommonOptions, command: Command) => list(cli, command.optsWithGlobals()),
  );
  leaf(grants, 'revoke <id>', 'take an approval back; nothing more goes by it', ['grants revoke g_EXAMPLE']).action(
    (id: string, _: CommonOptions, command: Command) => revoke(cli, id, command.optsWithGlobals()),
  );
}

async function list(cli: Cli, options: CommonOptions): Promise<void> {
  const grants = await withOperator(cli, options, (operator) => operator.listGrants());
  answer(cli, options, grants, () =>
    grants.length === 0
      ? ['No grants.']
      : table(
          ['ID', 'KIND', 'AGENT', 'ACTION', 'FOR', 'USES LEFT', 'UNTIL', 'BY'],
          grants.map((grant) => [
            grant.id,
            grant.kind,
            grant.session === null ? grant.agent : `${grant.agent}~${grant.session}`,
            grant.action ?? '',
            grant.resource ?? 'any',
            grant.usesLeft === null ? 'any' : String(grant.usesLeft),
            grant.expiresAt,
            grant.by.join(','),
          ]),
        ),
  );
}

async function revoke(cli: Cli, id: string, options: CommonOptions): Promise<void> {
  await withOperator(cli, options, (operator) => operator.revokeGrant(id));
  answer(cli, options, { id, revoked: true }, () => [`Grant ${id} is revoked; nothing more goes by it.`]);
}
