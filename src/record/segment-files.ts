// The folder of sealed segments: which files there are, and how one gets its name.

import { constants } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { syncPath } from './sync-path.ts';

const FOLDER = 'segments';
const DIGITS = 16;
const DRAFT = '.draft';

/**
 * `entries`: what the chain hashes; never changed. `values`: the hidden values; the only part that erasing rewrites.
 * `manifest`: what the segment is, signed; it stays when the other two were let go. `kept`: then the few entries that must outlive it.
 */
export type SegmentPart = 'entries' | 'values' | 'manifest' | 'kept';

export function segmentFolder(dataDir: string): string {
  return join(dataDir, FOLDER);
}

/** `first`: sequence of the segment's first entry. */
export function segmentPath(dataDir: string, first: number, part: SegmentPart): string {
  return join(segmentFolder(dataDir), `${String(first).padStart(DIGITS, '0')}.${part}`);
}

/** First sequences of the segments that have a manifest: those that are whole. Ascending. */
export function sealedFirsts(dataDir: string): Promise<number[]> {
  return firstsOf(dataDir, 'manifest');
}

async function namesIn(dataDir: string): Promise<string[]> {
  return readdir(segmentFolder(dataDir)).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
}

/** Those that have this part. Ascending. */
export async function firstsOf(dataDir: string, part: SegmentPart): Promise<number[]> {
  return (await namesIn(dataDir))
    .flatMap((name) => (name.endsWith(`.${part}`) ? (/^(\d{16})\.[a-z]+$/.exec(name)?.[1] ?? []) : []))
    .map(Number)
    .toSorted((a, b) => a - b);
}

/**
 * A file (0600) that gets its name when it is whole and on disk. `write` fills it.
 * INVARIANT: under its name the file is whole, whenever the power goes.
 */
export async function writeWhole<T>(path: string, write: (file: FileHandle) => Promise<T>): Promise<T> {
  const draft = path + DRAFT;
  const flags = constants.O_CREAT | constants.O_TRUNC | constants.O_WRONLY | constants.O_NOFOLLOW;
  const file = await open(draft, flags, 0o600);
  let result: T;
  try {
    // A draft of a run that was killed, or the umask, may have given it another mode.
    await file.chmod(0o600);
    result = await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncPath(join(path, '..'));
  return result;
}

/**
 * Removes what a killed run left: files that never got their name, and those of a segment from `end` on whose manifest was never written.
 * `isLive`: whether the database still has the entry. Where it has not, the manifest was lost and the files are all that is left: they stay.
 */
export async function removeUnfinished(dataDir: string, end: number, isLive: (first: number) => Promise<boolean>): Promise<void> {
  for (const name of await namesIn(dataDir))
    if (name.endsWith(DRAFT)) await rm(join(segmentFolder(dataDir), name), { force: true });
  for (const first of await firstsOf(dataDir, 'values'))
    if (first >= end && (await isLive(first))) await removeParts(dataDir, first, ['values', 'entries']);
}

/** Removes what there is of them, so that a power cut does not bring them back. */
export async function removeParts(dataDir: string, first: number, parts: readonly SegmentPart[]): Promise<void> {
  for (const part of parts) await rm(segmentPath(dataDir, first, part), { force: true });
  await syncPath(segmentFolder(dataDir));
}
