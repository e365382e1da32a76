// What still reads of a damaged ledger's sealed segments: those that are whole as they are, of the others each frame that holds.

import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { InterlockError } from '../errors.ts';
import type { DroppedPart } from './dropped-part.ts';
import { decodeEntry, leafHash } from './entry-codec.ts';
import { readKept } from './kept-entries.ts';
import { addLeaf, KEPT_HEIGHT, rootOf } from './merkle.ts';
import { isMissing } from './recent.ts';
import type { Salvage } from './salvage.ts';
import { framesWithin, linesOf, readLines, readSeekTable } from './seekable-file.ts';
import { firstsOf, segmentPath } from './segment-files.ts';
import { manifestProblem, readManifest } from './segment-manifest.ts';
import type { SegmentManifest } from './segment-manifest.ts';
import { digestOf } from './segment-writer.ts';
import { FRAME_ENTRIES } from './segments.ts';
import type { Pair } from './store.ts';
import { entryKey, hiddenKey, treeKey } from './store-keys.ts';

export interface SealedSalvage {
  /** Entries below are sealed, or nowhere; 0 where nothing is sealed. */
  readonly end: number;
  /** Entries of one segment. */
  readonly width: number;
  /** Ascending. */
  readonly dropped: readonly DroppedPart[];
  /** First entries of the segments that must be sealed anew. */
  readonly damaged: ReadonlySet<number>;
  /** In plain words. */
  readonly damages: readonly string[];
  /** Each pair below `end` that holds, ascending. */
  pairs(): AsyncGenerator<Pair>;
}

/** The files of one segment. Null: none that counts. */
interface Files {
  readonly dataDir: string;
  readonly first: number;
  readonly width: number;
  readonly manifest: SegmentManifest | undefined;
}

/** `keys`: those that are known of this ledger (raw, base64). Throws STORE_CORRUPT where not even a width, or what a drop left, can be read. */
export async function salvageSegments(dataDir: string, salvage: Salvage, keys: readonly string[]): Promise<SealedSalvage> {
  const damages: string[] = [];
  const { sound, unsound, without } = await manifestsOf(dataDir, keys);
  const width = [...sound.values()][0]?.entries ?? 1;
  if (sound.size === 0 && unsound.size > 0)
    throw cannot('no manifest of its sealed segments reads and is signed by a key that is known');
  let end = Math.max(0, ...[...sound.keys()].map((first) => first + width));
  // INVARIANT: a file that our key did not sign makes nothing lost behind the last one that it did: its name could be any.
  while (unsound.has(end) || (end > 0 && without.has(end))) end += width;
  for (const first of unsound)
    if (first >= end) throw cannot(`the manifest from entry ${first} on is none of this ledger's: move it out of the folder`);
  const dropped: DroppedPart[] = [];
  const damaged = new Set<number>();
  for (let first = 0; first < end; first += width) {
    const files = { dataDir, first, width, manifest: sound.get(first) };
    const part = await droppedOf(files);
    if (part !== null) dropped.push(part);
    const problem = part === null ? await problemOf(files) : null;
    if (problem === null) continue;
    damaged.add(first);
    damages.push(`segment from entry ${first} on: ${problem}`);
  }
  const gone = new Set(dropped.map(({ manifest }) => manifest.first));
  return {
    end,
    width,
    dropped,
    damaged,
    damages,
    async *pairs() {
      for (let first = 0; first < end; first += width) {
        if (gone.has(first)) continue;
        const files = { dataDir, first, width, manifest: sound.get(first) };
        yield* damaged.has(first) ? damagedPairs(files, salvage) : wholePairs(files);
      }
    },
  };
}

interface Manifests {
  readonly sound: ReadonlyMap<number, SegmentManifest>;
  readonly unsound: ReadonlySet<number>;
  /** Entries files that have none: it is lost, or its sealing was never finished and LevelDB has them too. */
  readonly without: ReadonlySet<number>;
}

async function manifestsOf(dataDir: string, keys: readonly string[]): Promise<Manifests> {
  const sound = new Map<number, SegmentManifest>();
  const unsound = new Set<number>();
  let width: number | null = null;
  for (const first of await firstsOf(dataDir, 'manifest')) {
    const manifest = soundManifest(await readFile(segmentPath(dataDir, first, 'manifest'), 'utf8'), keys);
    if (manifest?.first !== first || manifest.entries !== (width ?? manifest.entries)) unsound.add(first);
    else sound.set(first, manifest);
    width ??= manifest?.entries ?? null;
  }
  const firsts = await firstsOf(dataDir, 'entries');
  return { sound, unsound, without: new Set(firsts.filter((first) => !sound.has(first) && !unsound.has(first))) };
}

/** Null: not in its form, or signed by nobody whom this ledger knows. */
function soundManifest(note: string, keys: readonly string[]): SegmentManifest | null {
  try {
    const manifest = readManifest(note);
    return manifestProblem(note, manifest.ledger, keys) === null ? manifest : null;
  } catch {
    return null;
  }
}

