// The ledger's store as everybody reads it: live entries from LevelDB, sealed ones from their segments, under the same keys.

import { setTimeout as sleep } from 'node:timers/promises';
import { InterlockError } from '../errors.ts';
import { FRAME_ENTRIES } from './segments.ts';
import type { Frame, PlainFrame, Segments } from './segments.ts';
import { ENTRY_PREFIX, entryKey, hiddenKey, parseEntryKey } from './store-keys.ts';
import type { KeyRange, Pair, Store, StoreView } from './store.ts';

/** How long a rewrite waits for those who look at an older state, and how often it looks. */
const VIEW_WAIT_MS = 600_000;
const VIEW_LOOK_MS = 100;

/**
 * INVARIANT: an entry is found at every moment of its sealing. A segment is read from as soon as it is whole on disk, and only then are
 * its keys deleted.
 */
export function sealedStore(level: Store, segments: Segments): Store {
  let failed: Error | null = null;
  const views = new Set<object>();
  // Others than the chain write here too. After any failure the log may end in half a record, and nothing may be put behind it.
  const writing = async (write: () => Promise<void>): Promise<void> => {
    if (failed !== null) throw failed;
    try {
      await write();
    } catch (error) {
      failed = error instanceof Error ? error : new Error(String(error));
      throw failed;
    }
  };
  return {
    ...level,
    ...viewOf(level, segments, () => segments.end),
    write: (changes, sync) => writing(() => level.write(changes, sync)),
    clear: (from, to) => writing(() => level.clear(from, to)),
    snapshot() {
      // Sealing goes on meanwhile; what was live is live for this view.
      const { end } = segments;
      const view = level.snapshot();
      views.add(view);
      const close = async (): Promise<void> => {
        views.delete(view);
        await view.close();
      };
      return { ...viewOf(view, segments, () => end), close };
    },
    async compact(from, to) {
      // LevelDB keeps what was deleted as long as a view from before could ask for it.
      const deadline = performance.now() + VIEW_WAIT_MS;
      while (views.size > 0) {
        if (performance.now() > deadline)
          throw new InterlockError('RECORD_FAILED', 'the ledger is being verified: try again later');
        await sleep(VIEW_LOOK_MS, undefined, { ref: false });
      }
      await level.compact(from, to);
    },
    async reopen() {
      await level.reopen();
      failed = null;
    },
  };
}

function viewOf(level: StoreView, segments: Segments, end: () => number): StoreView {
  return {
    async get(key) {
      const place = key.startsWith(ENTRY_PREFIX) ? parseEntryKey(key) : null;
      if (place === null) return level.get(key);
      const live = place.sequence < end() ? undefined : await level.get(key);
      // Once more: it may have been sealed while it was looked for.
      if (live !== undefined || place.sequence >= end()) return live;
      return inFrame(await segments.frame(place.sequence), place);
    },
    pages: (range) => pagesOf(level, segments, end, range),
    walk: (range) => walkOf(level, segments, end, range),
  };
}

function inFrame(
  frame: Frame | undefined,
  { sequence, hidden }: { readonly sequence: number; readonly hidden: boolean },
): string | undefined {
  const text = (hidden ? frame?.values : frame?.entries)?.[sequence - (frame?.first ?? 0)];
  return text === '' ? undefined : text;
}

async function* pagesOf(
  level: StoreView,
  segments: Segments,
  end: () => number,
  range: KeyRange,
): AsyncGenerator<readonly Pair[]> {
  if (!range.from.startsWith(ENTRY_PREFIX)) {
    yield* level.pages(range);
    return;
  }
  if (range.newestFirst === true) throw new InterlockError('INTERNAL', 'entries are read in their order only');
  const walk = newWalk(range, end);
  do {
    yield* sealedPages(segments, walk);
    if (walk.at >= walk.stop || walk.left <= 0) return;
  } while (yield* livePages(level, walk));
}

async function* walkOf(
  level: StoreView,
  segments: Segments,
  end: () => number,
  range: KeyRange,
): AsyncGenerator<readonly Pair[] | PlainFrame> {
  const walk = newWalk(range, end);
  do {
    yield* sealedFrames(segments, walk);
    if (walk.at >= walk.stop) return;
  } while (yield* livePages(level, walk));
}

