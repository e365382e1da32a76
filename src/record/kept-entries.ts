// What is kept of a dropped segment besides its manifest: the few entries that whoever verifies the rest needs, each with its way to the
// segment's node in the tree. So a change of keys, a repair, a hold and earlier drops are known for good, and proven as before.

import { readFile } from 'node:fs/promises';
import { InterlockError } from '../errors.ts';
import { decodeEntry, leafHash } from './entry-codec.ts';
import type { StoredEntry } from './entry-codec.ts';
import { holdsInclusion } from './merkle-proof.ts';
import { segmentPath, writeWhole } from './segment-files.ts';
import type { SegmentManifest } from './segment-manifest.ts';

export interface KeptEntry {
  readonly sequence: number;
  /** As hashed. */
  readonly text: string;
  /** From its leaf up to the segment's node. */
  readonly path: readonly string[];
}

/** Types of entries that outlive their segment. */
const KEPT_TYPES: ReadonlySet<unknown> = new Set(['key', 'repair', 'retention', 'hold']);
const TYPE = /"type":"(?:key|repair|retention|hold)"/;

/** Is it one of those? The last entry of a segment is kept too when what it was is lost: no link leads over it. */
export function isKept(text: string, isLast: boolean): boolean {
  if (!isLast && !TYPE.test(text)) return false;
  const type = decodeEntry(text)?.body['type'];
  return KEPT_TYPES.has(type) || (isLast && type === 'lost');
}

/** Written before the segment's other files go. */
export async function writeKept(dataDir: string, first: number, kept: readonly KeptEntry[]): Promise<void> {
  const lines = kept.map((one) => `${JSON.stringify(one)}\n`).join('');
  await writeWhole(segmentPath(dataDir, first, 'kept'), (file) => file.writeFile(lines));
}

/** Those of a dropped segment, checked against its node. Throws STORE_CORRUPT where one does not belong there. */
export async function readKept(
  dataDir: string,
  manifest: SegmentManifest,
): Promise<Array<KeptEntry & { readonly entry: StoredEntry }>> {
  const path = segmentPath(dataDir, manifest.first, 'kept');
  const lines = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  return lines
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const { sequence, text, path: way } = parseLine(line) ?? { sequence: -1, text: '', path: [] };
      const entry = decodeEntry(text);
      const index = sequence - manifest.first;
      const proven = holdsInclusion(leafHash(text), index, manifest.entries, way, manifest.node);
      if (entry === null || entry.sequence !== sequence || !proven) throw unreadable(path, undefined);
      return { sequence, text, path: way, entry };
    });
}

/** No segment is higher. */
const MAX_PATH = 32;

function parseLine(line: string): KeptEntry | null {
  try {
    const value: unknown = JSON.parse(line);
    return isKeptEntry(value) ? value : null;
  } catch {
    return null;
  }
}

function isKeptEntry(value: unknown): value is KeptEntry {
  if (typeof value !== 'object' || value === null || !('sequence' in value) || !('text' in value) || !('path' in value))
    return false;
  const { sequence, text, path } = value;
  return typeof sequence === 'number' && typeof text === 'string' && Array.isArray(path) && path.length <= MAX_PATH;
}

function unreadable(path: string, cause: unknown): InterlockError {
  return new InterlockError(
    'STORE_CORRUPT',
    `the file ${path}, of a segment that was dropped, is missing or does not belong to it`,
    {
      cause,
      hint: 'restore it from a backup',
    },
  );
}
