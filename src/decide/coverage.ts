// Which policies of a bundle its cases show deciding, file by file.

import type { Policy } from './policy.ts';

export interface FileCoverage {
  readonly file: string;
  readonly policies: number;
  readonly decided: number;
  /** Whole percent, rounded down: only all of them are 100. */
  readonly percent: number;
  /** Policies that decided no case, in the order of the file. */
  readonly undecided: readonly { readonly id: string; readonly line: number }[];
}

export interface Coverage extends Omit<FileCoverage, 'file' | 'undecided'> {
  readonly files: readonly FileCoverage[];
}

/** `decided`: ids of policies that were among the determining ones of a case. */
export function coverageOf(policies: readonly Policy[], decided: ReadonlySet<string>): Coverage {
  const byFile = Map.groupBy(policies, (policy) => policy.file);
  const files = [...byFile]
    .toSorted(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([file, own]) => {
      const missing = own.filter((policy) => !decided.has(policy.id)).toSorted((a, b) => a.line - b.line);
      return { file, ...counted(own.length, missing.length), undecided: missing.map(({ id, line }) => ({ id, line })) };
    });
  const missing = files.reduce((sum, file) => sum + file.undecided.length, 0);
  return { ...counted(policies.length, missing), files };
}

function counted(policies: number, missing: number): Pick<FileCoverage, 'policies' | 'decided' | 'percent'> {
  const decided = policies - missing;
  return { policies, decided, percent: policies === 0 ? 100 : Math.floor((100 * decided) / policies) };
}
