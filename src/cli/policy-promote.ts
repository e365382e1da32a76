// `interlock policy promote`: a candidate bundle takes the place of the one in force, once its cases come out as they say.

import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { BundleFinding } from '../decide/bundle-finding.ts';
import { InterlockError, toInterlockError } from '../errors.ts';
import { plainText } from '../record/plain-text.ts';
import { type BundleDiff } from '../rollout/bundle-diff.ts';
import type { RefusedRequest } from '../rollout/bundle-changer.ts';
import { changedLines, type ChangeOptions, changeRequest, whoAsks, withChangeOptions } from './bundle-change.ts';
import { diffLines } from './bundle-diff-text.ts';
import { checkProgress } from './check-progress.ts';
import type { Cli, Terminal } from './cli.ts';
import { answer, configOf, leaf, withOperator } from './common-options.ts';
import { presentBundle } from './named-bundle.ts';

interface PromoteOptions extends ChangeOptions {
  readonly strict?: boolean;
  readonly withoutCases?: boolean;
}

const MAX_TOLD = 20;
const MAX_LINE_CHARS = 1_000;
const MAX_NOTE_CHARS = 1_000;

export function registerPolicyPromote(policy: Command, cli: Cli): void {
  withChangeOptions(
    leaf(
      policy,
      'promote <dir>',
      'put this bundle in force in place of the one in policiesDir: refused when it would not load or one of its cases comes out otherwise',
      ['policy promote ./next --reason "refunds above 500 wait"', 'policy promote ./next --dry-run --json'],
    ),
  )
    .option('--strict', 'refuse it for warnings too, like a policy that no case decides')
    .option('--without-cases', 'promote it though it has no cases at all; failing ones always refuse it')
    .action((directory: string, _: PromoteOptions, command: Command) => promote(cli, directory, command.optsWithGlobals()));
}

async function promote(cli: Cli, named: string, options: PromoteOptions): Promise<void> {
  const { readWhole, wholeDigest } = await import('../rollout/whole-bundle.ts');
  const { bundleDiff } = await import('../rollout/bundle-diff.ts');
  const directory = resolve(cli.terminal.cwd, named);
  const { policiesDir } = await configOf(cli, options);
  const candidate = await readWhole(directory);
  try {
    await refuseBad(directory, options, cli.terminal);
  } catch (refused) {
    throw options.dryRun === true
      ? refused
      : await onRecord(cli, options, { directory, digest: candidate.files.digest }, refused);
  }
  const present = await presentBundle(policiesDir);
  const diff = present === null ? null : await bundleDiff(present, candidate);
  const expected = wholeDigest(candidate);
  const request = { ...(await changeRequest(cli, options, present)), directory, expected };
  if (options.dryRun === true || (present !== null && wholeDigest(present) === expected)) {
    const why = options.dryRun === true ? 'Nothing was changed: --dry-run.' : 'Nothing to change: it is there already.';
    return answer(cli, options, { promoted: false, digest: candidate.files.digest, diff }, () => [...shown(diff), why]);
  }
  const changed = await withOperator(cli, options, (operator) => operator.promoteBundle(request));
  answer(cli, options, { promoted: true, ...changed, diff }, () => [...shown(diff), ...changedLines(changed)]);
}

/**
 * Who tries to bring in what its own cases speak against is on record where a gateway runs. What is thrown stays the refusal, and tells
 * where it could not be recorded.
 */
async function onRecord(
  cli: Cli,
  options: PromoteOptions,
  candidate: Pick<RefusedRequest, 'directory' | 'digest'>,
  thrown: unknown,
): Promise<unknown> {
  const refused = toInterlockError(thrown);
  const note = refused.message.slice(0, MAX_NOTE_CHARS).toWellFormed();
  try {
    await withOperator(cli, options, async (operator) => {
      if (operator.via === 'socket') await operator.refuseBundle({ ...candidate, ...whoAsks(cli, options), note });
    });
    return thrown;
  } catch (unrecorded) {
    const told = `${refused.message}\nThis refusal is not on record: ${toInterlockError(unrecorded).message}`;
    return new InterlockError(refused.code, told, {
      cause: thrown,
      ...(refused.hint === undefined ? {} : { hint: refused.hint }),
    });
  }
}

export function shown(diff: BundleDiff | null): string[] {
  return diff === null ? ['What is in the policies directory can not be read, so there is no diff.'] : diffLines(diff);
}

/** INVARIANT: nothing is promoted that would not load, or whose cases come out otherwise, or of which nothing is shown. */
async function refuseBad(directory: string, { strict, withoutCases }: PromoteOptions, terminal: Terminal): Promise<void> {
  const { bundleError, checkBundle } = await import('../decide/bundle.ts');
  const { runCases } = await import('../decide/case-runner.ts');
  const { caseRehearsal } = await import('../enforce/rehearse-case.ts');
  const onStep = checkProgress(terminal);
  const { bundle, findings } = await checkBundle(directory, onStep);
  if (bundle === null) throw bundleError(directory, findings);
  const tried = await runCases(bundle, caseRehearsal(), { onStep });
  const errors = tried.findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw refusal(`${directory}: cases do not come out as they say`, errors);
  if (tried.cases === 0 && withoutCases !== true)
    throw new InterlockError('BUNDLE_REFUSED', `${directory} has no cases, so nothing shows what it decides`, {
      hint: 'write some in cases/ (`interlock policy new` has some for each recipe), or give --without-cases',
    });
  const warnings = [...findings, ...tried.findings];
  if (strict === true && warnings.length > 0) throw refusal(`${directory}: there are warnings`, warnings);
}

function refusal(what: string, findings: readonly BundleFinding[]): InterlockError {
  const told = findings
    .slice(0, MAX_TOLD)
    .map(({ file, line, message }) => plainText(`  ${file}:${line}: ${message}`, MAX_LINE_CHARS));
  if (findings.length > MAX_TOLD) told.push(`  and ${findings.length - MAX_TOLD} more`);
  return new InterlockError('BUNDLE_REFUSED', [`${what}:`, ...told].join('\n'), { hint: 'run `interlock policy test` on it' });
}
