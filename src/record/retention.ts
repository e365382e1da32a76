// Drops whole sealed segments that the rules let go: on record first, then what must outlive them is written, then their files go.

import { stat } from 'node:fs/promises';
import { holdOver } from './holds.ts';
import type { Hold } from './holds.ts';
import { isKept, writeKept } from './kept-entries.ts';
import type { KeptEntry } from './kept-entries.ts';
import type { Pace } from './pace.ts';
import { removeParts, segmentPath } from './segment-files.ts';
import { FRAME_ENTRIES } from './segments.ts';
import type { Segment, Segments } from './segments.ts';
import type { RetentionBody } from './storage-body.ts';

export interface RetentionRules {
  /** Null: never for that reason. */
  readonly keepDays: number | null;
  readonly keepBytes: number | null;
}

export interface SizedSegment {
  readonly segment: Segment;
  readonly bytes: number;
}

interface Chosen {
  readonly segments: readonly SizedSegment[];
  readonly rule: string;
}

const DAY_MS = 86_400_000;
/** Told in one entry. */
const MAX_AT_ONCE = 64;

/** Which segments go, oldest first; `nowMs` null: the clock is not to be relied on, so nothing is too old. Pure. */
export function chooseDropped(
  kept: readonly SizedSegment[],
  rules: RetentionRules,
  holds: readonly Hold[],
  nowMs: number | null,
): Chosen | null {
  const free = kept.filter(({ segment: { manifest } }) => {
    // INVARIANT: what is held is never dropped.
    return holdOver(holds, manifest.first, manifest.first + manifest.entries - 1) === undefined;
  });
  const { keepDays, keepBytes } = rules;
  if (keepDays !== null && nowMs !== null) {
    const before = nowMs - keepDays * DAY_MS;
    const old = free.filter(({ segment }) => Date.parse(segment.manifest.to) < before);
    if (old.length > 0) return { segments: old.slice(0, MAX_AT_ONCE), rule: `older than ${keepDays} days` };
  }
  if (keepBytes === null) return null;
  let over = kept.reduce((sum, { bytes }) => sum + bytes, 0) - keepBytes;
  const large: SizedSegment[] = [];
  for (const one of free) {
    if (over <= 0 || large.length === MAX_AT_ONCE) break;
    large.push(one);
    over -= one.bytes;
  }
  return large.length === 0 ? null : { segments: large, rule: `segments took more than ${keepBytes} bytes` };
}

/** Those whose entries are there, with what their two large files take. */
export async function sizedSegments(dataDir: string, list: readonly Segment[]): Promise<SizedSegment[]> {
  const sized: SizedSegment[] = [];
  for (const segment of list) {
    if (segment.gone) continue;
    const { first } = segment.manifest;
    const sizes = await Promise.all((['entries', 'values'] as const).map((part) => sizeOf(segmentPath(dataDir, first, part))));
    sized.push({ segment, bytes: sizes.reduce((sum, size) => sum + size, 0) });
  }
  return sized;
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** What is put on record before they go. Reads all of their entries. */
export async function retentionBody(chosen: Chosen, segments: Segments, pace: Pace): Promise<RetentionBody> {
  const dropped: Array<{ from: number; to: number; lostEntries: number }> = [];
  for (const { segment } of chosen.segments) {
    const { first, entries } = segment.manifest;
    let lostEntries = 0;
    for await (const text of textsOf(segment, segments, pace)) if (text.startsWith('{"body":{"type":"lost"}')) lostEntries += 1;
    dropped.push({ from: first, to: first + entries - 1, lostEntries });
  }
  return {
    type: 'retention',
    dropped,
    bytes: chosen.segments.reduce((sum, { bytes }) => sum + bytes, 0),
    oldest: chosen.segments[0]?.segment.manifest.from ?? '',
    newest: chosen.segments.at(-1)?.segment.manifest.to ?? '',
    rule: chosen.rule,
  };
}

export interface DropOptions {
  readonly dataDir: string;
  readonly segments: Segments;
  /** The way of an entry up to its segment's node. */
  readonly pathOf: (sequence: number) => Promise<readonly string[]>;
  readonly pace: Pace;
}

/** Repeatable after a crash at any step: what is kept of it is on disk before the rest goes. */
export async function dropSegment(segment: Segment, { dataDir, segments, pathOf, pace }: DropOptions): Promise<void> {
  const { first, entries } = segment.manifest;
  const kept: KeptEntry[] = [];
  let sequence = first;
  for await (const text of textsOf(segment, segments, pace)) {
    if (isKept(text, sequence === first + entries - 1)) kept.push({ sequence, text, path: await pathOf(sequence) });
    sequence += 1;
  }
  await writeKept(dataDir, first, kept);
  await removeParts(dataDir, first, ['entries', 'values']);
  segments.add({ ...segment, gone: true });
}

async function* textsOf({ manifest }: Segment, segments: Segments, pace: Pace): AsyncGenerator<string> {
  for (let at = manifest.first; at < manifest.first + manifest.entries; at += FRAME_ENTRIES) {
    for (const text of (await segments.frame(at))?.entries ?? []) {
      yield text;
      await pace.breath();
    }
    await pace();
  }
}
