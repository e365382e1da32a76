// What a run of kills has found so far. It is kept in a file after each kill, so that a run that was ended goes on where it was.

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Entry } from '../src/record/entry.ts';
import type { VerifyReport } from '../src/record/verify-report.ts';

export interface KillReport {
  kills: number;
  /** Requests that clients wrote, those that they got a whole answer for, and those that the origin received. */
  sent: number;
  answered: number;
  received: number;
  /** Verdict entries found for them, and how many of these have their outcome. */
  verdicts: number;
  outcomes: number;
  /** What `verify` counts as unfinished: verdicts to forward whose outcome a kill took. */
  unfinished: number;
  /** Of the unfinished ones: those that the origin had received. */
  unfinishedReceived: number;
  /** What must stay empty; each is the path of a request. */
  readonly receivedWithoutVerdict: string[];
  readonly answeredWithoutVerdict: string[];
  readonly receivedTwice: string[];
  /** Kills after which the chain, or the signed checkpoint of the round before, did not hold. */
  readonly brokenChains: string[];
  entries: number;
  slowestStartMs: number;
  seconds: number;
}

export interface Round {
  readonly kill: number;
  readonly sent: number;
  readonly answered: readonly string[];
  /** Paths as the origin got them. */
  readonly received: readonly string[];
  /** Of this round. */
  readonly entries: readonly Entry[];
  readonly verified: VerifyReport;
}

export function emptyReport(): KillReport {
  return {
    ...{ kills: 0, sent: 0, answered: 0, received: 0, verdicts: 0, outcomes: 0, unfinished: 0, unfinishedReceived: 0 },
    ...{ receivedWithoutVerdict: [], answeredWithoutVerdict: [], receivedTwice: [], brokenChains: [] },
    ...{ entries: 0, slowestStartMs: 0, seconds: 0 },
  };
}

/** Counts a kill. `unfinished` of the verifier must be what is missing by our own count: nothing is lost that it does not tell. */
export function addRound(
  report: KillReport,
  { kill, sent, answered, received, entries, verified }: Round,
  before: VerifyReport,
): void {
  const verdicts = new Map<string, string>();
  const ended = new Set<string>();
  for (const { body } of entries) {
    if (body.type === 'verdict') verdicts.set(String(body.actions[0]?.facts['path']), body.exchange);
    else if (body.type === 'outcome') ended.add(body.exchange);
  }
  const open = [...verdicts].filter(([, exchange]) => !ended.has(exchange)).map(([path]) => path);
  const known = new Set(received);
  report.kills += 1;
  report.sent += sent;
  report.answered += answered.length;
  report.received += received.length;
  report.verdicts += verdicts.size;
  report.outcomes += verdicts.size - open.length;
  report.unfinished += verified.unfinished - before.unfinished;
  report.unfinishedReceived += open.filter((path) => known.has(path)).length;
  report.entries += entries.length;
  report.receivedWithoutVerdict.push(...received.filter((path) => !verdicts.has(path)));
  report.answeredWithoutVerdict.push(...answered.filter((path) => !verdicts.has(path)));
  report.receivedTwice.push(...received.filter((path, i) => received.indexOf(path) !== i));
  if (!verified.ok) report.brokenChains.push(`after kill ${kill}: ${JSON.stringify(verified.firstBad)}`);
  if (verified.unfinished - before.unfinished !== open.length)
    report.brokenChains.push(
      `after kill ${kill}: verify tells of ${verified.unfinished - before.unfinished} unfinished exchanges, there are ${open.length}`,
    );
}

/** What must not be, in words; empty when all held. */
export function problemsOf(report: KillReport): string[] {
  const { receivedWithoutVerdict, answeredWithoutVerdict, receivedTwice, brokenChains } = report;
  return Object.entries({ receivedWithoutVerdict, answeredWithoutVerdict, receivedTwice, brokenChains }).flatMap(
    ([name, found]) => (found.length === 0 ? [] : [`${name}: ${found.length}, ${found.slice(0, 3).join(', ')}`]),
  );
}

export function loadReport(file: string | undefined): KillReport {
  if (file === undefined || !existsSync(file)) return emptyReport();
  return { ...emptyReport(), ...JSON.parse(readFileSync(file, 'utf8')) };
}

export function keepReport(file: string | undefined, report: KillReport): void {
  if (file === undefined) return;
  writeFileSync(`${file}.draft`, JSON.stringify(report, null, 2));
  renameSync(`${file}.draft`, file);
}
