// A bundle as a command line names it: a directory, or a digest of one that was in force.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { WholeBundle } from '../rollout/bundle-diff.ts';
import type { Cli } from './cli.ts';
import { type CommonOptions, configOf } from './common-options.ts';

/** Six digits of a digest, or more; a directory of such a name is given as `./abcdef`. */
const DIGEST = /^[0-9a-f]{6,64}$/;

/** Throws BUNDLE_INVALID, BUNDLE_UNKNOWN, STORE_CORRUPT. */
export async function namedBundle(cli: Cli, name: string, options: CommonOptions): Promise<WholeBundle> {
  const { readWhole } = await import('../rollout/whole-bundle.ts');
  const directory = resolve(cli.terminal.cwd, name);
  if (!DIGEST.test(name) || (name.length < 64 && existsSync(directory))) return readWhole(directory);
  return keptBundle(cli, name, options);
}

/** One that was in force, by its digest or as much of it as is unique. Throws BUNDLE_UNKNOWN, STORE_CORRUPT, USAGE. */
export async function keptBundle(cli: Cli, digest: string, options: CommonOptions): Promise<WholeBundle> {
  const { oneKept, openBundleStore } = await import('../rollout/bundle-store.ts');
  const store = openBundleStore((await configOf(cli, options)).dataDir);
  return store.read(await oneKept(store, digest));
}

/** What lies in the policies directory now; null when it can't be read as a bundle. */
export async function presentBundle(policiesDir: string): Promise<WholeBundle | null> {
  const { readWhole } = await import('../rollout/whole-bundle.ts');
  return readWhole(policiesDir).catch(() => null);
}
