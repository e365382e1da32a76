// dataDir/bundles: the files of every bundle that was in force, each in a folder named by its digest, to be compared with and gone back to.

import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  BUDGETS_FILE,
  TOOLS_FILE,
  type BundleFiles,
  CONSTRAINTS_FILE,
  contentsOf,
  ENTITIES_FILE,
  readBundleFiles,
  SCHEMA_FILE,
} from '../decide/bundle-files.ts';
import { InterlockError } from '../errors.ts';
import { ensurePrivateFolder } from '../record/private-file.ts';
import type { WholeBundle } from './bundle-diff.ts';
import { readCaseTree } from './case-tree.ts';

export interface BundleStore {
  /** Keeps these files (again), and gives the digests that had to go for them. A folder that no longer holds what it says is replaced. */
  keep(bundle: WholeBundle): Promise<readonly string[]>;
  /** Throws STORE_CORRUPT when what is kept is not what was, BUNDLE_UNKNOWN when nothing is kept under this digest. */
  read(digest: string): Promise<WholeBundle>;
  /** Digests that begin with this; the newest loads first. */
  find(prefix: string): Promise<readonly string[]>;
}

/** Bundles kept, and what they may take together. */
const MAX_KEPT = 100;
const MAX_BYTES = 512 * 1024 * 1024;
const DIGEST = /^[0-9a-f]{64}$/;
/** The digest of the cases: they are no part of the bundle's own. */
const CASES_DIGEST_FILE = '.cases-sha256';

export function openBundleStore(dataDir: string, { maxKept = MAX_KEPT, maxBytes = MAX_BYTES } = {}): BundleStore {
  const root = join(dataDir, 'bundles');
  const store: BundleStore = {
    async keep(bundle) {
      const { digest } = bundle.files;
      ensurePrivateFolder(root);
      const folder = join(root, digest);
      if (!(await isKept(store, digest))) {
        await rm(folder, { recursive: true, force: true });
        const draft = join(root, `.${digest}.${randomBytes(6).toString('hex')}`);
        await writeWhole(draft, bundle);
        await rename(draft, folder);
        await sync(root);
      }
      // When it was last in force: what goes first is what was longest not.
      const now = new Date();
      await utimes(folder, now, now);
      return prune(root, digest, maxKept, maxBytes);
    },
    async read(digest) {
      const folder = join(root, digest);
      if (!DIGEST.test(digest) || !(await exists(folder))) throw unknownBundle(digest);
      const { files, findings } = await readBundleFiles(folder);
      // INVARIANT: what is read is what was in force under this digest, byte for byte, or it is not read at all.
      if (files === null || files.digest !== digest)
        throw corrupt(
          digest,
          files === null ? (findings[0]?.message ?? 'a file is missing') : `they now have the digest ${files.digest}`,
        );
      const cases = await readCaseTree(folder);
      const recorded = await readFile(join(folder, CASES_DIGEST_FILE), 'utf8').catch(() => '');
      if (cases.left.length > 0 || recorded !== casesDigest(cases.files)) throw corrupt(digest, 'its cases are others now');
      return { files, cases: cases.files };
    },
    async find(prefix) {
      const kept = await listKept(root);
      return kept.filter(({ digest }) => digest.startsWith(prefix)).map(({ digest }) => digest);
    },
  };
  return store;
}

/** The one digest that begins so. Throws BUNDLE_UNKNOWN for none, USAGE for several. */
export async function oneKept(store: Pick<BundleStore, 'find'>, prefix: string): Promise<string> {
  const [digest, ...others] = /^[0-9a-f]{6,64}$/.test(prefix) ? await store.find(prefix) : [];
  if (digest === undefined) throw unknownBundle(prefix);
  if (others.length === 0) return digest;
  throw new InterlockError('USAGE', `${prefix} is the beginning of ${others.length + 1} digests`, {
    hint: 'give more of it: `interlock policy history` shows them whole with --json',
  });
}

/** SHA-256 over names and contents, hex. */
export function casesDigest(cases: ReadonlyMap<string, Buffer>): string {
  const hash = createHash('sha256').update('interlock-cases-v1\n');
  for (const [name, content] of [...cases].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${Buffer.byteLength(name)} ${name} ${content.length}\n`).update(content);
  return hash.digest('hex');
}

/** The files of a bundle by their names, without the cases, as texts. */
export function bundleContents(files: BundleFiles): Map<string, string> {
  const { schema, entities, constraints, budgets, tools, policies } = files;
  const fixed: Array<readonly [string, string]> = [
    [SCHEMA_FILE, schema],
    [ENTITIES_FILE, entities],
    [CONSTRAINTS_FILE, constraints],
    ...(budgets === undefined ? [] : ([[BUDGETS_FILE, budgets]] as const)),
    ...(tools === undefined ? [] : ([[TOOLS_FILE, tools]] as const)),
  ];
  return new Map([...fixed, ...policies]);
}

/** Writes a bundle into a folder that is not there yet, each file on disk before this resolves. */
export async function writeWhole(folder: string, { files, cases }: WholeBundle): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const contents = new Map<string, string | Buffer>([...contentsOf(files), ...cases]);
  contents.set(CASES_DIGEST_FILE, casesDigest(cases));
  for (const [name, content] of contents) {
    const path = join(folder, name);
    if (name.includes('/')) await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
  }
  await sync(folder);
}

/** Puts names on disk too. */
export async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

interface Kept {
  readonly digest: string;
  readonly usedMs: number;
}

async function listKept(root: string): Promise<Kept[]> {
  const names = await readdir(root).catch(() => []);
  const kept = names
    .filter((name) => DIGEST.test(name))
    .map(async (digest) => ({ digest, usedMs: await usedAt(join(root, digest)) }));
  return (await Promise.all(kept)).toSorted((a, b) => b.usedMs - a.usedMs);
}

async function usedAt(folder: string): Promise<number> {
  return (await stat(folder).catch(() => null))?.mtimeMs ?? 0;
}

async function isKept(store: BundleStore, digest: string): Promise<boolean> {
  try {
    await store.read(digest);
    return true;
  } catch {
    return false;
  }
}

/** Takes away what a crash left half written, and of the rest what was longest not in force. Never the one just kept. */
async function prune(root: string, current: string, maxKept: number, maxBytes: number): Promise<string[]> {
  for (const name of await readdir(root)) if (!DIGEST.test(name)) await rm(join(root, name), { recursive: true, force: true });
  const gone: string[] = [];
  let bytes = 0;
  for (const [place, { digest }] of (await listKept(root)).entries()) {
    const folder = join(root, digest);
    bytes += await bytesOf(folder);
    if (digest === current || (place < maxKept && bytes <= maxBytes)) continue;
    await rm(folder, { recursive: true, force: true });
    gone.push(digest);
  }
  return gone;
}

async function bytesOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(entries.map(async (name) => (await stat(join(folder, name)).catch(() => null))?.size ?? 0));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

function unknownBundle(digest: string): InterlockError {
  return new InterlockError('BUNDLE_UNKNOWN', `no bundle is kept under ${digest.slice(0, 64)}`, {
    hint: '`interlock policy history` lists the digests; the longest not in force are not kept for ever',
  });
}

function corrupt(digest: string, how: string): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the files kept of the bundle ${digest.slice(0, 16)} were changed: ${how}`, {
    hint: 'they are not used: bring that bundle back from elsewhere (git, a backup) and promote it',
  });
}
