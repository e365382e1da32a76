// The format holds still: fixed vectors, read by our own code and by a second implementation in another language (threat F13).

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { canonical } from '../../src/record/canonical.ts';
import type { Json } from '../../src/record/canonical.ts';
import { ledgerOf, readCheckpoint } from '../../src/record/checkpoint.ts';
import { encodeEntry, leafHash, NO_PREVIOUS } from '../../src/record/entry-codec.ts';
import { verifyChain } from '../../src/record/verify.ts';
import type { VerifyReport } from '../../src/record/verify-report.ts';
import { secondReading } from './second-reading.ts';

type Pairs = ReadonlyArray<readonly [string, string]>;
interface Vectors {
  readonly publicKey: string;
  readonly entries: ReadonlyArray<{
    readonly body: Json;
    readonly time: string;
    readonly text: string;
    readonly leafHash: string;
  }>;
  readonly pairs: Pairs;
  readonly checkpoint: string;
  readonly tampered: ReadonlyArray<{
    readonly name: string;
    readonly pairs: Pairs;
    readonly checkpoint?: string;
    readonly outside?: string;
    readonly firstBad: number;
  }>;
}

const FILE = join(import.meta.dirname, 'chain-v1.json');
const vectors: Vectors = JSON.parse(readFileSync(FILE, 'utf8'));

const name = ledgerOf(vectors.publicKey);

async function* onePage(pairs: Pairs): AsyncGenerator<Pairs> {
  yield [...pairs].sort(([a], [b]) => (a < b ? -1 : 1));
}

function walk(pairs: Pairs, headNote: string, checkpoint: string | null): Promise<VerifyReport> {
  const kept = checkpoint === null ? [] : [{ source: 'the checkpoint given', note: checkpoint }];
  return verifyChain({ pages: onePage(pairs), headNote, publicKey: vectors.publicKey, node: async () => undefined }, { kept });
}

test('bodies become these bytes and these hashes', () => {
  let previous = NO_PREVIOUS;
  for (const [sequence, entry] of vectors.entries.entries()) {
    assert.equal(encodeEntry(canonical(entry.body), previous, sequence, entry.time), entry.text);
    assert.equal(leafHash(entry.text), entry.leafHash);
    previous = entry.leafHash;
  }
  assert.deepEqual(readCheckpoint(vectors.checkpoint, name), {
    origin: `interlock-ledger/${name.ledger}`,
    ledger: name.ledger,
    size: 4,
    attests: 'last',
    hash: previous,
  });
});

test('the chain of the vectors verifies', async () => {
  const report = await walk(vectors.pairs, vectors.checkpoint, vectors.checkpoint);
  assert.deepEqual([report.ok, report.firstBad, report.entries], [true, null, 4]);
});

for (const { name, pairs, checkpoint, outside, firstBad } of vectors.tampered) {
  test(`found: ${name}`, async () => {
    const report = await walk(pairs, checkpoint ?? vectors.checkpoint, outside ?? null);
    assert.deepEqual([report.ok, report.firstBad?.sequence], [false, firstBad], report.firstBad?.problem);
  });
}

test('the second verifier agrees', () => {
  const { entries, tampered } = vectors;
  assert.deepEqual(secondReading(FILE), {
    entries: entries.map(() => true),
    chain: true,
    tampered: tampered.map(() => false),
  });
});
