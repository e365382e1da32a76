// Is a policies directory part of a git checkout, at which commit, and are its files those of the commit? Read, never asked of git.

import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import {
  BUDGETS_FILE,
  TOOLS_FILE,
  type BundleFiles,
  CONSTRAINTS_FILE,
  contentsOf,
  ENTITIES_FILE,
  POLICY_FILE,
  SCHEMA_FILE,
} from '../decide/bundle-files.ts';
import type { GitState } from '../decide/load-cause.ts';
import { pacer } from '../decide/pace.ts';
import { blobId, readGitObject } from './git-objects.ts';

interface Checkout {
  /** The working tree's top. */
  readonly top: string;
  readonly gitDir: string;
  /** Shared by the worktrees of one repository: objects and refs. */
  readonly commonDir: string;
}

const OID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** As git writes them; a name that climbs out of its folder is none. */
const REF = /^refs\/(?!.*\.\.)[^\0-\x20\\~^:?*[]{1,500}$/;
const BUNDLE_FILES: ReadonlySet<string> = new Set([SCHEMA_FILE, ENTITIES_FILE, CONSTRAINTS_FILE, BUDGETS_FILE, TOOLS_FILE]);
const MAX_LINKS = 5;

/** Null when the directory is in no checkout, or its files are in no commit of it. Never throws. */
export async function gitState(directory: string, files: BundleFiles): Promise<GitState | null> {
  try {
    const real = await realpath(directory);
    const checkout = await findCheckout(real);
    if (checkout === null) return null;
    const { branch, commit } = await readHead(checkout);
    if (commit === null) return { commit: null, branch, dirty: null };
    const committed = await filesAt(checkout, commit, relative(checkout.top, real));
    if (committed === 'unreadable') return { commit, branch, dirty: null };
    // Files that are not in the commit at all only lie in the folder of a checkout: the commit says nothing about them.
    if (!committed.has(SCHEMA_FILE)) return null;
    return { commit, branch, dirty: await differ(files, committed, commit.length) };
  } catch {
    return null;
  }
}

async function findCheckout(directory: string): Promise<Checkout | null> {
  for (let top = directory; ; top = dirname(top)) {
    const dotGit = join(top, '.git');
    const found = await stat(dotGit).catch(() => null);
    if (found !== null) {
      const gitDir = found.isDirectory() ? dotGit : await linkedDir(top, dotGit);
      const common = await readFile(join(gitDir, 'commondir'), 'utf8').catch(() => '.');
      return { top, gitDir, commonDir: resolve(gitDir, common.trim()) };
    }
    if (dirname(top) === top) return null;
  }
}

/** A worktree's or submodule's `.git` is a file that names the real one. */
async function linkedDir(top: string, file: string): Promise<string> {
  const [, path] = /^gitdir: (.+)\s*$/.exec(await readFile(file, 'utf8')) ?? [];
  if (path === undefined) throw new Error('not a git file');
  return resolve(top, path.trim());
}

async function readHead({
  gitDir,
  commonDir,
}: Checkout): Promise<{ readonly branch: string | null; readonly commit: string | null }> {
  let value = (await readFile(join(gitDir, 'HEAD'), 'utf8')).trim();
  let branch: string | null = null;
  for (let links = 0; links < MAX_LINKS && value.startsWith('ref: '); links += 1) {
    const ref = value.slice('ref: '.length);
    if (!REF.test(ref)) return { branch, commit: null };
    if (ref.startsWith('refs/heads/')) branch ??= ref.slice('refs/heads/'.length);
    value = (await readRef(gitDir, ref)) ?? (await readRef(commonDir, ref)) ?? (await packedRef(commonDir, ref)) ?? '';
  }
  return { branch, commit: OID.test(value) ? value : null };
}

async function readRef(folder: string, ref: string): Promise<string | null> {
  return readFile(join(folder, ref), 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}

async function packedRef(commonDir: string, ref: string): Promise<string | null> {
  const lines = (await readFile(join(commonDir, 'packed-refs'), 'utf8').catch(() => '')).split('\n');
  return lines.find((line) => line.endsWith(` ${ref}`))?.slice(0, -1 - ref.length) ?? null;
}

/** Object names of the bundle's files in the commit, by name. */
async function filesAt(
  { commonDir }: Checkout,
  commit: string,
  path: string,
): Promise<ReadonlyMap<string, string> | 'unreadable'> {
  const objects = join(commonDir, 'objects');
  const body = (await readGitObject(objects, commit))?.data.toString('latin1') ?? '';
  let tree = /^tree ([0-9a-f]+)\n/.exec(body)?.[1];
  for (const name of path === '' ? [] : path.split(sep)) {
    if (tree === undefined) return 'unreadable';
    const entries = await readTree(objects, tree);
    if (entries === null) return 'unreadable';
    tree = entries.get(name);
    if (tree === undefined) return new Map();
  }
  return (tree === undefined ? null : await readTree(objects, tree)) ?? 'unreadable';
}

async function readTree(objects: string, oid: string): Promise<Map<string, string> | null> {
  const object = await readGitObject(objects, oid);
  if (object?.type !== 'tree') return null;
  const { data } = object;
  const entries = new Map<string, string>();
  const idBytes = oid.length / 2;
  for (let at = 0; at < data.length; ) {
    const end = data.indexOf(0, at);
    if (end === -1) return null;
    const name = data.toString('utf8', data.indexOf(0x20, at) + 1, end);
    entries.set(name, data.toString('hex', end + 1, end + 1 + idBytes));
    at = end + 1 + idBytes;
  }
  return entries;
}

/** Byte for byte: a checkout that converts line ends differs, and so it is told. */
async function differ(files: BundleFiles, committed: ReadonlyMap<string, string>, digits: number): Promise<boolean> {
  const contents = contentsOf(files);
  const expected = [...committed.keys()].filter((name) => BUNDLE_FILES.has(name) || POLICY_FILE.test(name));
  if (expected.length !== contents.size) return true;
  const rest = pacer();
  for (const name of expected) {
    const data = contents.get(name);
    if (data === undefined || (await blobId(data, digits, rest)) !== committed.get(name)) return true;
  }
  return false;
}
