// Writes one segment's files from the live entries, and reads them back before anything is deleted for them.

import { createHash, hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { InterlockError } from '../errors.ts';
import { decodeEntry, leafHash } from './entry-codec.ts';
import { addLeaf, rootOf } from './merkle.ts';
import { readLines, readSeekTable } from './seekable-file.ts';
import { packer } from './segment-packer.ts';
import { segmentPath, writeWhole } from './segment-files.ts';
import type { Pace } from './pace.ts';
import type { SegmentManifest } from './segment-manifest.ts';
import { FRAME_ENTRIES } from './segments.ts';
import { entryKey, parseEntryKey } from './store-keys.ts';
import type { StoreView } from './store.ts';

export interface SegmentSource {
  readonly dataDir: string;
  readonly store: StoreView;
  readonly first: number;
  readonly entries: number;
  /** Waited for after each frame, and within: nothing here is urgent. */
  readonly pause: Pace;
}

/** Entries hashed between two looks at the clock. */
const STEP = 32;

export type WrittenSegment = Omit<SegmentManifest, 'ledger' | 'path' | 'checkpoint'>;

/** What the next reader of the files sees: two columns of lines. */
interface Columns {
  readonly entries: readonly string[];
  readonly values: readonly string[];
}

/**
 * Writes both files, on disk and under their names when this resolves, and reads the entries back. No turn of the loop takes a millisecond,
 * unless whole segments wait (pace.ts).
 * Throws STORE_CORRUPT when the entries are not there, do not follow each other, or do not come back as they were.
 */
export async function writeSegment(source: SegmentSource): Promise<WrittenSegment> {
  const values = packer();
  const entries = packer();
  const walk = { peaks: newPeaks(), withValues: 0, previous: '', last: '', from: '', to: '' };
  await writeWhole(pathOf(source, 'values'), async (valuesFile) => {
    await writeWhole(pathOf(source, 'entries'), async (entriesFile) => {
      for await (const frames of together(framesOf(source), source.pause)) {
        for (const columns of frames) await take(walk, columns, source.pause);
        await source.pause.breath();
        await entriesFile.appendFile(await entries.add(entriesOf(frames), source.pause));
        await valuesFile.appendFile(await values.add(valuesOf(frames), source.pause));
        await source.pause();
      }
      await entriesFile.appendFile(entries.end());
      await valuesFile.appendFile(values.end());
    });
  });
  const { first } = source;
  const node = rootOf(walk.peaks.list);
  const { previous, last, from, to, withValues } = walk;
  const written = { first, entries: source.entries, previous, last, node, ...entries.digest(), withValues, from, to };
  await readBack(source, written);
  return written;
}

/** Replaces the values file by one with these lines in it, frame by frame. `change` null leaves a frame as it is. */
export async function rewriteValues(
  path: string,
  change: (frame: number, lines: string[]) => string[] | null,
  pause: Pace,
): Promise<void> {
  const places = await readSeekTable(path);
  const packed = packer();
  await writeWhole(path, async (file) => {
    for (const [i, place] of places.entries()) {
      const lines = await readLines(path, place);
      await file.appendFile(await packed.add([change(i, lines) ?? lines], pause));
      await pause();
    }
    await file.appendFile(packed.end());
  });
}

function pathOf({ dataDir, first }: SegmentSource, part: 'entries' | 'values'): string {
  return segmentPath(dataDir, first, part);
}

interface Peaks {
  readonly list: string[];
  size: number;
}

function newPeaks(): Peaks {
  return { list: [], size: 0 };
}

async function grow(peaks: Peaks, texts: readonly string[], pace: Pace): Promise<void> {
  for (const [i, text] of texts.entries()) {
    if (i % STEP === STEP - 1) await pace.breath();
    addLeaf(peaks.list, peaks.size, leafHash(text), () => undefined);
    peaks.size += 1;
  }
}

async function take(
  walk: { readonly peaks: Peaks; withValues: number; previous: string; last: string; from: string; to: string },
  { entries, values }: Columns,
  pace: Pace,
): Promise<void> {
  const newest = entries.at(-1) ?? '';
  if (walk.peaks.size === 0) {
    const oldest = decodeEntry(entries[0] ?? '');
    walk.previous = oldest?.previous ?? '';
    walk.from = oldest?.time ?? '';
  }
  await grow(walk.peaks, entries, pace);
  walk.withValues += values.filter((text) => text !== '').length;
  walk.last = leafHash(newest);
  walk.to = decodeEntry(newest)?.time ?? '';
}

function entriesOf(frames: readonly Columns[]): Array<readonly string[]> {
  return frames.map(({ entries }) => entries);
}

function valuesOf(frames: readonly Columns[]): Array<readonly string[]> {
  return frames.map(({ values }) => values);
}

async function* together(frames: AsyncIterable<Columns>, pace: Pace): AsyncGenerator<Columns[]> {
  let some: Columns[] = [];
  for await (const frame of frames) {
    some.push(frame);
    if (some.length < pace.atOnce()) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

async function* framesOf({ store, first, entries: count }: SegmentSource): AsyncGenerator<Columns> {
  let entries: string[] = [];
  let values: string[] = [];
  let next = first;
  for await (const page of store.pages({ from: entryKey(first), to: entryKey(first + count) })) {
    for (const [key, text] of page) {
      const place = parseEntryKey(key);
      // A line feed would be a second line. Canonical JSON has none.
      if (place === null || text === '' || text.includes('\n'))
        throw unsealable(next, 'is not in the form that entries are written in');
      if (place.hidden) {
        if (place.sequence !== next - 1) throw unsealable(next, 'has hidden values that belong to none');
        values[values.length - 1] = text;
        continue;
      }
      if (place.sequence !== next) throw unsealable(next, 'is missing');
      if (entries.length === FRAME_ENTRIES) {
        yield { entries, values };
        [entries, values] = [[], []];
      }
      entries.push(text);
      values.push('');
      next += 1;
    }
  }
  if (next !== first + count) throw unsealable(next, 'is missing');
  yield { entries, values };
}

/** From the file as it stands under its name: a segment that would not read must never be the only copy. */
async function readBack(source: SegmentSource, written: WrittenSegment): Promise<void> {
  const path = pathOf(source, 'entries');
  const peaks = newPeaks();
  const places = await readSeekTable(path);
  for (let at = 0; at < places.length; ) {
    const these = places.slice(at, at + source.pause.atOnce());
    at += these.length;
    for (const lines of await Promise.all(these.map((place) => readLines(path, place)))) await grow(peaks, lines, source.pause);
    await source.pause();
  }
  if (rootOf(peaks.list) !== written.node || peaks.size !== written.entries || (await digestOf(path)) !== written.sha256)
    throw new InterlockError('STORE_CORRUPT', `the sealed file ${path} does not read back as it was written`, {
      hint: 'check the disk; the entries are still in the ledger',
    });
}

/** SHA-256 of a file, read in pieces. */
export async function digestOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  const sum = createHash('sha256');
  try {
    for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 256 * 1024 })) {
      sum.update(Buffer.isBuffer(chunk) ? chunk : hash('sha256', String(chunk), 'buffer'));
    }
  } finally {
    await file.close();
  }
  return sum.digest('hex');
}

function unsealable(sequence: number, why: string): InterlockError {
  return new InterlockError('STORE_CORRUPT', `entry ${sequence} can not be sealed: it ${why}`, {
    hint: 'run `interlock ledger verify`',
  });
}
