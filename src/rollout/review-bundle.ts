// A bundle looked over as `interlock policy check` and `policy test` do: what is found in it, and what its cases show of it.

import { checkFiles } from '../decide/bundle.ts';
import type { BundleFiles } from '../decide/bundle-files.ts';
import type { BundleFinding } from '../decide/bundle-finding.ts';
import { runCases } from '../decide/case-runner.ts';
import type { Coverage } from '../decide/coverage.ts';
import { caseRehearsal } from '../enforce/rehearse-case.ts';

export interface BundleReview {
  readonly digest: string;
  /** Errors among them: cases that come out otherwise. The first MAX_FINDINGS, errors before warnings. */
  readonly findings: readonly BundleFinding[];
  /** Findings beyond those. */
  readonly omitted: number;
  /** Cases that were tried, and those of them that came out otherwise. */
  readonly cases: number;
  readonly failed: number;
  /** Null when the bundle would not load. */
  readonly coverage: Coverage | null;
}

const MAX_FINDINGS = 500;

/** Reads the cases from the files' own directory. Takes seconds for a large bundle: never on the thread that serves. */
export async function reviewBundle(files: BundleFiles): Promise<BundleReview> {
  const { findings, bundle } = checkFiles(files);
  const tried = bundle === null ? null : await runCases(bundle, caseRehearsal());
  const all = [...findings, ...(tried?.findings ?? [])].toSorted(
    (a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'),
  );
  return {
    digest: files.digest,
    findings: all.slice(0, MAX_FINDINGS),
    omitted: Math.max(0, all.length - MAX_FINDINGS),
    cases: tried?.cases ?? 0,
    failed: tried?.tried.filter(({ outcome }) => outcome.differences.length > 0).length ?? 0,
    coverage: tried?.coverage ?? null,
  };
}
