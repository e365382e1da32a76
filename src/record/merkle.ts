// The Merkle tree over the chain's entries (RFC 6962 section 2.1): hashing, growing, and its root.

import { hash } from 'node:crypto';

/** Root of the tree without entries: SHA-256 of nothing. */
export const EMPTY_ROOT = hash('sha256', '', 'hex');
/** Nodes of every eighth height are kept: as the tiles of C2SP tlog-tiles, 256 nodes below each. */
export const KEPT_HEIGHT = 8;

const NODE_BYTES = 65;
const NODE_PREFIX = 0x01;
const RIGHT_AT = 33;

/** A node over 2^height entries: the `index`th of its height. `hash`: 64 lower-case hex digits. */
export interface TreeNode {
  readonly height: number;
  readonly index: number;
  readonly hash: string;
}

/** Synchronous and never handed out, so one buffer serves all. */
const node = Buffer.alloc(NODE_BYTES, NODE_PREFIX);

/** SHA-256(0x01 ‖ left ‖ right), hex in and out (RFC 6962 section 2.1). The first byte keeps inner nodes apart from leaves. */
export function nodeHash(left: string, right: string): string {
  node.write(left, 1, 'hex');
  node.write(right, RIGHT_AT, 'hex');
  return hash('sha256', node, 'hex');
}

/**
 * Adds a leaf to the peaks of a tree of `size` leaves, in place. Peaks are the roots of the perfect trees that make it up, largest first,
 * one for each set bit of its size. `kept` is told of each node that was completed at a height that is kept.
 * On average one hash a leaf.
 */
export function addLeaf(peaks: string[], size: number, leaf: string, kept: (made: TreeNode) => void): void {
  let made = leaf;
  let index = size;
  for (let height = 1; index % 2 === 1; height += 1) {
    made = nodeHash(peaks.pop() ?? '', made);
    index = (index - 1) / 2;
    if (height % KEPT_HEIGHT === 0) kept({ height, index, hash: made });
  }
  peaks.push(made);
}

/** The tree's root from its peaks. */
export function rootOf(peaks: readonly string[]): string {
  let root = peaks.at(-1) ?? EMPTY_ROOT;
  for (let i = peaks.length - 2; i >= 0; i -= 1) root = nodeHash(peaks[i] ?? '', root);
  return root;
}

/** The perfect trees that make up a tree of `size` leaves, largest first. */
export function peaksOf(size: number): Array<Omit<TreeNode, 'hash'>> {
  const found: Array<Omit<TreeNode, 'hash'>> = [];
  let before = 0;
  for (let height = Math.floor(Math.log2(Math.max(1, size))); height >= 0; height -= 1) {
    const width = 2 ** height;
    if (size - before < width) continue;
    found.push({ height, index: before / width });
    before += width;
  }
  return found;
}

/** The largest power of two below `count`: where RFC 6962 splits a tree. `count` is at least 2. */
export function splitOf(count: number): number {
  let width = 1;
  while (width * 2 < count) width *= 2;
  return width;
}
