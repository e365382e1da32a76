// Tries a bundle's cases on the bundle itself, and tells which policies no case shows deciding.

import { readCaseFiles } from './bundle-files.ts';
import { errorAt, warningAt } from './bundle-finding.ts';
import type { BundleFinding } from './bundle-finding.ts';
import type { Bundle } from './bundle.ts';
import { openCaseDesk } from './case-desk.ts';
import { parseCases } from './case-file.ts';
import { type CaseOutcome, describeDifference } from './case-outcome.ts';
import type { RehearseRequest } from './case-rehearsal.ts';
import type { Case } from './case.ts';
import type { OnCheckStep } from './check-step.ts';
import { coverageOf } from './coverage.ts';
import type { Coverage } from './coverage.ts';

export interface TriedCase {
  readonly case: Case;
  readonly outcome: CaseOutcome;
  readonly durationMs: number;
}

export interface CaseReport {
  /** Those that were tried. */
  readonly cases: number;
  readonly tried: readonly TriedCase[];
  /** An error for each case that came out otherwise, a warning for each policy that no case decides. */
  readonly findings: readonly BundleFinding[];
  /** What kept a case file from being read; these are among the findings. */
  readonly unread: readonly BundleFinding[];
  readonly undecided: readonly string[];
  readonly coverage: Coverage;
}

interface CaseChoice {
  /** Which cases to try; all when left out. Coverage is then of these alone. */
  readonly only?: (each: Case) => boolean;
  readonly onStep?: OnCheckStep;
}

/** Reads `cases/*.yaml` of the bundle's directory and tries them. */
export async function runCases(bundle: Bundle, rehearse: RehearseRequest, choice: CaseChoice = {}): Promise<CaseReport> {
  const { only = () => true, onStep } = choice;
  const unread: BundleFinding[] = [];
  const tried: TriedCase[] = [];
  const chosen: Case[] = [];
  for (const [file, text] of await readCaseFiles(bundle.directory)) {
    const parsed = parseCases(file, text);
    unread.push(...parsed.findings);
    chosen.push(...parsed.cases.filter(only));
  }
  const desk = openCaseDesk(bundle, rehearse);
  for (const [place, each] of chosen.entries()) {
    onStep?.('try', place, chosen.length);
    const startedMs = performance.now();
    const outcome = await desk.attempt(each);
    tried.push({ case: each, outcome, durationMs: performance.now() - startedMs });
  }
  const inForce = bundle.policies.filter(({ shadow }) => !shadow);
  const coverage = coverageOf(inForce, new Set(tried.flatMap(({ outcome }) => outcome.policies)));
  const undecided = coverage.files.flatMap((file) => file.undecided.map(({ id }) => id));
  return { cases: tried.length, tried, findings: [...unread, ...findingsOf(tried, coverage)], unread, undecided, coverage };
}

function findingsOf(tried: readonly TriedCase[], coverage: Coverage): BundleFinding[] {
  const failed = tried.flatMap(({ case: { file, place, name }, outcome }) =>
    outcome.differences.map((difference) => errorAt(file, place, `${name}: ${describeDifference(difference)}`)),
  );
  const unshown = coverage.files.flatMap(({ file, undecided }) =>
    undecided.map(({ id, line }) =>
      warningAt(file, { line, column: 1 }, `no case shows the policy ${id} deciding`, 'write one in cases/', 'no-case'),
    ),
  );
  return [...failed, ...unshown];
}
