// Where the keys of store-keys.ts lie in LevelDB. What groups write beside their entries lies behind those, and all the rest in front of all
// entries, so that new keys only ascend and LevelDB moves its tables down as they are: else every table would span those of before it, and
// each byte be written three times.
//
//   a:<key>                                   state, keys of the ledger, nodes of the tree over what is sealed, and the head of a small batch
//   e:<sequence>, e:<sequence>:hidden         as they are
//   e:<sequence>:node<height, 2 digits>       the node of the tree that this entry completed
//   e:<sequence>:tail                         `m:synced`, a line feed and `m:head` of the large batch that ended with this entry
//
// A tail stays, which for a batch of one entry would be as much as the entry; the head in front is replaced. INVARIANT: the head in force is
// the tail when that is the very last key of all entries', else it is in front.
//
// Ledgers of before have the keys themselves behind all entries; move-keys.ts moves them when such a ledger is opened.

import { KEPT_HEIGHT } from './merkle.ts';
import type { StateChange } from './ledger.ts';
import type { LevelChange } from './level-batch.ts';
import { ENTRIES_END, ENTRY_PREFIX, entryKey, HEAD_KEY, SYNCED_KEY, TREE_PREFIX, treeKey } from './store-keys.ts';

/** In front of everything that is not an entry's. */
export const FRONT = 'a:';
const TAIL = ':tail';
const TREE_KEY = /^t:([0-9]{2}):([0-9]{16})$/;
const NODE_KEY = /^e:([0-9]{16}):node([0-9]{2})$/;
/** Of the key of an entry, without what follows it. */
const KEY_CHARS = ENTRY_PREFIX.length + 16;

/** The ends of the chain as a batch tells them. */
export interface Tail {
  readonly head: string;
  readonly synced: string;
}

export interface Placed {
  /** Without the tail. */
  readonly changes: StateChange[];
  readonly tail: Partial<Tail>;
  /** Key of the last entry; null when the batch has none. */
  readonly last: string | null;
  readonly entries: number;
}

/** The changes of a batch where they go. */
export function placed(changes: readonly StateChange[]): Placed {
  const found: StateChange[] = [];
  const tail: { head?: string; synced?: string } = {};
  let last: string | null = null;
  let entries = 0;
  for (const change of changes) {
    if ('del' in change) found.push(...placesOf(change.del).map((del) => ({ del })));
    else if (change.put.startsWith(ENTRY_PREFIX)) {
      found.push(change);
      if (change.put.length !== KEY_CHARS) continue;
      last = change.put;
      entries += 1;
    } else if (change.put === HEAD_KEY) tail.head = change.value;
    else if (change.put === SYNCED_KEY) tail.synced = change.value;
    else found.push({ put: nodeKey(change.put) ?? placedKey(change.put), value: change.value });
  }
  return { changes: found, tail, last, entries };
}

/** Wherever it can lie. */
function placesOf(key: string): readonly string[] {
  const node = nodeKey(key);
  return node === null ? [placedKey(key)] : [node, placedKey(key)];
}

/** Where a key lies that is neither the head's nor `m:synced`; of nodes, where they lie once their entries are sealed. */
export function placedKey(key: string): string {
  return isEntryPlace(key) ? key : FRONT + key;
}

/** From the first key of all entries to the first behind them. */
function isEntryPlace(key: string): boolean {
  return key.startsWith(ENTRY_PREFIX) || key === ENTRIES_END;
}

/** The key of a node behind the entry that completed it; null for other keys. */
export function nodeKey(key: string): string | null {
  const match = key.startsWith(TREE_PREFIX) ? TREE_KEY.exec(key) : null;
  if (match === null) return null;
  const [, height = '', index = ''] = match;
  return `${entryKey((Number(index) + 1) * 2 ** Number(height) - 1)}:node${height}`;
}

/** Keys of the tree's nodes that the entries from `from` (included) to `to` (excluded) completed. */
export function* nodesWithin(from: number, to: number): Generator<string> {
  for (let height = KEPT_HEIGHT; 2 ** height <= to; height += KEPT_HEIGHT)
    for (let index = Math.floor(from / 2 ** height); (index + 1) * 2 ** height <= to; index += 1) yield treeKey(height, index);
}

export function tailKey(last: string): string {
  return last + TAIL;
}

export function isTailKey(key: string): boolean {
  return key.length === KEY_CHARS + TAIL.length && key.endsWith(TAIL) && key.startsWith(ENTRY_PREFIX);
}

export function tailText({ head, synced }: Tail): string {
  return `${synced}\n${head}`;
}

export function readTail(text: string): Tail {
  const end = text.indexOf('\n');
  return { synced: text.slice(0, end), head: text.slice(end + 1) };
}

/** The key that lies there; null for what stands behind an entry and is none of its own values. */
export function keyAt(place: string): string | null {
  if (place.startsWith(FRONT)) return place.slice(FRONT.length);
  return isBehindEntry(place) ? null : place;
}

/** This runs for every key that is read: most are told by their length. */
function isBehindEntry(place: string): boolean {
  return place.length > KEY_CHARS && (isTailKey(place) || NODE_KEY.test(place));
}

/**
 * What a change in LevelDB's files says in the ledger's own keys. Tails and nodes that were deleted say nothing: their entries were sealed, and
 * what of them still counts was put to the front before.
 */
export function unplaced(change: LevelChange): readonly LevelChange[] {
  const { key: place, value, order } = change;
  const key = keyAt(place);
  if (key !== null) return key === place ? [change] : [{ key, value, order }];
  if (value === null) return [];
  if (isTailKey(place)) {
    const { head, synced } = readTail(value);
    return [
      { key: HEAD_KEY, value: head, order },
      { key: SYNCED_KEY, value: synced, order },
    ];
  }
  const [, sequence = '', height = ''] = NODE_KEY.exec(place) ?? [];
  return [{ key: treeKey(Number(height), (Number(sequence) + 1) / 2 ** Number(height) - 1), value, order }];
}
