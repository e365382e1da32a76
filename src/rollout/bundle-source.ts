// Where a bundle's files come from, as far as the file system and a git checkout tell.

import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type BundleFiles, contentsOf } from '../decide/bundle-files.ts';
import type { BundleSource } from '../decide/load-cause.ts';
import { gitState } from './git-checkout.ts';

/** Never rejects: what can't be learnt is null. */
export async function sourceOf(directory: string, files: BundleFiles): Promise<BundleSource> {
  const [git, owner] = await Promise.all([gitState(directory, files), ownerOf(directory, files)]);
  return { directory, git, owner };
}

/** Of the file that was changed last. */
async function ownerOf(directory: string, files: BundleFiles): Promise<string | null> {
  const found = [...contentsOf(files).keys()].map((name) => stat(join(directory, name)).catch(() => null));
  const stats = (await Promise.all(found)).filter((one) => one !== null);
  const [newest] = stats.toSorted((a, b) => b.mtimeMs - a.mtimeMs);
  return newest === undefined ? null : userName(newest.uid);
}

function userName(uid: number): string {
  try {
    const own = userInfo();
    return own.uid === uid ? own.username : `uid ${uid}`;
  } catch {
    // A container may run as a user that has no name.
    return `uid ${uid}`;
  }
}