function newWalk(range: KeyRange, end: () => number): Walk {
  const at = parseEntryKey(range.from)?.sequence ?? 0;
  return { range, end, at, stop: stopOf(range.to), left: range.limit ?? Number.POSITIVE_INFINITY };
}

interface Walk {
  readonly range: KeyRange;
  /** Where live entries begin. */
  readonly end: () => number;
  /** The entry that comes next, and where it ends. */
  at: number;
  readonly stop: number;
  /** Pairs that are still wanted. */
  left: number;
}

async function* sealedPages(segments: Segments, walk: Walk): AsyncGenerator<readonly Pair[]> {
  for (; walk.at < walk.end() && walk.at < walk.stop && walk.left > 0; walk.at = behind(segments, walk.at)) {
    const frame = segments.frame(walk.at);
    prefetch(segments, Math.min(walk.end(), walk.stop), behind(segments, walk.at));
    const pairs = pairsOf(await frame, walk.range).slice(0, walk.left);
    walk.left -= pairs.length;
    if (pairs.length > 0) yield pairs;
  }
}

/** Frames that are whole in the range, as they are; of those at its ends the pairs. */
async function* sealedFrames(segments: Segments, walk: Walk): AsyncGenerator<readonly Pair[] | PlainFrame> {
  let ahead: Promise<PlainFrame | undefined> | null = null;
  while (walk.at < walk.end() && walk.at < walk.stop) {
    const { at } = walk;
    const isWhole = at % FRAME_ENTRIES === 0 && walk.range.from <= entryKey(at) && at + FRAME_ENTRIES <= walk.stop;
    if (!isWhole) {
      const pairs = pairsOf(await segments.frame(at), walk.range);
      if (pairs.length > 0) yield pairs;
      walk.at = behind(segments, at);
      continue;
    }
    const frame: Promise<PlainFrame | undefined> = ahead ?? segments.plainFrame(at);
    walk.at = behind(segments, at);
    // Read and unpacked in the thread pool while this one is looked at.
    const goesOn = walk.at < walk.end() && walk.at + FRAME_ENTRIES <= walk.stop;
    ahead = goesOn ? segments.plainFrame(walk.at) : null;
    ahead?.catch(() => undefined);
    const found = await frame;
    if (found !== undefined) yield found;
  }
}

/** True: what is looked for was sealed, and its keys deleted, between the last look at the segments and this one. */
async function* livePages(level: StoreView, { range, end, at, left }: Walk): AsyncGenerator<readonly Pair[], boolean> {
  const from = at === parseEntryKey(range.from)?.sequence ? range.from : entryKey(at);
  let begun = false;
  for await (const page of level.pages({ ...range, from, ...(range.limit === undefined ? {} : { limit: left }) })) {
    if (!begun && at < end() && parseEntryKey(page[0]?.[0] ?? '')?.sequence !== at) return true;
    begun = true;
    yield page;
  }
  return !begun && at < end();
}

/** The first sequence that no key before `to` has. */
function stopOf(to: string): number {
  const place = parseEntryKey(to);
  if (place === null) return Number.POSITIVE_INFINITY;
  return place.hidden ? place.sequence + 1 : place.sequence;
}

/** Read and unpacked in the thread pool while the one before is looked at. */
function prefetch(segments: Segments, end: number, at: number): void {
  if (at < end) segments.frame(at).catch(() => undefined);
}

/** Where the next frame begins; behind a segment that is not there, the next one. */
function behind(segments: Segments, at: number): number {
  const segment = segments.at(at);
  const step = segment === undefined || segment.gone ? segments.width : FRAME_ENTRIES;
  return at - (at % step) + step;
}

function pairsOf(frame: Frame | undefined, range: KeyRange): Pair[] {
  const pairs: Pair[] = [];
  if (frame === undefined) return pairs;
  const add = (key: string, value: string | undefined): void => {
    if (value !== undefined && value !== '' && key >= range.from && key < range.to) pairs.push([key, value]);
  };
  for (const [i, text] of frame.entries.entries()) {
    add(entryKey(frame.first + i), text);
    add(hiddenKey(frame.first + i), frame.values[i]);
  }
  return pairs;
}
