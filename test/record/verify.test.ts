// The walk names the first bad entry, whatever was done to the chain.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { checkpointWriter } from '../../src/record/checkpoint.ts';
import { leafHash } from '../../src/record/entry-codec.ts';
import type { EntryBody } from '../../src/record/entry.ts';
import { addLeaf, rootOf } from '../../src/record/merkle.ts';
import { signerFor } from '../../src/record/signer.ts';
import { entryKey, hiddenKey } from '../../src/record/store-keys.ts';
import { verifyChain } from '../../src/record/verify.ts';
import type { VerifyReport } from '../../src/record/verify-report.ts';
import { chainPairs, outcomeOf, START, verdictOf } from './sample-bodies.ts';
import type { Pair } from './sample-bodies.ts';

const signer = signerFor(generateKeyPairSync('ed25519').privateKey);
const sign = checkpointWriter(signer);
const bodies: EntryBody[] = [
  START,
  ...Array.from({ length: 5 }, (_, i) => [verdictOf(`x${i}`), outcomeOf(`x${i}`, String(2 * i + 1))]).flat(),
];
const SIZE = bodies.length;
const { pairs, head } = chainPairs(bodies);
const headNote = sign(SIZE, rootOver(SIZE));

/** Of the tree over the first `size` entries. */
function rootOver(size: number, chain: readonly Pair[] = pairs): string {
  const peaks: string[] = [];
  for (let i = 0; i < size; i += 1) addLeaf(peaks, i, leafHash(new Map(chain).get(entryKey(i)) ?? ''), () => undefined);
  return rootOf(peaks);
}

const node = async (): Promise<undefined> => undefined;

async function* onePage(page: readonly Pair[]): AsyncGenerator<readonly Pair[]> {
  yield page;
}

function walk(
  changed: readonly Pair[],
  note: string | undefined = headNote,
  checkpoint: string | null = null,
): Promise<VerifyReport> {
  const sorted = [...changed].sort(([a], [b]) => (a < b ? -1 : 1));
  const kept = checkpoint === null ? [] : [{ source: 'the checkpoint given', note: checkpoint }];
  return verifyChain({ pages: onePage(sorted), headNote: note, publicKey: signer.publicKey, node }, { kept });
}

async function assertBad(sequence: number, words: RegExp, ...input: Parameters<typeof walk>): Promise<void> {
  const report = await walk(...input);
  assert.equal(report.ok, false);
  assert.equal(report.firstBad?.sequence, sequence, report.firstBad?.problem);
  assert.match(report.firstBad?.problem ?? '', words);
}

const valueAt = (key: string): string => pairs.find(([at]) => at === key)?.[1] ?? '';
const replaced = (key: string, value: string): Pair[] => pairs.map((pair) => (pair[0] === key ? [key, value] : pair));

test('an untouched chain holds', async () => {
  const report = await walk(pairs, headNote, headNote);
  assert.deepEqual(report, {
    ok: true,
    entries: SIZE,
    verifiedBefore: 0,
    head,
    root: rootOver(SIZE),
    publicKey: signer.publicKey,
    keys: [{ publicKey: signer.publicKey, from: 0 }],
    firstBad: null,
    unfinished: 0,
    gaps: 0,
    missingRequests: 0,
    notes: [],
    checkpoint: headNote,
  });
});

test('an edit anywhere names the entry that was edited', async () => {
  for (let sequence = 0; sequence < SIZE; sequence += 1) {
    const text = valueAt(entryKey(sequence));
    await assertBad(
      sequence,
      /was changed|is not the one that the head signs/,
      replaced(entryKey(sequence), text.replace('"body":{', '"body":{"a":1,')),
    );
    const year = sequence === SIZE - 1 ? /head signs|changed/ : /changed/;
    await assertBad(sequence, year, replaced(entryKey(sequence), text.replace('2026-01-02', '2025-01-02')));
  }
});

