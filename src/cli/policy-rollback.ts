// `interlock policy rollback`: back to a bundle that was in force, by its digest.

import type { Command } from 'commander';
import { changedLines, type ChangeOptions, changeRequest, withChangeOptions } from './bundle-change.ts';
import type { Cli } from './cli.ts';
import { answer, configOf, leaf, withOperator } from './common-options.ts';
import { keptBundle, presentBundle } from './named-bundle.ts';
import { shown } from './policy-promote.ts';

export function registerPolicyRollback(policy: Command, cli: Cli): void {
  withChangeOptions(
    leaf(
      policy,
      'rollback <digest>',
      'put a bundle that was in force in force again; at least six digits of its digest (`policy history` shows them)',
      ['policy rollback 3f9a1c07 --reason "agents could not read their mail"'],
    ),
  ).action((digest: string, _: ChangeOptions, command: Command) => rollback(cli, digest, command.optsWithGlobals()));
}

async function rollback(cli: Cli, digest: string, options: ChangeOptions): Promise<void> {
  const { bundleDiff } = await import('../rollout/bundle-diff.ts');
  const { policiesDir } = await configOf(cli, options);
  const target = await keptBundle(cli, digest, options);
  const present = await presentBundle(policiesDir);
  const diff = present === null ? null : await bundleDiff(present, target);
  if (options.dryRun === true)
    return answer(cli, options, { rolledBack: false, digest: target.files.digest, diff }, () => [
      ...shown(diff),
      'Nothing was changed: --dry-run.',
    ]);
  const request = { ...(await changeRequest(cli, options, present)), digest: target.files.digest };
  const changed = await withOperator(cli, options, (operator) => operator.rollbackBundle(request));
  answer(cli, options, { rolledBack: true, ...changed, diff }, () => [...shown(diff), ...changedLines(changed)]);
}
