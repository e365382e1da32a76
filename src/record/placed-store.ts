// The ledger's store under the keys of store-keys.ts, over LevelDB where they lie as placing.ts says.

import { InterlockError } from '../errors.ts';
import type { StateChange } from './ledger.ts';
import { FRONT, isTailKey, keyAt, nodeKey, nodesWithin, placed, placedKey, readTail, tailKey, tailText } from './placing.ts';
import type { Tail } from './placing.ts';
import type { KeyRange, Pair, Store, StoreView } from './store.ts';
import { ENTRIES_END, ENTRY_PREFIX, HEAD_KEY, parseEntryKey, SYNCED_KEY } from './store-keys.ts';

/** Nodes that are looked for at the same time. */
const NODES_AT_ONCE = 256;
/** Read beyond what was asked for, since some of it may be what no reader knows. */
const SPARE_PAIRS = 4;

/** Entries in a batch, on average of some ten, from which on its head is left behind them. */
const LARGE = 8;
const WEIGHT = 0.1;

export function placedStore(level: Store): Store {
  let average = 0;
  return {
    ...level,
    ...viewOf(level),
    async write(changes, sync) {
      const { changes: all, tail, last, entries } = placed(changes);
      if (last !== null) average += WEIGHT * (entries - average);
      const { head, synced } = tail;
      if (head !== undefined && last !== null && average >= LARGE)
        all.push({ put: tailKey(last), value: tailText({ head, synced: synced ?? '' }) });
      else if (last !== null) all.push(...inFront(tail));
      else if (head !== undefined || synced !== undefined) all.push(...(await overwritten(level, tail)));
      await level.write(all, sync);
    },
    async clear(from, to) {
      await keepOf(level, from, to);
      await level.clear(placedKey(from), placedKey(to));
    },
    compact: (from, to) => level.compact(placedKey(from), placedKey(to)),
    // What is deleted at these places must be deleted there.
    spanned: (from, to) => level.spanned(placedKey(from), placedKey(to)),
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

/** What the last batch with entries told, when it left it behind them. */
async function tailOf(level: StoreView): Promise<Tail | null> {
  const found = await tailInForce(level);
  return found === null ? null : readTail(found[1]);
}

async function tailInForce(level: StoreView): Promise<Pair | null> {
  const range = { from: ENTRY_PREFIX, to: ENTRIES_END, newestFirst: true, limit: 1 };
  for await (const [pair] of level.pages(range)) if (pair !== undefined && isTailKey(pair[0])) return pair;
  return null;
}

/** A head without entries takes the place of the one that is there. */
async function overwritten(level: StoreView, tail: Partial<Tail>): Promise<StateChange[]> {
  const found = await tailInForce(level);
  if (found === null) return inFront(tail);
  return [{ put: found[0], value: tailText({ ...readTail(found[1]), ...tail }) }];
}

function inFront({ head, synced }: Partial<Tail>): StateChange[] {
  const changes: StateChange[] = [];
  if (head !== undefined) changes.push({ put: FRONT + HEAD_KEY, value: head });
  if (synced !== undefined) changes.push({ put: FRONT + SYNCED_KEY, value: synced });
  return changes;
}

/**
 * INVARIANT: nodes outlive the entries that completed them: they are at the front before their places are cleared, and LevelDB's log keeps that
 * order. The last entry's tail can not be moved so, since a group may be written meanwhile: it is never cleared. Throws INTERNAL.
 */
async function keepOf(level: Store, from: string, to: string): Promise<void> {
  const first = await firstSequence(level, from, to);
  if (first === null) return;
  const end = parseEntryKey(to)?.sequence;
  // Nothing is behind it: something is in the range, so it is too when it is in front of `to`.
  const tail = await tailInForce(level);
  if (end === undefined || (tail !== null && tail[0] < to))
    throw new InterlockError('INTERNAL', 'the end of the ledger would be deleted with sealed entries');
  let keys: string[] = [];
  for (const key of nodesWithin(first, end)) {
    keys.push(key);
    if (keys.length < NODES_AT_ONCE) continue;
    await moveNodes(level, keys);
    keys = [];
  }
  await moveNodes(level, keys);
}

/** Whose keys come first in the range, as its number; null when it is empty, as for keys that are no entries'. Reading begins there, however much was deleted before. */
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
  const all = range.from === '';
  let rest: KeyRange = all ? range : { ...range, from: placedKey(range.from), to: placedKey(range.to) };
  let left = range.limit ?? Number.POSITIVE_INFINITY;
  while (left > 0) {
    const limit = left + SPARE_PAIRS;
    let seen = 0;
    let last = '';
    for await (const page of level.pages({ ...rest, limit })) {
      seen += page.length;
      last = page.at(-1)?.[0] ?? last;
      const pairs = known(page).slice(0, left);
      left -= pairs.length;
      if (pairs.length > 0) yield pairs;
      if (left <= 0) return;
    }
    if (seen < limit) return;
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
