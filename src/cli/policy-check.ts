// `interlock policy check`: would this bundle load, do its cases come out as they say, and can each policy decide anything?

import { type Command, Option } from 'commander';
import type { Bundle } from '../decide/bundle.ts';
import type { BundleFinding } from '../decide/bundle-finding.ts';
import { bundleDirectory } from './bundle-directory.ts';
import { checkProgress } from './check-progress.ts';
import type { Cli } from './cli.ts';
import { type CommonOptions, leaf } from './common-options.ts';
import { REFUSED } from './failure.ts';
import { FINDING_FORMATS, type FindingFormat, formatFindings } from './finding-formats.ts';

interface CheckOptions extends CommonOptions {
  readonly format?: FindingFormat;
  readonly strict?: boolean;
}

export function registerPolicyCheck(policy: Command, cli: Cli): void {
  leaf(
    policy,
    'check [dir]',
    "check a bundle as a start or a reload would, run its cases, and look for policies that can never decide (default: the configuration's policiesDir)",
    [
      'policy check',
      'policy check ./policies --format sarif > policies.sarif',
      'policy check ./policies --format github --strict',
    ],
  )
    .addOption(new Option('--format <format>', 'how to tell the findings').choices(FINDING_FORMATS))
    .option('--strict', 'end with 1 for warnings too')
    .action((directory: string | undefined, _: CheckOptions, command: Command) =>
      check(cli, directory, command.optsWithGlobals()),
    );
}

async function check(cli: Cli, named: string | undefined, options: CheckOptions): Promise<void> {
  const directory = await bundleDirectory(cli, named, options);
  const { checkBundle } = await import('../decide/bundle.ts');
  const { runCases } = await import('../decide/case-runner.ts');
  const { caseRehearsal } = await import('../enforce/rehearse-case.ts');
  const onStep = checkProgress(cli.terminal);
  const checked = await checkBundle(directory, onStep);
  const { bundle } = checked;
  const tried = bundle === null ? null : await runCases(bundle, caseRehearsal(), { onStep });
  const findings = [...checked.findings, ...(tried?.findings ?? [])];
  const ok =
    bundle !== null &&
    findings.every(({ severity }) => severity !== 'error') &&
    (options.strict !== true || findings.length === 0);
  if (!ok) cli.exitCode = REFUSED;
  const policies = bundle?.policies.map(({ id }) => id) ?? [];
  const cases = tried?.cases ?? 0;
  const json = { ok, directory, digest: bundle?.digest ?? null, policies, cases, findings };
  const format = options.format ?? (options.json === true ? 'json' : 'text');
  const { cwd } = cli.terminal;
  cli.terminal.out(
    formatFindings(format, { cwd, directory, findings, summary: summary(directory, bundle, cases, findings), json }),
  );
}

function summary(directory: string, bundle: Bundle | null, cases: number, findings: readonly BundleFinding[]): string {
  const errors = count(findings, 'error');
  const warnings = count(findings, 'warning');
  if (bundle === null) return `${directory}: ${errors}: this bundle would not load, the last good one would stay in force.`;
  const loads = `${directory}: ${bundle.policies.length} policies load, digest ${bundle.digest.slice(0, 16)}`;
  const told = warnings.startsWith('0 ') ? '' : ` ${warnings}.`;
  return errors.startsWith('0 ')
    ? `${loads}; all of its ${cases} cases come out as they say.${told}`
    : `${loads}; ${errors} in its ${cases} cases.${told}`;
}

function count(findings: readonly BundleFinding[], severity: BundleFinding['severity']): string {
  const found = findings.filter((finding) => finding.severity === severity).length;
  return `${found} ${severity}${found === 1 ? '' : 's'}`;
}
