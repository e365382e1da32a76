// The keys that sealed entries had in LevelDB: deleted behind each segment, and taken off the disk once enough of them came together.

import type { Pace } from './pace.ts';
import type { Segments } from './segments.ts';
import { ENTRY_PREFIX, entryKey, parseEntryKey } from './store-keys.ts';
import type { Store, StoreView } from './store.ts';

export interface SealedKeysOptions {
  readonly segments: Pick<Segments, 'end'>;
  /** LevelDB itself, without what is sealed. */
  readonly level: StoreView;
  /** Both together; all writing goes through it. */
  readonly store: Pick<Store, 'clear' | 'compact' | 'spanned' | 'write'>;
  /** Told before each step that a crash could follow. */
  readonly onStep?: ((step: KeyStep) => void) | undefined;
  /** The clock that never steps, in milliseconds. */
  readonly steadyMs?: () => number;
}

export type KeyStep = 'deleting' | 'deleted' | 'compacted';

export interface SealedKeys {
  /** Deletes the keys of entries that are in segments: of the last one, and what a crash left. */
  drop(pause: Pace): Promise<void>;
  /** Afterwards no file of LevelDB holds what was deleted. Does nothing where that is so already. Throws RECORD_FAILED. */
  compact(): Promise<void>;
  /** The same, once it is worth it or was put off for long enough. */
  compactInTime(): Promise<void>;
}

/** Entries whose keys are deleted by one call at least, and into how many calls more of them are divided at most. */
const STEP = 128;
const CALLS = 16;
/**
 * Deleted entries for which LevelDB rewrites its tables once. Their deletions stand in tables with the newest entries, which so span all that lies
 * between and are rewritten with it, however little was deleted. So many take some 120 MB of disk meanwhile.
 */
const ENOUGH = 262_144;
/** The longest that it is put off. */
const PUT_OFF_MS = 600_000;

export function sealedKeys({
  segments,
  level,
  store,
  onStep,
  steadyMs = () => performance.now(),
}: SealedKeysOptions): SealedKeys {
  /** Entries below have no keys any more. */
  let dropped = 0;
  // INVARIANT: what an earlier run deleted counts as not yet gone from the disk: it may have been killed before it came to that.
  let waiting = segments.end > 0 ? 1 : 0;
  let since = steadyMs();

  async function compact(): Promise<void> {
    if (waiting === 0) return;
    const [from, to] = [ENTRY_PREFIX, entryKey(segments.end)];
    await store.compact(from, to);
    // INVARIANT: no file holds the values. Where they were still in LevelDB's memory with their deletion, both are in one table now, and a rewrite
    // leaves the lowest table of a range as it is. A deletion within its span makes the second rewrite merge it, at whatever level it lies.
    const marks = await store.spanned(from, to);
    await store.write(
      marks.map((del) => ({ del })),
      false,
    );
    await store.compact(from, to);
    waiting = 0;
    onStep?.('compacted');
  }

  return {
    compact,
    async drop(pause) {
      const { end } = segments;
      const first = await firstKept(level, dropped, end);
      if (first === null) {
        dropped = end;
        return;
      }
      if (waiting === 0) since = steadyMs();
      const step = Math.max(STEP, Math.ceil((end - first) / CALLS));
      for (let at = first; at < end; at += step) {
        const to = Math.min(at + step, end);
        // Before it: half of them may be deleted when it fails.
        waiting += to - at;
        await store.clear(at === first ? lowest(dropped) : entryKey(at), entryKey(to));
        onStep?.('deleting');
        await pause();
      }
      dropped = end;
      onStep?.('deleted');
    },
    async compactInTime() {
      if (waiting >= ENOUGH || steadyMs() - since >= PUT_OFF_MS) await compact();
    },
  };
}

/** The first sealed entry from `from` on that still has a key; null when none has. Keys that were deleted cost time to pass: they are not looked at again. */
async function firstKept(level: StoreView, from: number, end: number): Promise<number | null> {
  for await (const page of level.pages({ from: lowest(from), to: entryKey(end), limit: 1 })) {
    const [key] = page[0] ?? [];
    // A key that Interlock never wrote sorts among them: it goes with the first.
    if (key !== undefined) return parseEntryKey(key)?.sequence ?? from;
  }
  return null;
}

function lowest(from: number): string {
  return from === 0 ? ENTRY_PREFIX : entryKey(from);
}
