// Verifies one sealed segment from its three files alone: no ledger, no database, only a public key.

import { readFile, stat } from 'node:fs/promises';
import { InterlockError } from '../errors.ts';
import { checkSigned, parseCheckpoint } from './checkpoint.ts';
import { checkNodes, countErased, newWalk } from './chain-walk.ts';
import type { Walk } from './chain-walk.ts';
import { trackExchanges } from './exchange-tracker.ts';
import { holdsInclusion } from './merkle-proof.ts';
import { pageWalk } from './page-walk.ts';
import { quickCheck } from './quick-check.ts';
import { readPlain, readSeekTable } from './seekable-file.ts';
import { manifestProblem, readManifest } from './segment-manifest.ts';
import type { SegmentManifest } from './segment-manifest.ts';
import { digestOf } from './segment-writer.ts';
import { FRAME_ENTRIES } from './segments.ts';
import type { PlainFrame } from './segments.ts';

export interface SegmentReport {
  readonly ok: boolean;
  readonly first: number;
  readonly last: number;
  /** Times of the first and the last entry. */
  readonly from: string;
  readonly to: string;
  /** Null: all of it holds. */
  readonly problem: string | null;
  /** Hidden values that are no longer kept; their commitments hold. */
  readonly erased: number;
  /** Entries that the checkpoint in its manifest counts. */
  readonly checkpointSize: number;
}

/**
 * `file`: one of the segment's files; the others lie beside it. One of `keys` (raw, base64) signed manifest and checkpoint.
 * Throws USAGE for a file that is not of a segment, STORE_CORRUPT for a manifest that can't be read.
 */
export async function verifySegment(file: string, keys: readonly string[]): Promise<SegmentReport> {
  const [, base] = /^(.*\d{16})\.(?:entries|values|manifest)$/.exec(file) ?? [];
  if (base === undefined) throw notOne(file);
  const note = await readFile(`${base}.manifest`, 'utf8').catch(() => {
    throw notOne(file);
  });
  const manifest = readManifest(note);
  const { first, entries, from, to } = manifest;
  const walk = newWalk(trackExchanges(), { keys: [], breaks: [], changes: [], see: () => null });
  const problem =
    manifestProblem(note, manifest.ledger, keys) ??
    checkpointProblem(manifest, keys) ??
    (await fileProblem(manifest, base)) ??
    (await entriesProblem(walk, manifest, base));
  const checkpointSize = problem === null ? parseCheckpoint(manifest.checkpoint).checkpoint.size : 0;
  return { ok: problem === null, first, last: first + entries - 1, from, to, problem, erased: walk.erased, checkpointSize };
}

/** Leads the node, by its path, to what the checkpoint signs? */
function checkpointProblem(
  { ledger, checkpoint: text, node, path, first, entries }: SegmentManifest,
  keys: readonly string[],
): string | null {
  try {
    const note = parseCheckpoint(text);
    const { checkpoint } = note;
    if (checkpoint.ledger !== ledger) return `its checkpoint is of the ledger ${checkpoint.ledger}`;
    if (!keys.some((key) => isSigned(note, key))) return 'its checkpoint is not signed by this key';
    const [index, nodes] = [first / entries, Math.ceil(checkpoint.size / entries)];
    if (first + entries > checkpoint.size || !holdsInclusion(node, index, nodes, path, checkpoint.hash))
      return 'its node does not lead to what its checkpoint signs';
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isSigned(note: ReturnType<typeof parseCheckpoint>, key: string): boolean {
  try {
    checkSigned(note, key);
    return true;
  } catch {
    return false;
  }
}

async function fileProblem({ sha256, bytes }: SegmentManifest, base: string): Promise<string | null> {
  const path = `${base}.entries`;
  const size = await stat(path).then(
    (found) => found.size,
    () => null,
  );
  if (size === null) return 'its entries were dropped: only the manifest is left';
  return size === bytes && (await digestOf(path)) === sha256 ? null : 'its entries file is not the one that was sealed';
}

async function entriesProblem(walk: Walk, manifest: SegmentManifest, base: string): Promise<string | null> {
  const { first, entries, previous, last, node } = manifest;
  const height = Math.log2(entries);
  walk.next = first;
  walk.hash = previous;
  // Peaks of the entries before it, whatever they are: the node over these entries does not depend on them.
  walk.peaks.push(
    ...(first / entries)
      .toString(2)
      .replaceAll('0', '')
      .split('')
      .map(() => ''),
  );
  const pages = pageWalk(walk, quickCheck(), []);
  let made = '';
  try {
    for await (const frame of framesOf(base, first)) {
      if (!pages.take(frame)) break;
      made = walk.made.find((one) => one.height === height)?.hash ?? made;
      walk.made = [];
    }
  } catch (error) {
    if (error instanceof InterlockError) return error.message;
    throw error;
  }
  await checkNodes(walk, { node: async () => undefined });
  countErased(walk);
  if (walk.bad !== null) return walk.bad.problem;
  if (walk.doubt !== null || walk.hash !== last || walk.next !== first + entries)
    return 'its entries do not end as its manifest says';
  return made === node ? null : 'its entries do not make the node that its manifest signs';
}

async function* framesOf(base: string, first: number): AsyncGenerator<PlainFrame> {
  const [entries, values] = await Promise.all([
    readSeekTable(`${base}.entries`),
    readSeekTable(`${base}.values`).catch(() => []),
  ]);
  for (const [i, place] of entries.entries()) {
    const hiddenPlace = values[i];
    yield {
      first: first + i * FRAME_ENTRIES,
      entries: await readPlain(`${base}.entries`, place),
      values: hiddenPlace === undefined ? null : await readPlain(`${base}.values`, hiddenPlace),
    };
  }
}

function notOne(file: string): InterlockError {
  return new InterlockError('USAGE', `${file} is not of a segment`, {
    hint: 'give a file of `dataDir/segments/`, such as 0000000000000000.entries, with its .manifest and .values beside it',
  });
}
