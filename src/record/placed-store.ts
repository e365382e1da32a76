// The ledger's store under the keys of store-keys.ts, over LevelDB where they lie as placing.ts says.

import type { StateChange } from './ledger.ts';
import {
  FRONT,
  isEntryPlace,
  isTailKey,
  keyAt,
  nodeKey,
  nodesWithin,
  placed,
  placedKey,
  readTail,
  tailKey,
  tailText,
} from './placing.ts';
import type { Tail } from './placing.ts';
import type { KeyRange, Pair, Store, StoreView } from './store.ts';
import { ENTRIES_END, ENTRY_PREFIX, HEAD_KEY, parseEntryKey, SYNCED_KEY } from './store-keys.ts';

/** Nodes that are looked for at the same time. */
const NODES_AT_ONCE = 256;
/** Read beyond what was asked for, since some of it may be what no reader knows. */
const SPARE_PAIRS = 4;
/** Whoever wants more than these reads on until there are enough. */
const MANY_PAIRS = 1_000_000;

export function placedStore(level: Store): Store {
  return {
    ...level,
    ...viewOf(level),
    async write(changes, sync) {
      const { changes: all, tail, last } = placed(changes);
      if (tail.head !== undefined && last !== null)
        all.push({ put: tailKey(last), value: tailText({ head: tail.head, synced: tail.synced ?? '' }) });
      else if (tail.head !== undefined || tail.synced !== undefined) all.push(...(await overwritten(level, tail)));
      await level.write(all, sync);
    },
    async clear(from, to) {
      if (isEntryPlace(from)) await keepOf(level, from, to);
      await level.clear(placedKey(from), placedKey(to));
    },
    compact: (from, to) => level.compact(placedKey(from), placedKey(to)),
    snapshot() {
      const view = level.snapshot();
      return { ...viewOf(view), close: () => view.close() };
    },
  };
}

function viewOf(level: StoreView): StoreView {
  return {
    async get(key) {
      if (key === HEAD_KEY) return (await tailOf(level))?.head ?? level.get(FRONT + key);
      if (key === SYNCED_KEY) return (await tailOf(level))?.synced ?? level.get(FRONT + key);
      const node = nodeKey(key);
      return (node === null ? undefined : await level.get(node)) ?? level.get(placedKey(key));
    },
    pages: (range) => pagesOf(level, range),
  };
}

/** What the last batch with entries told. */
async function tailOf(level: StoreView): Promise<Tail | null> {
  const found = await newestTail(level);
  return found === null ? null : readTail(found[1]);
}

async function newestTail(level: StoreView): Promise<Pair | null> {
  for await (const page of level.pages({ from: ENTRY_PREFIX, to: ENTRIES_END, newestFirst: true }))
    for (const pair of page) if (isTailKey(pair[0])) return pair;
  return null;
}

/** A head without entries takes the place of the one that is there. */
async function overwritten(level: StoreView, { head, synced }: Partial<Tail>): Promise<StateChange[]> {
  const found = await newestTail(level);
  if (found !== null) {
    const before = readTail(found[1]);
    return [{ put: found[0], value: tailText({ head: head ?? before.head, synced: synced ?? before.synced }) }];
  }
  const changes: StateChange[] = [];
  if (head !== undefined) changes.push({ put: FRONT + HEAD_KEY, value: head });
  if (synced !== undefined) changes.push({ put: FRONT + SYNCED_KEY, value: synced });
  return changes;
}

/**
 * INVARIANT: nodes outlive the entries that completed them, and so does the last tail: they are at the front before their places are cleared,
 * and LevelDB's log keeps that order.
 */
async function keepOf(level: Store, from: string, to: string): Promise<void> {
  const first = await firstSequence(level, from, to);
  const end = parseEntryKey(to)?.sequence ?? Number.MAX_SAFE_INTEGER;
  if (first === null) return;
  const tail = await newestTail(level);
  if (tail !== null && tail[0] >= from && tail[0] < to) {
    const { head, synced } = readTail(tail[1]);
    await level.write(
      [
        { put: FRONT + HEAD_KEY, value: head },
        { put: FRONT + SYNCED_KEY, value: synced },
      ],
      false,
    );
  }
  let keys: string[] = [];
  for (const key of nodesWithin(first, end)) {
    keys.push(key);
    if (keys.length < NODES_AT_ONCE) continue;
    await moveNodes(level, keys);
    keys = [];
  }
  await moveNodes(level, keys);
}

/** Whose keys come first in the range, as its number; null when it is empty. Reading begins there, however much was deleted before. */
async function firstSequence(level: StoreView, from: string, to: string): Promise<number | null> {
  for await (const page of level.pages({ from, to, limit: 1 }))
    for (const [key] of page) return parseEntryKey(key.slice(0, ENTRY_PREFIX.length + 16))?.sequence ?? 0;
  return null;
}

async function moveNodes(level: Store, keys: readonly string[]): Promise<void> {
  const hashes = await Promise.all(keys.map((key) => level.get(nodeKey(key) ?? key)));
  const changes: StateChange[] = [];
  for (const [i, key] of keys.entries()) {
    const value = hashes[i];
    if (value !== undefined) changes.push({ put: FRONT + key, value });
  }
  if (changes.length > 0) await level.write(changes, false);
}

async function* pagesOf(level: StoreView, range: KeyRange): AsyncGenerator<readonly Pair[]> {
  const bounds = {
    ...range,
    from: range.from === '' ? '' : placedKey(range.from),
    to: range.from === '' ? range.to : placedKey(range.to),
  };
  let left = range.limit ?? Number.POSITIVE_INFINITY;
  for (let rest: KeyRange = bounds; left > 0; ) {
    // LevelDB's own limit has 32 bits.
    const limit = left > MANY_PAIRS ? undefined : left + SPARE_PAIRS;
    let seen = 0;
    let last = '';
    for await (const page of level.pages(limit === undefined ? rest : { ...rest, limit })) {
      seen += page.length;
      last = page.at(-1)?.[0] ?? last;
      const pairs = known(page).slice(0, left);
      left -= pairs.length;
      if (pairs.length > 0) yield pairs;
      if (left <= 0) return;
    }
    if (limit === undefined || seen < limit) return;
    rest = range.newestFirst === true ? { ...rest, to: last } : { ...rest, from: `${last}\0` };
  }
}

/** Without what lies behind entries and is none of their values. */
function known(page: readonly Pair[]): readonly Pair[] {
  const pairs: Pair[] = [];
  for (const pair of page) {
    const key = keyAt(pair[0]);
    if (key !== null) pairs.push(key === pair[0] ? pair : [key, pair[1]]);
  }
  return pairs;
}
