// What lies in a bundle's `cases/`: the cases and the files that they name, to be kept or put in place with the bundle.

import type { Dirent } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface CaseTree {
  /** By path with `/`: `cases/mail.yaml`. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Why there is more than that: links, or more than is kept. Empty: it is all there is. */
  readonly left: readonly string[];
}

const MAX_FILES = 5_000;
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_DEPTH = 8;

/** Plain files only: a link may lead anywhere, and a copy of it would be something else. Hidden files are no part of it. */
export async function readCaseTree(directory: string): Promise<CaseTree> {
  const files = new Map<string, Buffer>();
  const left: string[] = [];
  let bytes = 0;

  async function take(path: string, entry: Dirent, depth: number): Promise<void> {
    if (entry.name.startsWith('.')) return;
    if (entry.isDirectory()) return walk(path, depth + 1);
    if (!entry.isFile()) return void left.push(`${path} is not a plain file`);
    const full = join(directory, path);
    bytes += (await lstat(full)).size;
    if (files.size >= MAX_FILES || bytes > MAX_BYTES) return void left.push(`${path} is beyond ${MAX_FILES} files or 64 MiB`);
    files.set(path, await readFile(full));
  }

  async function walk(folder: string, depth: number): Promise<void> {
    if (depth > MAX_DEPTH) return void left.push(`${folder} is deeper than ${MAX_DEPTH} folders`);
    const entries = await readdir(join(directory, folder), { withFileTypes: true }).catch(none);
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (left.length > 0) return;
      await take(`${folder}/${entry.name}`, entry, depth);
    }
  }

  await walk('cases', 0);
  return { files, left };
}

function none(thrown: unknown): Dirent[] {
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return [];
  throw thrown;
}

const MAX_SHOWN_CHARS = 100_000;

/** As texts, each cut where it is very long; bytes that are no text show as replacement characters. */
export function readableCases(
  cases: ReadonlyMap<string, Buffer>,
): ReadonlyArray<{ readonly name: string; readonly text: string }> {
  return [...cases].map(([name, content]) => ({ name, text: content.toString('utf8').slice(0, MAX_SHOWN_CHARS).toWellFormed() }));
}
