// A store in memory that can be told to fail, the way a disk does.

import type { StateChange } from '../../src/record/ledger.ts';
import type { KeyRange, Pair, Store, StoreView } from '../../src/record/store.ts';

export interface MemoryStore extends Store {
  readonly pairs: Map<string, string>;
  readonly writes: Array<{ readonly changes: readonly StateChange[]; readonly sync: boolean }>;
  /** Called before a write takes effect; throw to make it fail, or return after keeping it to fail later. */
  beforeWrite: (count: number) => void | Promise<void>;
  /** Called after a write took effect: throwing here is a write whose answer was lost. */
  afterWrite: (count: number) => void;
  beforeReopen: () => void;
  reopened: number;
  /** Snapshots that nobody has closed yet. */
  readonly openViews: ReadonlySet<object>;
}

export function memoryStore(): MemoryStore {
  const pairs = new Map<string, string>();
  const openViews = new Set<object>();
  let count = 0;
  const view: StoreView = { get: (key) => Promise.resolve(pairs.get(key)), pages: (range) => onePage(pairs, range) };
  const store: MemoryStore = {
    ...view,
    recovery: { text: '', told: () => undefined },
    damages: () => Promise.resolve([]),
    pairs,
    writes: [],
    beforeWrite: () => undefined,
    afterWrite: () => undefined,
    beforeReopen: () => undefined,
    reopened: 0,
    openViews,
    async write(changes, sync) {
      count += 1;
      await store.beforeWrite(count);
      for (const change of changes) {
        if ('put' in change) pairs.set(change.put, change.value);
        else pairs.delete(change.del);
      }
      store.writes.push({ changes, sync });
      store.afterWrite(count);
    },
    clear(from, to) {
      for (const key of [...pairs.keys()]) if (key >= from && key < to) pairs.delete(key);
      return Promise.resolve();
    },
    snapshot() {
      const frozen = new Map(pairs);
      const opened = store.reopened;
      // As LevelDB's: closed by hand, or with the database when that opens anew.
      const isOpen = (): boolean => openViews.has(view) && store.reopened === opened;
      const view = {
        get: (key: string) => (isOpen() ? Promise.resolve(frozen.get(key)) : Promise.reject(new Error('Snapshot is not open'))),
        pages: (range: KeyRange) => onePage(frozen, range),
        close: () => Promise.resolve(void openViews.delete(view)),
      };
      openViews.add(view);
      return view;
    },
    compact: () => Promise.resolve(),
    spanned: () => Promise.resolve([]),
    reopen() {
      store.reopened += 1;
      try {
        store.beforeReopen();
        return Promise.resolve();
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      }
    },
    close: () => Promise.resolve(),
  };
  return store;
}

async function* onePage(pairs: ReadonlyMap<string, string>, range: KeyRange): AsyncGenerator<readonly Pair[]> {
  const found = [...pairs].filter(([key]) => key >= range.from && key < range.to).sort(([a], [b]) => (a < b ? -1 : 1));
  yield found.slice(0, range.limit ?? found.length);
}
