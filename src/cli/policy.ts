// `interlock policy`: what is done with a bundle before it is in force. A file for each subcommand.

import type { Command } from 'commander';
import type { Cli } from './cli.ts';
import { group } from './common-options.ts';
import { registerPolicyCheck } from './policy-check.ts';
import { registerPolicyExplain } from './policy-explain.ts';
import { registerPolicyFmt } from './policy-fmt.ts';
import { registerPolicyNew } from './policy-new.ts';
import { registerPolicyReplay } from './policy-replay.ts';
import { registerPolicySchema } from './policy-schema.ts';
import { registerPolicyTest } from './policy-test.ts';
import { registerPolicyShadow } from './policy-shadow.ts';

export function registerPolicy(program: Command, cli: Cli): void {
  const policy = group(program, 'policy', 'write, check and try a bundle before it is in force', 'policy check');
  registerPolicyCheck(policy, cli);
  registerPolicyFmt(policy, cli);
  registerPolicyNew(policy, cli);
  registerPolicySchema(policy, cli);
  registerPolicyTest(policy, cli);
  registerPolicyExplain(policy, cli);
  registerPolicyReplay(policy, cli);
  registerPolicyShadow(policy, cli);
}
