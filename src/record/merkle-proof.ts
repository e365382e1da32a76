// Checks proofs against roots, as a third party would: RFC 9162 sections 2.1.3.2 and 2.1.4.2. No store, no key.

import { EMPTY_ROOT, nodeHash } from './merkle.ts';

/** No tree that one could count needs more. */
const MAX_PROOF = 64;

/**
 * Is the leaf (its hash, hex) the `index`th of the tree of `size` leaves with this root?
 * `proof`: hashes from the leaf's sibling upwards, hex, as RFC 6962's audit path.
 */
export function holdsInclusion(leaf: string, index: number, size: number, proof: readonly string[], root: string): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let at = index;
  let last = size - 1;
  let made = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      made = nodeHash(sibling, made);
      // A node without a sibling moves up as it is.
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)];
    } else {
      made = nodeHash(made, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && made === root;
}

/** Is the tree of `older.size` leaves the beginning of that of `newer.size`? `proof` as in RFC 6962 section 2.1.2. */
export function holdsConsistency(older: SizedRoot, newer: SizedRoot, proof: readonly string[]): boolean {
  if (!isCount(older.size) || !isCount(newer.size) || older.size > newer.size) return false;
  if (!areHashes([older.root, newer.root, ...proof])) return false;
  if (older.size === newer.size) return proof.length === 0 && older.root === newer.root;
  // Every tree begins with the empty one.
  if (older.size === 0) return proof.length === 0 && older.root === EMPTY_ROOT;
  return foldConsistency(older, newer, isPowerOfTwo(older.size) ? [older.root, ...proof] : proof);
}

export interface SizedRoot {
  readonly size: number;
  readonly root: string;
}

function foldConsistency(older: SizedRoot, newer: SizedRoot, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let at = older.size - 1;
  let last = newer.size - 1;
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  let [was, is] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      was = nodeHash(sibling, was);
      is = nodeHash(sibling, is);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)];
    } else {
      is = nodeHash(is, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && was === older.root && is === newer.root;
}

/** Sizes may pass 2^31, so no bit operators. */
function half(count: number): number {
  return Math.floor(count / 2);
}

function isPowerOfTwo(count: number): boolean {
  return Number.isInteger(Math.log2(count));
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function areHashes(values: readonly string[]): boolean {
  return values.length <= MAX_PROOF + 2 && values.every((value) => /^[0-9a-f]{64}$/.test(value));
}
