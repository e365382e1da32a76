// The tree is RFC 6962's: the roots of Certificate Transparency's own test data, and every proof against a naive reading of the RFC.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { addLeaf, EMPTY_ROOT, nodeHash, peaksOf, rootOf } from '../../src/record/merkle.ts';
import type { TreeNode } from '../../src/record/merkle.ts';
import { holdsConsistency, holdsInclusion } from '../../src/record/merkle-proof.ts';
import { treeReader, treeSource } from '../../src/record/tree-reader.ts';
import type { TreeReader } from '../../src/record/tree-reader.ts';
import { leafHash } from '../../src/record/entry-codec.ts';
import { entryKey } from '../../src/record/store-keys.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { memoryStore } from './memory-store.ts';

const sha256 = (...parts: Buffer[]): string => createHash('sha256').update(Buffer.concat(parts)).digest('hex');
const leafOf = (data: string): string => sha256(Buffer.of(0), Buffer.from(data, 'hex'));

/** Leaves and roots of the test data of Certificate Transparency's reference implementation. */
const CT_LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  leafOf,
);
const CT_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** MTH of RFC 6962 section 2.1, word by word. */
function naiveRoot(leaves: readonly string[]): string {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0] ?? '';
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  const sides = [naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k))];
  return sha256(Buffer.of(1), ...sides.map((side) => Buffer.from(side, 'hex')));
}

function grow(leaves: readonly string[]): { readonly peaks: string[]; readonly kept: Map<string, string> } {
  const peaks: string[] = [];
  const kept = new Map<string, string>();
  const keep = ({ height, index, hash }: TreeNode): void => void kept.set(`${height}/${index}`, hash);
  leaves.forEach((leaf, i) => addLeaf(peaks, i, leaf, keep));
  return { peaks, kept };
}

function readerOver(leaves: readonly string[]): TreeReader {
  const { kept } = grow(leaves);
  return treeReader({
    leaves: async (first, count) => leaves.slice(first, first + count),
    kept: async (height, index) => kept.get(`${height}/${index}`),
  });
}

const MANY = Array.from({ length: 70_000 }, (_, i) => leafOf(Buffer.from(String(i)).toString('hex')));

test('roots are those of Certificate Transparency', () => {
  assert.equal(EMPTY_ROOT, sha256());
  for (const [i, root] of CT_ROOTS.entries()) assert.equal(rootOf(grow(CT_LEAVES.slice(0, i + 1)).peaks), root, String(i + 1));
});

test('growing leaf by leaf gives the root of the RFC at every size, and peaks that their sizes tell', () => {
  const peaks: string[] = [];
  for (let size = 0; size < 600; size += 1) {
    assert.equal(rootOf(peaks), naiveRoot(MANY.slice(0, size)));
    assert.equal(peaks.length, peaksOf(size).length);
    addLeaf(peaks, size, MANY[size] ?? '', () => undefined);
  }
});

test('nodes over 256 and 65,536 entries are kept, and the tree is read back from them', async () => {
  const { peaks, kept } = grow(MANY);
  assert.equal(kept.size, Math.floor(MANY.length / 256) + 1);
  assert.equal(kept.get('8/3'), naiveRoot(MANY.slice(3 * 256, 4 * 256)));
  assert.equal(kept.get('16/0'), naiveRoot(MANY.slice(0, 65_536)));
  const reader = readerOver(MANY);
  assert.deepEqual(await reader.peaks(MANY.length), peaks);
  assert.equal(await reader.root(66_001), naiveRoot(MANY.slice(0, 66_001)));
});

test('every inclusion and consistency proof of small trees holds, and with any other leaf, place, size or root it does not', async () => {
  for (let size = 1; size <= 18; size += 1) {
    const reader = readerOver(MANY.slice(0, size));
    const root = await reader.root(size);
    for (let index = 0; index < size; index += 1) {
      const leaf = MANY[index] ?? '';
      const proof = await reader.inclusion(index, size);
      assert.ok(holdsInclusion(leaf, index, size, proof, root));
      assert.ok(!holdsInclusion(MANY[index + 1] ?? '', index, size, proof, root));
      for (let other = 0; other < size; other += 1)
        if (other !== index) assert.ok(!holdsInclusion(leaf, other, size, proof, root));
      assert.ok(!holdsInclusion(leaf, index, size, [...proof, leaf], root));
      if (size > 1) assert.ok(!holdsInclusion(leaf, index, size, proof.slice(1), root));
      assert.ok(!holdsInclusion(leaf, index, size, proof, leafOf('aa')));
    }
    for (let older = 0; older <= size; older += 1) await consistent(reader, older, size, root);
  }
});

