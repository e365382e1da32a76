// Deletes hidden values and their salts, wherever they lie: in LevelDB with its log and its old tables, and in segments.

import { InterlockError } from '../errors.ts';
import { decodeHidden } from './entry-codec.ts';
import type { ErasureBody } from './erasure-body.ts';
import type { HiddenValues } from './reveal.ts';
import { segmentPath } from './segment-files.ts';
import { heldText } from './entry-view.ts';
import { holdOver } from './holds.ts';
import type { Hold } from './holds.ts';
import { pauses } from './pace.ts';
import { rewriteValues } from './segment-writer.ts';
import { FRAME_ENTRIES } from './segments.ts';
import type { Segments } from './segments.ts';
import { ENTRIES_END, ENTRY_PREFIX, entryKey, hiddenKey, parseEntryKey } from './store-keys.ts';
import type { Store } from './store.ts';

/** Values to be erased: places by sequence. */
export type Targets = ReadonlyMap<number, readonly string[]>;

export type EraseRequest = {
  readonly reason: string;
  readonly osUser: string | null;
} & (
  | { readonly entry: number; readonly places: readonly string[]; readonly subject?: never }
  /** Every hidden value in which this text stands. */
  | { readonly subject: string; readonly entry?: never; readonly places?: never }
);

export interface Erased {
  /** Entries of type `erasure` that tell of it. */
  readonly entries: readonly string[];
  readonly values: number;
  readonly of: number;
}

interface EraserOptions {
  readonly dataDir: string;
  readonly segments: Segments;
  readonly store: Store;
  /** Ranges in which nothing is erased. */
  readonly holds: () => Promise<readonly Hold[]>;
  /** Puts it on record, synced. Gives the entry's id. */
  readonly record: (body: ErasureBody) => Promise<string>;
}

/** Targets in one entry on record. */
const PER_ENTRY = 1_000;
/** A shorter text would stand in half of all values. */
const LEAST_SUBJECT = 4;

/**
 * On record first, then gone: a crash in between leaves an entry that tells of values which are still there, and doing it again is harmless.
 * Nothing else may change the segments meanwhile. Throws USAGE, NAME_UNKNOWN, LEDGER_HELD, RECORD_FAILED, STORE_CORRUPT.
 */
export async function erase(request: EraseRequest, options: EraserOptions): Promise<Erased> {
  const targets =
    request.subject === undefined ? await named(request, options.store) : await found(request.subject, options.store);
  refuseHeld(targets, await options.holds());
  const list = [...targets].map(([sequence, places]) => ({ entry: String(sequence), places }));
  const { reason, osUser } = request;
  const entries: string[] = [];
  for (let i = 0; i < list.length; i += PER_ENTRY)
    entries.push(await options.record({ type: 'erasure', erased: list.slice(i, i + PER_ENTRY), reason, osUser }));
  await eraseTargets(targets, options);
  return { entries, of: list.length, values: list.reduce((sum, { places }) => sum + places.length, 0) };
}

/** INVARIANT: of a held range nothing is erased, and what is asked for is done whole or not at all. */
function refuseHeld(targets: Targets, holds: readonly Hold[]): void {
  for (const sequence of targets.keys()) {
    const hold = holdOver(holds, sequence, sequence);
    if (hold === undefined) continue;
    throw new InterlockError('LEDGER_HELD', `entry ${sequence} is held (${hold.hold}, ${heldText(hold)}): nothing was erased`, {
      hint: 'release the hold first, or name other entries; `interlock ledger hold list` tells who put it there',
    });
  }
}

async function named(
  { entry, places }: { readonly entry: number; readonly places: readonly string[] },
  store: Store,
): Promise<Targets> {
  const text = await store.get(hiddenKey(entry));
  const hidden = text === undefined ? null : decodeHidden(text);
  const wanted = places.length === 0 ? Object.keys(hidden ?? {}) : places;
  const missing = wanted.find((place) => hidden === null || !Object.hasOwn(hidden, place));
  if (hidden === null || missing !== undefined) {
    throw new InterlockError(
      'NAME_UNKNOWN',
      `entry ${entry} has no hidden value${missing === undefined ? '' : ` at ${missing}`}`,
      {
        hint: hidden === null ? 'nothing of it is hidden, or it was erased before' : `it has: ${Object.keys(hidden).join(', ')}`,
      },
    );
  }
  return new Map([[entry, wanted]]);
}

/** Walks everything that is hidden. As texts are compared, a list or a sentence that holds the subject is found too. */
async function found(subject: string, store: Store): Promise<Targets> {
  if (subject.length < LEAST_SUBJECT) throw new InterlockError('USAGE', `a subject has at least ${LEAST_SUBJECT} characters`);
  const needle = JSON.stringify(subject).slice(1, -1);
  const targets = new Map<number, readonly string[]>();
  const pause = pauses();
  for await (const page of store.pages({ from: ENTRY_PREFIX, to: ENTRIES_END })) {
    for (const [key, text] of page) {
      const place = parseEntryKey(key);
      if (place?.hidden !== true || !text.includes(needle)) continue;
      const places = Object.entries(decodeHidden(text) ?? {}).flatMap(([at, { value }]) =>
        JSON.stringify(value).includes(needle) ? [at] : [],
      );
      if (places.length > 0) targets.set(place.sequence, places);
    }
    await pause();
  }
  return targets;
}

async function eraseTargets(targets: Targets, { dataDir, segments, store }: EraserOptions): Promise<void> {
  const sealed = [...targets.keys()].filter((sequence) => sequence < segments.end);
  const live = [...targets.keys()].filter((sequence) => sequence >= segments.end);
  for (const first of new Set(sealed.map((sequence) => sequence - (sequence % segments.width)))) {
    const path = segmentPath(dataDir, first, 'values');
    await rewriteValues(path, (frame, lines) => withoutPlaces(first + frame * FRAME_ENTRIES, lines, targets), pauses());
    segments.forget(first);
  }
  if (live.length > 0) await eraseLive(live, targets, store);
}

/** Null where nothing in the frame is meant. */
function withoutPlaces(first: number, lines: readonly string[], targets: Targets): string[] | null {
  let changed = false;
  const left = lines.map((line, i) => {
    const places = targets.get(first + i);
    if (places === undefined || line === '') return line;
    changed = true;
    return remaining(line, places) ?? '';
  });
  return changed ? left : null;
}

/**
 * INVARIANT: afterwards no file of LevelDB holds the value. The first rewrite puts what is in its log and memory into tables, so that the
 * erasing write lands in a level above them; the second one merges them. In one step LevelDB may leave the old table alone.
 */
async function eraseLive(live: readonly number[], targets: Targets, store: Store): Promise<void> {
  const [from, to] = [entryKey(Math.min(...live)), entryKey(Math.max(...live) + 1)];
  await store.compact(from, to);
  for (const sequence of live) {
    const text = await store.get(hiddenKey(sequence));
    if (text === undefined) continue;
    const left = remaining(text, targets.get(sequence) ?? []);
    const put = left === null ? { del: hiddenKey(sequence) } : { put: hiddenKey(sequence), value: left };
    await store.write([put], false);
  }
  await store.write([], true);
  await store.compact(from, to);
}

/** The hidden record without these places; null when nothing is left of it. */
export function remaining(text: string, places: readonly string[]): string | null {
  const hidden: HiddenValues = decodeHidden(text) ?? {};
  const left = Object.entries(hidden).filter(([place]) => !places.includes(place));
  return left.length === 0 ? null : JSON.stringify(Object.fromEntries(left));
}
