// `interlock policy`: what is done with a bundle: before it is in force, and to bring it there. A file for each subcommand.

import type { Command } from 'commander';
import type { Cli } from './cli.ts';
import { group } from './common-options.ts';
import { type LoadedCommands, type Register, registerNamed } from './loaded-commands.ts';

const COMMANDS: LoadedCommands = new Map<string, () => Promise<Register>>([
  ['check', async () => (await import('./policy-check.ts')).registerPolicyCheck],
  ['fmt', async () => (await import('./policy-fmt.ts')).registerPolicyFmt],
  ['new', async () => (await import('./policy-new.ts')).registerPolicyNew],
  ['schema', async () => (await import('./policy-schema.ts')).registerPolicySchema],
  ['test', async () => (await import('./policy-test.ts')).registerPolicyTest],
  ['explain', async () => (await import('./policy-explain.ts')).registerPolicyExplain],
  ['replay', async () => (await import('./policy-replay.ts')).registerPolicyReplay],
  ['shadow', async () => (await import('./policy-shadow.ts')).registerPolicyShadow],
  ['diff', async () => (await import('./policy-diff.ts')).registerPolicyDiff],
  ['promote', async () => (await import('./policy-promote.ts')).registerPolicyPromote],
  ['history', async () => (await import('./policy-history.ts')).registerPolicyHistory],
  ['rollback', async () => (await import('./policy-rollback.ts')).registerPolicyRollback],
]);

export function registerPolicy(program: Command, cli: Cli, rest: readonly string[] | null): void | Promise<void> {
  const policy = group(program, 'policy', 'write, check and try a bundle, put it in force, and go back', 'policy check');
  // The bench of a judge is large, and a list of all commands needs none of it.
  return rest === null ? undefined : registerNamed(COMMANDS, policy, cli, rest);
}
