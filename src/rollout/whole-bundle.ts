// A bundle with its cases, read as one thing from a directory.

import { readBundleFiles } from '../decide/bundle-files.ts';
import { bundleError } from '../decide/bundle.ts';
import { InterlockError } from '../errors.ts';
import type { WholeBundle } from './bundle-diff.ts';
import { casesDigest } from './bundle-store.ts';
import { readCaseTree } from './case-tree.ts';

/** Throws BUNDLE_INVALID for files that can't be read, BUNDLE_REFUSED for cases that can't be taken along. */
export async function readWhole(directory: string): Promise<WholeBundle> {
  const { files, findings } = await readBundleFiles(directory);
  if (files === null) throw bundleError(directory, findings);
  const { files: cases, left } = await readCaseTree(directory);
  if (left.length === 0) return { files, cases };
  throw new InterlockError('BUNDLE_REFUSED', `the cases in ${directory} can't be taken along: ${left[0]}`, {
    hint: 'put plain files there, no links, and less than 64 MiB',
  });
}

/** What tells one whole bundle from another: its own digest and that of its cases. */
export function wholeDigest({ files, cases }: WholeBundle): string {
  return `${files.digest}+${casesDigest(cases)}`;
}
