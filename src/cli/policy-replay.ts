// `interlock policy replay`: what would have been decided otherwise, had a candidate bundle been in force.

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Bundle } from '../decide/bundle.ts';
import type { Flip } from '../decide/replay-flip.ts';
import type { Replay, ReplayReport } from '../decide/replay.ts';
import type { FlipGroup } from '../decide/replay-groups.ts';
import { plainText } from '../record/plain-text.ts';
import type { Operator } from '../serve/operator.ts';
import type { Cli } from './cli.ts';
import { answer, type CommonOptions, leaf, withOperator } from './common-options.ts';
import { REFUSED } from './failure.ts';
import { moment } from './moment.ts';
import { progressLine } from './progress.ts';
import { replayedEntries } from './replayed-entries.ts';

interface ReplayOptions extends CommonOptions {
  readonly with: string;
  readonly since?: number;
  readonly until?: number;
  readonly html?: string;
  readonly keep?: boolean;
  readonly failOnFlips?: boolean;
}

const MAX_LINE_CHARS = 240;
const SHOWN_GROUPS = 10;

export function registerPolicyReplay(policy: Command, cli: Cli): void {
  leaf(policy, 'replay', 'judge recorded traffic again with a candidate bundle, and tell what comes out otherwise', [
    'policy replay --since 7d --with ./candidate',
    'policy replay --since 24h --with ./candidate --html replay.html',
    'policy replay --since 7d --with ./candidate --keep',
    'policy replay --with ./candidate --fail-on-flips --json',
  ])
    .requiredOption('--with <dir>', 'the candidate bundle')
    .option('--since <when>', 'entries from then on: 7d, 24h, 30m ago, or a time (default: all)', (text) => moment(text))
    .option('--until <when>', 'entries before then', (text) => moment(text))
    .option('--html <file>', 'write a report with charts, one file that needs nothing else')
    .option('--keep', 'keep the report for the console (Bundle, Replays)')
    .option('--fail-on-flips', 'end with 1 when the candidate decides anything otherwise')
    .action((_: ReplayOptions, command: Command) => replay(cli, command.optsWithGlobals()));
}

async function replay(cli: Cli, options: ReplayOptions): Promise<void> {
  const { cwd } = cli.terminal;
  const { loadBundle, checkBundle } = await import('../decide/bundle.ts');
  const candidate = await loadBundle(resolve(cwd, options.with));
  const { report, kept } = await withOperator(cli, options, async (operator, config) => {
    const told = await walk(cli, options, operator, candidate, (await checkBundle(config.policiesDir)).bundle);
    return { report: told, kept: options.keep === true ? await keep(told, options.with, config.dataDir) : null };
  });
  if (options.html !== undefined) {
    const { replayPage } = await import('./replay-page.ts');
    writeFileSync(resolve(cwd, options.html), replayPage(report, options.with));
  }
  if (options.failOnFlips === true && report.flipsOfCandidate > 0) cli.exitCode = REFUSED;
  answer(cli, options, kept === null ? report : { ...report, kept }, () => [
    ...reportLines(report),
    ...(options.html === undefined ? [] : [`The report with charts is in ${options.html}.`]),
    ...(kept === null ? [] : [`The console shows it as ${kept}.`]),
  ]);
}

async function keep(report: ReplayReport, candidate: string, dataDir: string): Promise<string> {
  const { openReportStore } = await import('../rollout/report-store.ts');
  return openReportStore(dataDir).keep(report, candidate);
}

async function walk(
  cli: Cli,
  options: ReplayOptions,
  operator: Operator,
  candidate: Bundle,
  inForce: Bundle | null,
): Promise<ReplayReport> {
  const [{ createReplay }, { createOfflineJudge }, agents, users] = await Promise.all([
    import('../decide/replay.ts'),
    import('../decide/offline-judge.ts'),
    operator.listAgents(),
    operator.listUsers(),
  ]);
  const seated = users.map((user) => ({ ...user, tokenHash: '' }));
  const judgeOf = (bundle: Bundle) => {
    const offline = createOfflineJudge(bundle);
    offline.seat(seated);
    return offline.judge;
  };
  const teams = new Map(agents.map((agent) => [agent.name, agent.teams]));
  const told: Replay = createReplay({
    candidate: judgeOf(candidate),
    inForce: inForce === null ? null : judgeOf(inForce),
    teamsOf: (agent) => teams.get(agent) ?? [],
  });
  const progress = progressLine(cli.terminal, 'replayed');
  const range = { sinceMs: options.since ?? null, untilMs: options.until ?? null, onProgress: progress.show };
  for await (const entry of replayedEntries(operator, range)) {
    if (entry === null) told.leaveOut();
    else told.add(entry);
  }
  progress.end();
  return told.report();
}

function reportLines(report: ReplayReport): string[] {
  const { judged, flips, flipsOfCandidate, doubtful, skipped, otherPolicies } = report;
  const from = report.since === null ? '' : ` from ${report.since} to ${report.until ?? ''}`;
  const elsewhere = flips - flipsOfCandidate;
  return [
    `${judged} verdicts judged again${from}; ${skipped} were not for policies to decide.`,
    flips === 0
      ? 'Not one comes out otherwise.'
      : `${flips} come out otherwise; ${flipsOfCandidate} of them because of the candidate.`,
    ...(elsewhere > 0 && report.inForce !== null
      ? [`${elsewhere} would also come out otherwise under the bundle in force: a policy, team, group or entity changed since.`]
      : []),
    ...(doubtful > 0 ? [`${doubtful} hang on facts that the ledger does not hold whole (erased, cut or masked).`] : []),
    ...(otherPolicies > 0 ? [`${otherPolicies} keep their verdict, decided by other policies.`] : []),
    ...groupLines('policy', report.byPolicy),
    ...groupLines('agent', report.byAgent),
    ...groupLines('action', report.byAction),
    ...exampleLines(report.byPolicy),
  ].map((line) => plainText(line, MAX_LINE_CHARS));
}

function groupLines(what: string, groups: readonly FlipGroup[]): string[] {
  if (groups.length === 0) return [];
  const left = groups.length - SHOWN_GROUPS;
  return [
    `By ${what}:`,
    ...groups.slice(0, SHOWN_GROUPS).map(({ key, flips, moves }) => `  ${flips}  ${key}  (${movesText(moves)})`),
    ...(left > 0 ? [`  and ${left} more`] : []),
  ];
}

function movesText(moves: FlipGroup['moves']): string {
  return Object.entries(moves)
    .map(([move, count]) => `${move}: ${count}`)
    .join(', ');
}

function exampleLines(groups: readonly FlipGroup[]): string[] {
  const examples = groups.flatMap((group) => group.examples.slice(0, 1)).slice(0, SHOWN_GROUPS);
  return examples.length === 0
    ? []
    : ['Examples (`interlock ledger show ENTRY` tells all of one):', ...examples.map(exampleLine)];
}

function exampleLine(flip: Flip): string {
  const { entry, time, agent, action, resource, from, to, policiesAfter } = flip;
  return `  ${entry}  ${time}  ${agent}  ${action}  ${resource}  ${from} → ${to}  ${policiesAfter.join(',')}`;
}
