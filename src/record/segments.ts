// The sealed segments of a ledger, and what stands in them: a few frames at a time, the last ones kept.

import { readFile, stat } from 'node:fs/promises';
import { InterlockError } from '../errors.ts';
import { createFrameReader } from './frame-reader.ts';
import { isMissing, recent } from './recent.ts';
import { sealedFirsts, segmentPath } from './segment-files.ts';
import { linesOf } from './seekable-file.ts';
import { manifestProblem, readManifest } from './segment-manifest.ts';
import type { SegmentManifest } from './segment-manifest.ts';

/** Entries of one segment: one node of height 16. */
export const SEGMENT_ENTRIES = 65_536;
/** Entries of one frame: one node of height 8. */
export const FRAME_ENTRIES = 256;

export interface Segment {
  readonly manifest: SegmentManifest;
  /** The manifest as it is on disk. */
  readonly note: string;
  /** Only the manifest is left. */
  readonly gone: boolean;
}

/** The same as bytes: a line for each entry, ended by a line feed. */
export interface PlainFrame {
  readonly first: number;
  readonly entries: Buffer;
  /** Null: there is no such file. */
  readonly values: Buffer | null;
}

/** The entries of one frame in their order. A text of `values` is empty where nothing is hidden, or nothing any more. */
export interface Frame {
  readonly first: number;
  readonly entries: readonly string[];
  readonly values: readonly string[];
}

export interface Segments {
  /** Entries below are in segments, or nowhere. */
  readonly end: number;
  /** Entries of each. */
  readonly width: number;
  /** Ascending. */
  list(): readonly Segment[];
  /** The one that this entry belongs to. */
  at(sequence: number): Segment | undefined;
  /** From now on entries are read from it. The next one, or one that is there already. */
  add(segment: Segment): void;
  /** The frame that holds the entry; undefined where there is no segment, or only its manifest. */
  frame(sequence: number): Promise<Frame | undefined>;
  /** The same, read for this one time. */
  plainFrame(sequence: number): Promise<PlainFrame | undefined>;
  /** Its files were changed. */
  forget(first: number): void;
}

const NOTHING = Buffer.alloc(0);
/** Some 10 MB of text at the usual size of entries. */
const KEPT_FRAMES = 16;

/**
 * `width` is for the first segment of a ledger; those that are there decide for the others.
 * Throws STORE_CORRUPT for a manifest that can't be read. Who signed it is asked once the keys are known (`checkManifests`).
 */
export async function openSegments(dataDir: string, width: number = SEGMENT_ENTRIES): Promise<Segments> {
  const found = new Map<number, Segment>();
  let entries: number | null = null;
  for (const first of await sealedFirsts(dataDir)) {
    const segment = await readSegment(dataDir, first);
    entries ??= segment.manifest.entries;
    if (segment.manifest.first !== first || segment.manifest.entries !== entries) throw misplaced(first);
    found.set(first, segment);
  }
  return segmentsOver(dataDir, entries ?? width, found);
}

/** INVARIANT: nothing is read from a segment that no key of this ledger signed. Throws STORE_CORRUPT. */
export function checkManifests(list: readonly Segment[], ledger: string, keys: readonly string[]): void {
  for (const { manifest, note } of list) {
    const problem = manifestProblem(note, ledger, keys);
    if (problem === null) continue;
    throw new InterlockError(
      'STORE_CORRUPT',
      `the manifest of the segment from entry ${manifest.first} on is not valid: ${problem}`,
      {
        hint: 'restore it from a backup; `interlock ledger verify` tells what else does not hold',
      },
    );
  }
}

async function readSegment(dataDir: string, first: number): Promise<Segment> {
  const note = await readFile(segmentPath(dataDir, first, 'manifest'), 'utf8');
  const manifest = readManifest(note);
  const gone = await stat(segmentPath(dataDir, first, 'entries')).then(() => false, isMissing);
  return { manifest, note, gone };
}

function segmentsOver(dataDir: string, width: number, found: Map<number, Segment>): Segments {
  let list = [...found.values()];
  const frames = recent<Frame>(KEPT_FRAMES);
  const reader = createFrameReader();
  const at = (sequence: number): Segment | undefined => found.get(sequence - (sequence % width));

  async function readPlain(segment: Segment, first: number): Promise<PlainFrame> {
    const index = (first - segment.manifest.first) / FRAME_ENTRIES;
    const [entries, values] = await Promise.all([
      reader.plain(segmentPath(dataDir, segment.manifest.first, 'entries'), index),
      reader.plain(segmentPath(dataDir, segment.manifest.first, 'values'), index),
    ]);
    return { first, entries: entries ?? NOTHING, values };
  }

  async function read(segment: Segment, first: number): Promise<Frame> {
    const { entries, values } = await readPlain(segment, first);
    return { first, entries: linesOf(entries), values: linesOf(values ?? NOTHING) };
  }

  return {
    width,
    get end() {
      const last = list.at(-1);
      return last === undefined ? 0 : last.manifest.first + width;
    },
    list: () => list,
    at,
    add(segment) {
      found.set(segment.manifest.first, segment);
      list = [...found.values()];
      this.forget(segment.manifest.first);
    },
    async frame(sequence) {
      const segment = at(sequence);
      if (segment === undefined || segment.gone) return undefined;
      const first = sequence - (sequence % FRAME_ENTRIES);
      return frames(String(first), () => read(segment, first));
    },
    async plainFrame(sequence) {
      const segment = at(sequence);
      return segment === undefined || segment.gone ? undefined : await readPlain(segment, sequence - (sequence % FRAME_ENTRIES));
    },
    forget(first) {
      for (let frame = first; frame < first + width; frame += FRAME_ENTRIES) frames(String(frame), null);
      for (const part of ['entries', 'values'] as const) reader.forget(segmentPath(dataDir, first, part));
    },
  };
}

function misplaced(first: number): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the manifest of the segment from entry ${first} on is another one's`, {
    hint: 'restore it from a backup',
  });
}
