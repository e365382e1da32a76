// `interlock policy check`: would this bundle load?

import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CheckedBundle } from '../decide/bundle.ts';
import { plainText } from '../record/plain-text.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, configOf, group, leaf } from './common-options.ts';
import { REFUSED } from './failure.ts';

const MAX_FINDING_CHARS = 1000;

export function registerPolicy(program: Command, cli: Cli): void {
  const policy = group(program, 'policy', 'check a bundle before it is in force');
  leaf(policy, 'check [dir]', "check a bundle as a start or a reload would (default: the configuration's policiesDir)", [
    'policy check',
    'policy check ./policies/observe --json',
  ]).action((directory: string | undefined, _: CommonOptions, command: Command) =>
    check(cli, directory, command.optsWithGlobals()),
  );
}

async function check(cli: Cli, directory: string | undefined, options: CommonOptions): Promise<void> {
  const folder = directory === undefined ? (await configOf(cli, options)).policiesDir : resolve(cli.terminal.cwd, directory);
  const { checkBundle } = await import('../decide/bundle.ts');
  const { describeFinding } = await import('../decide/bundle-finding.ts');
  const { bundle, findings } = await checkBundle(folder);
  if (bundle === null) cli.exitCode = REFUSED;
  const policies = bundle?.policies.map(({ id }) => id) ?? [];
  answer(cli, options, { ok: bundle !== null, directory: folder, digest: bundle?.digest ?? null, policies, findings }, () => [
    ...findings.map((finding) => plainText(describeFinding(finding), MAX_FINDING_CHARS)),
    summary(folder, { bundle, findings }),
  ]);
}

function summary(folder: string, { bundle, findings }: CheckedBundle): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (bundle === null)
    return `${folder}: ${errors} ${errors === 1 ? 'error' : 'errors'}: this bundle would not load, the last good one would stay in force.`;
  return `${folder}: ${bundle.policies.length} policies load, digest ${bundle.digest.slice(0, 16)}.`;
}
