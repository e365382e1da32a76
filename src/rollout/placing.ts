// Puts a bundle in place of the files in the policies directory, so that a crash at any moment leaves the old one or ends in the new one.
//
// The new files are first laid down whole beside the old ones, then a plan is put there, and from then on the change is only ever
// finished: by this process, or by the next one that opens the directory. Nobody reads a bundle while the plan is there.

import { chmod, copyFile, lstat, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  BUDGETS_FILE,
  CHANGE_PLAN,
  CONSTRAINTS_FILE,
  contentsOf,
  ENTITIES_FILE,
  POLICY_FILE,
  SCHEMA_FILE,
  TOOLS_FILE,
} from '../decide/bundle-files.ts';
import { InterlockError } from '../errors.ts';
import { readPrivateFile, writePrivateFile } from '../record/private-file.ts';
import type { WholeBundle } from './bundle-diff.ts';
import { sync, writeWhole } from './bundle-store.ts';
import { readCaseTree } from './case-tree.ts';
import { type Placed, placedText, readPlaced } from './placed.ts';
import { readWhole } from './whole-bundle.ts';

const FIXED: ReadonlySet<string> = new Set([SCHEMA_FILE, ENTITIES_FILE, CONSTRAINTS_FILE, BUDGETS_FILE, TOOLS_FILE]);

/**
 * `committed` runs once the change can't be undone any more by a crash, before any file is touched; what it throws undoes it. Throws
 * BUNDLE_REFUSED where files are links: somebody else keeps them.
 */
export async function placeBundle(
  policiesDir: string,
  bundle: WholeBundle,
  placed: Placed,
  committed: () => Promise<void> = async () => undefined,
): Promise<void> {
  const directory = await realpath(policiesDir);
  await finishPlacing(directory);
  await refuseLinks(directory);
  await layDown(directory, bundle, placed);
  try {
    await committed();
  } catch (thrown) {
    await endChange(directory);
    throw thrown;
  }
  await apply(directory, bundle);
  await endChange(directory);
}

/**
 * Finishes a change that was broken off, and says which it was; one that had not got as far as its plan is undone. Throws STORE_CORRUPT
 * when what was laid down is not what the plan says.
 */
export async function finishPlacing(policiesDir: string): Promise<Placed | null> {
  const directory = await realpath(policiesDir).catch(() => policiesDir);
  const folder = dirname(join(directory, CHANGE_PLAN));
  if ((await stat(folder).catch(() => null)) === null) return null;
  const plan = readPrivateFile(join(directory, CHANGE_PLAN));
  if (plan === null) {
    await rm(folder, { recursive: true, force: true });
    return null;
  }
  const placed = readPlaced(plan.toString('utf8'));
  const bundle = await readWhole(join(folder, 'files')).catch(() => null);
  if (placed === null || bundle === null || bundle.files.digest !== placed.digest)
    throw new InterlockError(
      'STORE_CORRUPT',
      `a change of ${directory} was broken off and can't be finished: its files are not whole`,
      {
        hint: `put the files there in order yourself, then remove ${folder}`,
      },
    );
  await apply(directory, bundle);
  await endChange(directory);
  return placed;
}

async function layDown(directory: string, bundle: WholeBundle, placed: Placed): Promise<void> {
  try {
    await writeWhole(join(dirname(join(directory, CHANGE_PLAN)), 'files'), bundle);
    writePrivateFile(join(directory, CHANGE_PLAN), placedText(placed));
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    await rm(dirname(join(directory, CHANGE_PLAN)), { recursive: true, force: true }).catch(() => undefined);
    throw new InterlockError('BUNDLE_REFUSED', `nothing can be written to ${directory}: ${code}`, {
      cause,
      hint: 'let the user who runs the gateway write there, or change the files by your own means: the gateway loads what is there',
    });
  }
}

/** The plan goes first: while it is there, what lies beside it must be whole. */
async function endChange(directory: string): Promise<void> {
  const plan = join(directory, CHANGE_PLAN);
  await rm(plan, { force: true });
  await sync(dirname(plan));
  await rm(dirname(plan), { recursive: true, force: true });
}

/** May be done any number of times, and from anywhere in the middle. */
async function apply(directory: string, { files, cases }: WholeBundle): Promise<void> {
  const contents = new Set([...contentsOf(files).keys(), ...cases.keys()]);
  const usual = (await stat(join(directory, SCHEMA_FILE)).catch(() => null))?.mode ?? 0o600;
  const folders = new Set([directory]);
  for (const name of contents) {
    const target = join(directory, name);
    folders.add(dirname(target));
    if (name.includes('/')) await mkdir(dirname(target), { recursive: true, mode: 0o777 });
    const mode = (await stat(target).catch(() => null))?.mode ?? usual;
    await replace(join(dirname(join(directory, CHANGE_PLAN)), 'files', name), target, mode & 0o777);
  }
  for (const name of await present(directory)) if (!contents.has(name)) await rm(join(directory, name), { force: true });
  for (const folder of folders) await sync(folder);
}

async function replace(from: string, target: string, mode: number): Promise<void> {
  // Starts with a dot: no part of a bundle, whatever becomes of it.
  const draft = join(dirname(target), `.${basename(target)}.interlock`);
  await copyFile(from, draft);
  await chmod(draft, mode);
  const file = await open(draft, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, target);
}

/** What of a bundle is there now. */
async function present(directory: string): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => FIXED.has(name) || POLICY_FILE.test(name));
  return [...names, ...(await readCaseTree(directory)).files.keys()];
}

/** A mounted ConfigMap, or a directory made by a tool: replaced, the files would no longer follow what they are links to. */
async function refuseLinks(directory: string): Promise<void> {
  for (const name of ['cases', ...(await present(directory))]) {
    const found = await lstat(join(directory, name)).catch(() => null);
    if (found?.isSymbolicLink() !== true) continue;
    throw new InterlockError(
      'BUNDLE_REFUSED',
      `${join(directory, name)} is a link: what keeps these files in place would undo it`,
      {
        hint: 'bring the change in where the link leads; the gateway loads it by itself',
      },
    );
  }
}
