// The tree, its proofs, checkpoints, witnesses' lines and changes of keys hold still: fixed vectors, read by ours and by the scripts of docs/verify.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ledgerOf, parseCheckpoint, readCheckpoint } from '../../src/record/checkpoint.ts';
import { cosignedAt } from '../../src/record/cosignature.ts';
import { leafHash } from '../../src/record/entry-codec.ts';
import { addLeaf, rootOf } from '../../src/record/merkle.ts';
import { holdsConsistency, holdsInclusion } from '../../src/record/merkle-proof.ts';
import { parseVerifierKey } from '../../src/record/signed-note.ts';
import { entryKey, hiddenKey } from '../../src/record/store-keys.ts';
import { verifyChain } from '../../src/record/verify.ts';
import { treeVectors } from './make-tree-v1.ts';
import { secondReading } from './second-reading.ts';
import type { Line } from './vector-ledger.ts';

interface Judged {
  readonly holds: boolean;
}
interface Vectors {
  readonly entries: ReadonlyArray<{ readonly text: string; readonly leafHash: string }>;
  readonly roots: ReadonlyArray<{ readonly size: number; readonly root: string }>;
  readonly inclusion: ReadonlyArray<
    Judged & {
      readonly index: number;
      readonly size: number;
      readonly leaf: string;
      readonly path: string[];
      readonly root: string;
    }
  >;
  readonly consistency: ReadonlyArray<
    Judged & {
      readonly older: number;
      readonly olderRoot: string;
      readonly newer: number;
      readonly newerRoot: string;
      readonly path: string[];
    }
  >;
  readonly checkpoints: ReadonlyArray<
    Judged & {
      readonly name: string;
      readonly publicKey: string;
      readonly note: string;
      readonly size?: number;
      readonly root?: string;
    }
  >;
  readonly cosignatures: ReadonlyArray<{
    readonly name: string;
    readonly witness: string;
    readonly note: string;
    readonly cosignedAt: number | null;
  }>;
  readonly chains: readonly Chain[];
}
interface Chain extends Judged {
  readonly name: string;
  readonly publicKey: string;
  readonly lines: readonly Line[];
  readonly head: string;
  readonly kept: readonly string[];
}

const FILE = join(import.meta.dirname, 'tree-v1.json');
const text = readFileSync(FILE, 'utf8');
const vectors: Vectors = JSON.parse(text);

function chainHolds({ lines, head, publicKey, kept }: Chain): Promise<boolean> {
  const pairs = lines.flatMap((line, i): Array<readonly [string, string]> => {
    const hidden = Object.keys(line.values).length === 0 ? [] : [[hiddenKey(i), JSON.stringify(line.values)] as const];
    return [[entryKey(i), line.text], ...hidden];
  });
  const pages = async function* (): AsyncGenerator<typeof pairs> {
    yield pairs;
  };
  const notes = kept.map((note, i) => ({ source: `checkpoint ${i}`, note }));
  const source = { pages: pages(), headNote: head, publicKey, node: async () => undefined };
  return verifyChain(source, { kept: notes }).then(({ ok }) => ok);
}

function checkpointHolds({ note, publicKey, size, root }: Vectors['checkpoints'][number]): boolean {
  try {
    const read = readCheckpoint(note, ledgerOf(publicKey));
    return (size === undefined || read.size === size) && (root === undefined || read.hash === root);
  } catch {
    return false;
  }
}

function rootAt(size: number): string {
  const peaks: string[] = [];
  for (const [i, { leafHash: leaf }] of vectors.entries.slice(0, size).entries()) addLeaf(peaks, i, leaf, () => undefined);
  return rootOf(peaks);
}

test('the generator makes the very file', () => {
  assert.equal(treeVectors(), text);
});

test('ours and the second verifier say of every vector what it says itself', async () => {
  const { entries, roots, inclusion, consistency, checkpoints, cosignatures, chains } = vectors;
  const judged = (list: readonly Judged[]): boolean[] => list.map(({ holds }) => holds);
  const expected = {
    entries: entries.map(() => true),
    roots: roots.map(() => true),
    inclusion: judged(inclusion),
    consistency: judged(consistency),
    checkpoints: judged(checkpoints),
    cosignatures: cosignatures.map((one) => one.cosignedAt),
    chains: judged(chains),
  };
  const ours = {
    entries: entries.map((one) => leafHash(one.text) === one.leafHash),
    roots: roots.map(({ size, root }) => rootAt(size) === root),
    inclusion: inclusion.map(({ leaf, index, size, path, root }) => holdsInclusion(leaf, index, size, path, root)),
    consistency: consistency.map(({ older, olderRoot, newer, newerRoot, path }) =>
      holdsConsistency({ size: older, root: olderRoot }, { size: newer, root: newerRoot }, path),
    ),
    checkpoints: checkpoints.map(checkpointHolds),
    cosignatures: cosignatures.map(({ note, witness }) => cosignedAt(parseCheckpoint(note), parseVerifierKey(witness))),
    chains: await Promise.all(chains.map(chainHolds)),
  };
  assert.deepEqual(differing(ours), []);
  assert.deepEqual(differing(secondReading(FILE)), []);

  /** The vectors about which a reading says something else. */
  function differing(said: Readonly<Record<keyof typeof expected, readonly unknown[]>>): string[] {
    const kinds = ['entries', 'roots', 'inclusion', 'consistency', 'checkpoints', 'cosignatures', 'chains'] as const;
    return kinds.flatMap((kind) => {
      const wrong = expected[kind].flatMap((right, i) => (said[kind][i] === right ? [] : [i]));
      return wrong.map((i) => `${kind}: ${JSON.stringify(vectors[kind][i]).slice(0, 200)}`);
    });
  }
});
