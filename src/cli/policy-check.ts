// `interlock policy check`: would this bundle load, and do its cases come out as they say?

import type { Command } from 'commander';
import type { Bundle } from '../decide/bundle.ts';
import type { BundleFinding } from '../decide/bundle-finding.ts';
import { plainText } from '../record/plain-text.ts';
import type { Cli } from './cli.ts';
import { bundleDirectory } from './bundle-directory.ts';
import { answer, type CommonOptions, leaf } from './common-options.ts';
import { REFUSED } from './failure.ts';

const MAX_FINDING_CHARS = 1000;

export function registerPolicyCheck(policy: Command, cli: Cli): void {
  leaf(
    policy,
    'check [dir]',
    "check a bundle as a start or a reload would, and run its cases (default: the configuration's policiesDir)",
    ['policy check', 'policy check ./policies/observe --json'],
  ).action((directory: string | undefined, _: CommonOptions, command: Command) =>
    check(cli, directory, command.optsWithGlobals()),
  );
}

async function check(cli: Cli, directory: string | undefined, options: CommonOptions): Promise<void> {
  const folder = await bundleDirectory(cli, directory, options);
  const { checkBundle } = await import('../decide/bundle.ts');
  const { describeFinding } = await import('../decide/bundle-finding.ts');
  const { runCases } = await import('../decide/case-runner.ts');
  const checked = await checkBundle(folder);
  const { bundle } = checked;
  const tried = bundle === null ? null : await runCases(bundle);
  const findings = [...checked.findings, ...(tried?.findings ?? [])];
  const ok = bundle !== null && findings.every(({ severity }) => severity !== 'error');
  if (!ok) cli.exitCode = REFUSED;
  const policies = bundle?.policies.map(({ id }) => id) ?? [];
  const cases = tried?.cases ?? 0;
  answer(cli, options, { ok, directory: folder, digest: bundle?.digest ?? null, policies, cases, findings }, () => [
    ...findings.map((finding) => plainText(describeFinding(finding), MAX_FINDING_CHARS)),
    summary(folder, bundle, cases, findings),
  ]);
}

function summary(folder: string, bundle: Bundle | null, cases: number, findings: readonly BundleFinding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const counted = `${errors} ${errors === 1 ? 'error' : 'errors'}`;
  if (bundle === null) return `${folder}: ${counted}: this bundle would not load, the last good one would stay in force.`;
  const loads = `${folder}: ${bundle.policies.length} policies load, digest ${bundle.digest.slice(0, 16)}`;
  return errors === 0
    ? `${loads}; all of its ${cases} cases come out as they say.`
    : `${loads}; ${counted} in its ${cases} cases.`;
}
