// A bundle: schema, policies, entities and constraints, loaded as one, named by its digest, and checked strictly or not loaded.

import { InterlockError } from '../errors.ts';
import { readBundleFiles } from './bundle-files.ts';
import type { BundleFiles } from './bundle-files.ts';
import { describeFinding } from './bundle-finding.ts';
import type { BundleFinding } from './bundle-finding.ts';
import { compileBundle } from './bundle-compiler.ts';
import type { BundleParts } from './bundle-compiler.ts';
import type { OnCheckStep } from './check-step.ts';

export interface Bundle extends BundleParts {
  readonly directory: string;
  /** SHA-256, hex. */
  readonly digest: string;
}

export interface CheckedBundle {
  /** Sorted by file and line; warnings among them. */
  readonly findings: readonly BundleFinding[];
  /** Null when any finding is an error. */
  readonly bundle: Bundle | null;
}

const MAX_LISTED = 20;

/** Reads and checks a policies directory. Throws only when the disk or the engine itself can't be used at all. */
export async function checkBundle(directory: string, onStep?: OnCheckStep): Promise<CheckedBundle> {
  const { files, findings } = await readBundleFiles(directory);
  return files === null ? { findings, bundle: null } : checkFiles(files, onStep);
}

/** The same for files already read. */
export function checkFiles(files: BundleFiles, onStep?: OnCheckStep): CheckedBundle {
  const { directory, digest } = files;
  const { findings, parts } = compileBundle(files, onStep);
  const sorted = findings.toSorted((a, b) => a.file.localeCompare(b.file, 'en') || a.line - b.line || a.column - b.column);
  return {
    findings: sorted,
    bundle: findings.some((finding) => finding.severity === 'error') ? null : { directory, digest, ...parts },
  };
}

/** Throws BUNDLE_INVALID, its message listing each finding with file, line, column and what to do. */
export async function loadBundle(directory: string): Promise<Bundle> {
  const { findings, bundle } = await checkBundle(directory);
  if (bundle === null) throw bundleError(directory, findings);
  return bundle;
}

export function bundleError(directory: string, findings: readonly BundleFinding[]): InterlockError {
  const errors = findings.filter((finding) => finding.severity === 'error');
  const listed = errors.slice(0, MAX_LISTED).map((finding) => `  ${describeFinding(finding)}`);
  if (errors.length > MAX_LISTED) listed.push(`  and ${errors.length - MAX_LISTED} more`);
  return new InterlockError('BUNDLE_INVALID', [`the bundle in ${directory} can't be loaded:`, ...listed].join('\n'), {
    hint: 'run `interlock policy check` on it',
  });
}
