// Reads the tree back: any perfect part of it, and the proofs that are made of such parts (RFC 6962 sections 2.1.1 and 2.1.2).

import { InterlockError } from '../errors.ts';
import { leafHash } from './entry-codec.ts';
import { KEPT_HEIGHT, nodeHash, peaksOf, rootOf, splitOf } from './merkle.ts';
import { entryKey, parseEntryKey, treeKey } from './store-keys.ts';
import type { StoreView } from './store.ts';

/** What the tree is read from. A store of entries and kept nodes is one: `treeSource`. */
export interface TreeSource {
  /** Leaf hashes of `count` entries from `first` on; fewer where entries are missing. */
  leaves(first: number, count: number): Promise<readonly string[]>;
  /** A kept node, when there is one. */
  kept(height: number, index: number): Promise<string | undefined>;
}

export interface TreeReader {
  /** Peaks of the tree of the first `size` entries, largest first. */
  peaks(size: number): Promise<string[]>;
  root(size: number): Promise<string>;
  /**
   * The audit path of entry `index` in the tree of `size` entries, from its sibling upwards. With `unit`, a power of two, that of the node
   * over the `unit` entries which begin there.
   */
  inclusion(index: number, size: number, unit?: number): Promise<string[]>;
  /** Proof that the tree of `older` entries is the beginning of that of `newer`. */
  consistency(older: number, newer: number): Promise<string[]>;
}

/** Entries below one kept node. */
const TILE = 2 ** KEPT_HEIGHT;

export function treeSource(store: StoreView): TreeSource {
  return {
    async leaves(first, count) {
      const hashes: string[] = [];
      for await (const page of store.pages({ from: entryKey(first), to: entryKey(first + count) })) {
        for (const [key, text] of page) {
          const place = parseEntryKey(key);
          // Behind a hole nothing stands where it should.
          if (place?.hidden === false && place.sequence === first + hashes.length) hashes.push(leafHash(text));
        }
      }
      return hashes;
    },
    kept: (height, index) => store.get(treeKey(height, index)),
  };
}

/** Throws STORE_CORRUPT from its functions where entries or nodes are missing, USAGE for sizes that make no sense. */
export function treeReader(source: TreeSource): TreeReader {
  const perfect = perfectHashes(source);

  /** The hash over entries `first` to `first + count`, as RFC 6962's MTH. `first` is where such a tree begins. */
  async function part(first: number, count: number): Promise<string> {
    const roots: string[] = [];
    let at = first;
    for (const { height } of peaksOf(count)) {
      roots.push(await perfect(height, at / 2 ** height));
      at += 2 ** height;
    }
    return rootOf(roots);
  }

  async function inclusion(index: number, first: number, count: number, unit: number): Promise<string[]> {
    if (count === unit) return [];
    const left = splitOf(count);
    return index < left
      ? [...(await inclusion(index, first, left, unit)), await part(first + left, count - left)]
      : [...(await inclusion(index - left, first + left, count - left, unit)), await part(first, left)];
  }

  /** SUBPROOF of RFC 6962 section 2.1.2. `whole`: the older tree is this very part, whose root its reader has. */
  async function consistency(older: number, first: number, count: number, whole: boolean): Promise<string[]> {
    if (older === count) return whole ? [] : [await part(first, count)];
    const left = splitOf(count);
    return older <= left
      ? [...(await consistency(older, first, left, whole)), await part(first + left, count - left)]
      : [...(await consistency(older - left, first + left, count - left, false)), await part(first, left)];
  }

  return {
    async peaks(size) {
      const found: string[] = [];
      for (const { height, index } of peaksOf(size)) found.push(await perfect(height, index));
      return found;
    },
    root: (size) => part(0, size),
    async inclusion(index, size, unit = 1) {
      if (!(index >= 0 && index + unit <= size && index % unit === 0))
        throw usage(`entry ${index} is not in a tree of ${size} entries`);
      return inclusion(index, 0, size, unit);
    },
    async consistency(older, newer) {
      if (!(older >= 0 && older <= newer)) throw usage(`a tree of ${older} entries can not begin one of ${newer}`);
      return older === 0 ? [] : consistency(older, 0, newer, true);
    },
  };
}

/** Roots of perfect trees. Those of one tile are made together and remembered for the next question, which is mostly about its neighbour. */
function perfectHashes(source: TreeSource): (height: number, index: number) => Promise<string> {
  let tile: { readonly index: number; readonly levels: readonly string[][] } | null = null;

  async function inTile(height: number, index: number): Promise<string> {
    const at = Math.floor((index * 2 ** height) / TILE);
    const has = tile?.index === at ? tile : null;
    const wanted = index - (at * TILE) / 2 ** height;
    const known = has?.levels[height]?.[wanted];
    if (known !== undefined) return known;
    const levels = levelsOver(await source.leaves(at * TILE, TILE));
    tile = { index: at, levels };
    return levels[height]?.[wanted] ?? missing(index * 2 ** height, 2 ** height);
  }

  async function perfect(height: number, index: number): Promise<string> {
    if (height < KEPT_HEIGHT) return inTile(height, index);
    if (height % KEPT_HEIGHT === 0) {
      return (await source.kept(height, index)) ?? missing(index * 2 ** height, 2 ** height);
    }
    const [left, right] = [await perfect(height - 1, 2 * index), await perfect(height - 1, 2 * index + 1)];
    return nodeHash(left, right);
  }
  return perfect;
}

/** The complete nodes over these leaves, by height. */
function levelsOver(leaves: readonly string[]): string[][] {
  const levels: string[][] = [[...leaves]];
  for (let height = 1; height < KEPT_HEIGHT; height += 1) {
    const below = levels[height - 1] ?? [];
    const level: string[] = [];
    for (let i = 0; i + 1 < below.length; i += 2) level.push(nodeHash(below[i] ?? '', below[i + 1] ?? ''));
    levels.push(level);
  }
  return levels;
}

function missing(first: number, count: number): never {
  throw new InterlockError('STORE_CORRUPT', `the ledger's tree has no hash over entries ${first} to ${first + count - 1}`, {
    hint: 'run `interlock ledger verify` to find what is missing',
  });
}

function usage(why: string): InterlockError {
  return new InterlockError('USAGE', why, { hint: 'give sizes and entries that the ledger has' });
}