test('an edit of `previous` names the entry that holds it', async () => {
  for (let sequence = 1; sequence < SIZE; sequence += 1) {
    const text = valueAt(entryKey(sequence)).replace(/"previous":"[0-9a-f]{4}/, '"previous":"0000');
    await assertBad(sequence, /was changed/, replaced(entryKey(sequence), text));
  }
  await assertBad(0, /begin/, replaced(entryKey(0), valueAt(entryKey(0)).replace('"previous":"0', '"previous":"1')));
});

test('a deleted entry is named, wherever it stood', async () => {
  for (let sequence = 0; sequence < SIZE; sequence += 1) {
    await assertBad(
      sequence,
      /missing|without it/,
      pairs.filter(([key]) => key !== entryKey(sequence)),
    );
    await assertBad(
      sequence,
      /missing/,
      pairs.filter(([key]) => key !== entryKey(sequence) && key !== hiddenKey(sequence)),
    );
  }
});

test('swapped, doubled and inserted entries are named', async () => {
  const [one, two] = [valueAt(entryKey(3)), valueAt(entryKey(5))];
  const swapped = pairs.map(
    ([key, value]): Pair => (key === entryKey(3) ? [key, two] : key === entryKey(5) ? [key, one] : [key, value]),
  );
  await assertBad(3, /stands entry 5/, swapped);
  await assertBad(4, /stands entry 3/, replaced(entryKey(4), one));
  await assertBad(SIZE, /behind the signed head|stands entry/, [...pairs, [entryKey(SIZE), valueAt(entryKey(SIZE - 1))]]);
  await assertBad(5, /never writes/, [...pairs, [`${entryKey(4)}x`, '{}']]);
});

test('a suffix rebuilt without the key fails at the head, with a new key too', async () => {
  const rebuilt = chainPairs([...bodies.slice(0, -1), verdictOf('forged')]);
  await assertBad(SIZE - 1, /head signs/, rebuilt.pairs);
  const thief = checkpointWriter(signerFor(generateKeyPairSync('ed25519').privateKey));
  await assertBad(SIZE, /signed head/, rebuilt.pairs, thief(SIZE, rootOver(SIZE, rebuilt.pairs)));
});

test('a missing, older or newer head is found', async () => {
  const report = await verifyChain({ pages: onePage(pairs), headNote: undefined, publicKey: signer.publicKey, node }, {});
  assert.deepEqual([report.ok, report.firstBad?.sequence], [false, SIZE]);
  await assertBad(4, /behind the signed head/, pairs, sign(4, rootOver(4)));
  await assertBad(SIZE, /missing/, pairs, sign(SIZE + 2, rootOver(SIZE)));
});

test('a cut or rolled-back chain is found against a checkpoint, and only so', async () => {
  const kept = pairs.filter(([key]) => key < entryKey(6));
  const olderHead = sign(6, rootOver(6));
  assert.equal((await walk(kept, olderHead)).ok, true);
  await assertBad(6, /checkpoint given attests 11 entries/, kept, olderHead, headNote);
});

test('a chain that took another course after a roll-back is found at the checkpoint', async () => {
  const other = chainPairs([...bodies.slice(0, 6), ...Array.from({ length: 9 }, (_, i) => verdictOf(`other${i}`))]);
  await assertBad(SIZE - 1, /another course/, other.pairs, sign(15, rootOver(15, other.pairs)), headNote);
});

test('a checkpoint that does not hold, or of another key, is a problem and never a pass', async () => {
  const thief = checkpointWriter(signerFor(generateKeyPairSync('ed25519').privateKey));
  for (const checkpoint of ['', 'garbage', thief(SIZE, rootOver(SIZE)), headNote.replace('\n11\n', '\n10\n')]) {
    await assertBad(SIZE, /checkpoint given/, pairs, headNote, checkpoint);
  }
});

test('a hidden value that was changed, moved or invented is found', async () => {
  const key = hiddenKey(3);
  await assertBad(3, /is not the value that was committed to/, replaced(key, valueAt(key).replace('x1@customer', 'x9@customer')));
  await assertBad(3, /hidden values of entry 3/, replaced(key, valueAt(hiddenKey(5))));
  await assertBad(3, /is not committed to/, replaced(key, valueAt(key).replace('"reason":{', '"agent":{')));
  await assertBad(3, /form/, replaced(key, '[]'));
  await assertBad(2, /is not committed to/, [...pairs, [hiddenKey(2), valueAt(key)]]);
});

test('an erased value leaves the chain valid and is noted', async () => {
  const report = await walk(pairs.filter(([key]) => key !== hiddenKey(3)));
  assert.equal(report.ok, true);
  assert.match(report.notes.join(), /4 hidden values are no longer kept/);
});

test('progress is told, and an empty chain without a head does not hold', async () => {
  const seen: Array<[number, number]> = [];
  await verifyChain(
    { pages: onePage(pairs), headNote, publicKey: signer.publicKey, node },
    { onProgress: (done, total) => seen.push([done, total]) },
  );
  assert.deepEqual(seen.at(-1), [SIZE, SIZE]);
  assert.equal((await verifyChain({ pages: onePage([]), headNote: undefined, publicKey: signer.publicKey, node }, {})).ok, false);
});

test('another spelling of the same values does not hold, though all hashes and the signature do', async () => {
  const last = valueAt(entryKey(SIZE - 1));
  for (const spelled of [
    last.replace('"status":200', '"status": 200'),
    last.replace('"status":200', '"status":2e2'),
    last.replace('"sent"', '"s\\u0065nt"'),
    last.replace(/("responseBytes":\d+),("responseDigest":"d+")/, '$2,$1'),
  ]) {
    assert.notEqual(spelled, last);
    const changed = replaced(entryKey(SIZE - 1), spelled);
    await assertBad(SIZE - 1, /not in the form/, changed, sign(SIZE, rootOver(SIZE, changed)));
  }
});
