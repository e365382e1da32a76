// `interlock policy`: what is done with a bundle: before it is in force, and to bring it there. A file for each subcommand.

import type { Command } from 'commander';
import type { Cli } from './cli.ts';
import { group } from './common-options.ts';
import { registerPolicyCheck } from './policy-check.ts';
import { registerPolicyExplain } from './policy-explain.ts';
import { registerPolicyFmt } from './policy-fmt.ts';
import { registerPolicyDiff } from './policy-diff.ts';
import { registerPolicyHistory } from './policy-history.ts';
import { registerPolicyPromote } from './policy-promote.ts';
import { registerPolicyRollback } from './policy-rollback.ts';
import { registerPolicyNew } from './policy-new.ts';
import { registerPolicyReplay } from './policy-replay.ts';
import { registerPolicySchema } from './policy-schema.ts';
import { registerPolicyTest } from './policy-test.ts';
import { registerPolicyShadow } from './policy-shadow.ts';

export function registerPolicy(program: Command, cli: Cli): void {
  const policy = group(program, 'policy', 'write, check and try a bundle, put it in force, and go back', 'policy check');
  registerPolicyCheck(policy, cli);
  registerPolicyFmt(policy, cli);
  registerPolicyNew(policy, cli);
  registerPolicySchema(policy, cli);
  registerPolicyTest(policy, cli);
  registerPolicyExplain(policy, cli);
  registerPolicyReplay(policy, cli);
  registerPolicyShadow(policy, cli);
  registerPolicyDiff(policy, cli);
  registerPolicyPromote(policy, cli);
  registerPolicyHistory(policy, cli);
  registerPolicyRollback(policy, cli);
}
