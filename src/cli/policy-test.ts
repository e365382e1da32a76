// `interlock policy test`: do the cases of a bundle come out as they say, and does each policy decide one?

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Bundle } from '../decide/bundle.ts';
import type { BundleFinding } from '../decide/bundle-finding.ts';
import type { CaseReport, TriedCase } from '../decide/case-runner.ts';
import type { Case } from '../decide/case.ts';
import { plainText } from '../record/plain-text.ts';
import { bundleDirectory } from './bundle-directory.ts';
import { junitReport } from './case-junit.ts';
import { checkProgress } from './check-progress.ts';
import { coverageLines, failureLines, summaryLine } from './case-text.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, leaf } from './common-options.ts';
import { REFUSED } from './failure.ts';

interface TestOptions extends CommonOptions {
  readonly case?: string;
  readonly coverage?: boolean;
  readonly minCoverage?: number;
  readonly format?: 'text' | 'json' | 'junit';
}

const MAX_FINDING_CHARS = 1000;

export function registerPolicyTest(policy: Command, cli: Cli): void {
  leaf(policy, 'test [dir]', "try a bundle's cases (default: the configuration's policiesDir)", [
    'policy test',
    'policy test ./policies --case "refund*yen"',
    'policy test ./policies --coverage --min-coverage 100',
    'policy test ./policies --format junit > policies.xml',
  ])
    .option('--case <pattern>', 'only cases whose name or file holds this text; `*` stands for any text')
    .option('--coverage', 'show which policies no case shows deciding, by file')
    .option('--min-coverage <percent>', 'end with 1 when fewer of the policies decide a case', percent)
    .addOption(new Option('--format <format>', 'how to tell it').choices(['text', 'json', 'junit']))
    .action((directory: string | undefined, _: TestOptions, command: Command) => test(cli, directory, command.optsWithGlobals()));
}

async function test(cli: Cli, named: string | undefined, options: TestOptions): Promise<void> {
  const directory = await bundleDirectory(cli, named, options);
  const { checkBundle } = await import('../decide/bundle.ts');
  const { runCases } = await import('../decide/case-runner.ts');
  const { caseRehearsal } = await import('../enforce/rehearse-case.ts');
  const onStep = checkProgress(cli.terminal);
  const { bundle, findings } = await checkBundle(directory, onStep);
  if (bundle === null) return await unloadable(cli, options, directory, findings);
  const only = options.case === undefined ? {} : { only: fitting(options.case) };
  const report = await runCases(bundle, caseRehearsal(), { ...only, onStep });
  const ok = holds(report, options);
  if (!ok) cli.exitCode = REFUSED;
  const policies = new Map(bundle.policies.map((policy) => [policy.id, policy]));
  if (options.format === 'junit') return cli.terminal.out(junitReport(report, policies));
  const how = options.format === 'json' ? { ...options, json: true } : options;
  answer(cli, how, reportJson(ok, bundle, report), () => [
    ...report.tried.filter(failed).flatMap((tried) => failureLines(tried, policies)),
    ...report.unread.map(({ file, line, message }) => plainText(`${file}:${line}: ${message}`, MAX_FINDING_CHARS)),
    summaryLine(directory, report),
    ...(report.tried.length === 0 ? ['No case was tried.'] : []),
    ...(options.coverage === true || options.minCoverage !== undefined ? coverageLines(report.coverage) : []),
    ...shortfall(report, options),
  ]);
}

/** INVARIANT: nothing tried is nothing shown, so it is no success. */
function holds(report: CaseReport, options: TestOptions): boolean {
  return (
    report.tried.length > 0 && !report.tried.some(failed) && report.unread.length === 0 && shortfall(report, options).length === 0
  );
}

function failed({ outcome }: TriedCase): boolean {
  return outcome.differences.length > 0;
}

function shortfall({ coverage }: CaseReport, { minCoverage = 0 }: TestOptions): string[] {
  return coverage.percent >= minCoverage ? [] : [`Coverage is ${coverage.percent} %, less than the ${minCoverage} % asked for.`];
}

async function unloadable(cli: Cli, options: TestOptions, directory: string, findings: readonly BundleFinding[]): Promise<void> {
  const { describeFinding } = await import('../decide/bundle-finding.ts');
  cli.exitCode = REFUSED;
  answer(cli, options, { ok: false, directory, digest: null, cases: [], findings, coverage: null }, () => [
    ...findings.map((finding) => plainText(describeFinding(finding), MAX_FINDING_CHARS)),
    `${directory}: this bundle would not load, so no case was tried.`,
  ]);
}

function reportJson(ok: boolean, bundle: Bundle, report: CaseReport): object {
  const cases = report.tried.map(({ case: { name, file, place, kind }, outcome, durationMs }) => ({
    name,
    kind,
    file,
    line: place.line,
    ok: outcome.differences.length === 0,
    durationMs: Math.round(durationMs * 1000) / 1000,
    ...outcome,
  }));
  const { coverage, unread } = report;
  return { ok, directory: bundle.directory, digest: bundle.digest, cases, findings: unread, coverage };
}

function fitting(pattern: string): (each: Case) => boolean {
  const parts = pattern.toLowerCase().split('*');
  return ({ name, file }) => holdsInOrder(name.toLowerCase(), parts) || holdsInOrder(file.toLowerCase(), parts);
}

function holdsInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return true;
}

function percent(text: string): number {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : 101;
  if (value > 100) throw new InvalidArgumentError('Expected a whole number from 0 to 100.');
  return value;
}
