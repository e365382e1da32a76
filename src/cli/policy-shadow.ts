// `interlock policy shadow`: a candidate bundle is judged beside the traffic of the running gateway.

import { resolve } from 'node:path';
import type { Command } from 'commander';
import { plainText } from '../record/plain-text.ts';
import type { CandidateState } from '../rollout/candidate.ts';
import type { ShadowStatus } from '../serve/operator.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, group, leaf, withOperator } from './common-options.ts';

const MAX_LINE_CHARS = 1_000;

export function registerPolicyShadow(policy: Command, cli: Cli): void {
  const shadow = group(
    policy,
    'shadow',
    'judge live traffic by a candidate bundle too; it never decides, and what it would change is recorded',
    'policy shadow start ./next',
  );
  leaf(shadow, 'start <dir>', 'start with this bundle, in place of one before, until stopped or restarted', [
    'policy shadow start ./next',
  ]).action((directory: string, _: CommonOptions, command: Command) => start(cli, directory, command.optsWithGlobals()));
  leaf(shadow, 'status', 'which candidate is judged by, and how many verdicts it would change', ['policy shadow status']).action(
    (_: CommonOptions, command: Command) => status(cli, command.optsWithGlobals()),
  );
  leaf(shadow, 'stop', 'stop judging by the candidate', ['policy shadow stop']).action((_: CommonOptions, command: Command) =>
    stop(cli, command.optsWithGlobals()),
  );
}

async function start(cli: Cli, directory: string, options: CommonOptions): Promise<void> {
  const folder = resolve(cli.terminal.cwd, directory);
  const candidate = await withOperator(cli, options, (operator) => operator.startShadow(folder));
  answer(cli, options, candidate, () => [
    candidateLine(candidate),
    'It never decides. What it would change: `interlock policy shadow status`, and the Bundle page of the console.',
  ]);
}

async function status(cli: Cli, options: CommonOptions): Promise<void> {
  const shown = await withOperator(cli, options, (operator) => operator.showShadow());
  answer(cli, options, shown, () => statusLines(shown));
}

function statusLines({ candidate, counts }: ShadowStatus): string[] {
  return [
    candidate === null ? 'No candidate bundle is judged by.' : candidateLine(candidate),
    ...(candidate?.error ? [plainText(`Its files as they are now would not load: ${candidate.error}`, MAX_LINE_CHARS)] : []),
    `Since the start: ${counts.judged} requests judged again, ${counts.flips} flips, ${counts.dropped} left out because too many waited, ${counts.failed} failed.`,
  ];
}

function candidateLine({ policiesDir, digest, policies }: CandidateState): string {
  return plainText(`${policiesDir}: ${policies} policies, digest ${digest?.slice(0, 16) ?? 'none'}`, MAX_LINE_CHARS);
}

async function stop(cli: Cli, options: CommonOptions): Promise<void> {
  await withOperator(cli, options, (operator) => operator.stopShadow());
  answer(cli, options, { stopped: true }, () => ['No candidate bundle is judged by any more.']);
}