async function consistent(reader: TreeReader, older: number, size: number, root: string): Promise<void> {
  const proof = await reader.consistency(older, size);
  const was = { size: older, root: await reader.root(older) };
  assert.ok(holdsConsistency(was, { size, root }, proof), `${older} in ${size}`);
  assert.ok(!holdsConsistency({ ...was, root: leafOf('aa') }, { size, root }, proof));
  if (older > 0) assert.ok(!holdsConsistency(was, { size, root: leafOf('aa') }, proof));
  if (older > 0) assert.ok(!holdsConsistency(was, { size, root }, [...proof, root]));
  if (proof.length > 0) assert.ok(!holdsConsistency(was, { size, root }, proof.slice(1)));
  if (older > 0 && older < size)
    assert.ok(!holdsConsistency({ ...was, size: older === 1 ? size : older - 1 }, { size, root }, proof));
}

test('proofs of a tree over several tiles hold for any entries and sizes, and one flipped bit breaks them', async () => {
  const reader = readerOver(MANY);
  const sizes = fc.integer({ min: 1, max: MANY.length });
  await fc.assert(
    fc.asyncProperty(sizes, sizes, fc.nat(), async (a, b, pick) => {
      const [older, size] = a < b ? [a, b] : [b, a];
      const root = await reader.root(size);
      const index = pick % size;
      const path = await reader.inclusion(index, size);
      const proof = await reader.consistency(older, size);
      const was = { size: older, root: await reader.root(older) };
      assert.ok(holdsInclusion(MANY[index] ?? '', index, size, path, root));
      assert.ok(holdsConsistency(was, { size, root }, proof));
      for (const i of path.keys()) assert.ok(!holdsInclusion(MANY[index] ?? '', index, size, flipped(path, i), root));
      for (const i of proof.keys()) assert.ok(!holdsConsistency(was, { size, root }, flipped(proof, i)));
    }),
    { numRuns: 60 },
  );
});

function flipped(proof: readonly string[], at: number): string[] {
  return proof.map((hash, i) => (i === at ? hash.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')) : hash));
}

test('what is no hash, no count or too long is no proof; what is missing is told', async () => {
  const [a = '', b = ''] = MANY;
  const root = nodeHash(a, b);
  assert.ok(holdsInclusion(a, 0, 2, [b], root));
  assert.ok(holdsInclusion(a, 0, 1, [], a));
  assert.ok(!holdsInclusion(a, 1, 1, [], a));
  for (const index of [-1, 0.5, Number.NaN, 2 ** 53]) assert.ok(!holdsInclusion(a, index, 2, [b], root));
  assert.ok(!holdsInclusion(a, 0, 2, [b.toUpperCase()], root));
  assert.ok(
    !holdsInclusion(
      a,
      0,
      2,
      Array.from({ length: 100 }, () => b),
      root,
    ),
  );
  assert.ok(!holdsConsistency({ size: 2, root }, { size: 1, root: a }, []));
  const holed = treeReader({ leaves: async () => [a], kept: async () => undefined });
  await throwsWithCode('STORE_CORRUPT', () => holed.root(2));
  await throwsWithCode('STORE_CORRUPT', () => holed.root(256));
  await throwsWithCode('USAGE', () => holed.inclusion(2, 2));
  await throwsWithCode('USAGE', () => holed.consistency(3, 2));
});

test('behind a hole nothing stands where it should: no tree is made over it', async () => {
  const store = memoryStore();
  for (const i of [0, 2, 3]) store.pairs.set(entryKey(i), `entry ${i}`);
  const reader = treeReader(treeSource(store));
  assert.equal(await reader.root(1), leafHash('entry 0'));
  await throwsWithCode('STORE_CORRUPT', () => reader.root(2));
});