/** Its entries were let go on purpose. Throws STORE_CORRUPT where what is left of it does not stand under its signed node. */
async function droppedOf({ dataDir, first, manifest }: Files): Promise<DroppedPart | null> {
  if (existsSync(segmentPath(dataDir, first, 'entries')) || !existsSync(segmentPath(dataDir, first, 'kept'))) return null;
  if (manifest === undefined) throw cannot(`the manifest of the dropped segment from entry ${first} on is not this ledger's`);
  return { manifest, kept: (await readKept(dataDir, manifest)).map(({ entry }) => entry) };
}

/** Null: all of it reads, and its entries are what was sealed. */
async function problemOf({ dataDir, first, manifest }: Files): Promise<string | null> {
  if (manifest === undefined) return 'its manifest is missing, or not signed by this ledger';
  const entries = segmentPath(dataDir, first, 'entries');
  const size = await stat(entries).then((found) => found.size, isMissing);
  if (size === true) return 'its entries file is missing';
  if (size !== manifest.bytes || (await digestOf(entries)) !== manifest.sha256)
    return 'its entries file is not the one that was sealed';
  try {
    const values = segmentPath(dataDir, first, 'values');
    for (const place of await readSeekTable(values)) await readLines(values, place);
    return null;
  } catch {
    return 'its values file is missing or damaged';
  }
}

async function* wholePairs({ dataDir, first }: Files): AsyncGenerator<Pair> {
  const [entries, values] = [segmentPath(dataDir, first, 'entries'), segmentPath(dataDir, first, 'values')];
  const [places, hidden] = await Promise.all([readSeekTable(entries), readSeekTable(values)]);
  for (const [i, place] of places.entries()) {
    const at = hidden[i];
    const [lines, beside] = await Promise.all([readLines(entries, place), at === undefined ? [] : readLines(values, at)]);
    yield* pairsOf(first + i * FRAME_ENTRIES, lines, beside);
  }
}

/** Of a frame that is gone LevelDB may still have what was sealed into it. */
async function* damagedPairs(files: Files, salvage: Salvage): AsyncGenerator<Pair> {
  const { first, width } = files;
  const frames = await framesThatHold(files, salvage);
  const values = await valuesOf(files);
  for (let at = first; at < first + width; at += FRAME_ENTRIES) {
    const packed = frames.get(at);
    if (packed === undefined) yield* salvage.pairs({ from: entryKey(at), to: entryKey(at + FRAME_ENTRIES) });
    else yield* pairsOf(at, linesOf(packed), values[(at - first) / FRAME_ENTRIES] ?? []);
  }
}

/**
 * By their first entry, wherever in the file they are found.
 * INVARIANT: of a file that is not the one that was sealed only those frames count that make the node which the tree has over them.
 */
async function framesThatHold({ dataDir, first, width, manifest }: Files, salvage: Salvage): Promise<Map<number, Buffer>> {
  const found = new Map<number, Buffer>();
  for await (const plain of framesWithin(segmentPath(dataDir, first, 'entries'))) {
    const lines = linesOf(plain);
    const at = decodeEntry(lines[0] ?? '')?.sequence ?? -1;
    if (lines.length !== FRAME_ENTRIES || at % FRAME_ENTRIES !== 0 || at < first || at >= first + width) continue;
    const signed = width === FRAME_ENTRIES ? manifest?.node : undefined;
    const node = signed ?? (await salvage.get(treeKey(KEPT_HEIGHT, at / FRAME_ENTRIES)));
    if (node === undefined || node === nodeOver(lines)) found.set(at, plain);
  }
  return found;
}

function nodeOver(lines: readonly string[]): string {
  const peaks: string[] = [];
  for (const [i, line] of lines.entries()) addLeaf(peaks, i, leafHash(line), () => undefined);
  return rootOf(peaks);
}

/** Frame by frame; null where one does not read. Where the table at the end is gone, their order tells only if all are there. */
async function valuesOf({ dataDir, first, width }: Files): Promise<Array<string[] | null>> {
  const path = segmentPath(dataDir, first, 'values');
  try {
    const places = await readSeekTable(path);
    return await Promise.all(places.map((place) => readLines(path, place).catch(() => null)));
  } catch {
    const found: string[][] = [];
    for await (const plain of framesWithin(path)) found.push(linesOf(plain));
    return found.length === width / FRAME_ENTRIES ? found : [];
  }
}

function* pairsOf(first: number, entries: readonly string[], values: readonly string[]): Generator<Pair> {
  for (const [i, text] of entries.entries()) {
    yield [entryKey(first + i), text];
    const hidden = values[i] ?? '';
    if (hidden !== '') yield [hiddenKey(first + i), hidden];
  }
}

function cannot(why: string): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the ledger can't be repaired: ${why}`, {
    hint: 'restore the folder `segments` from a backup',
  });
}
