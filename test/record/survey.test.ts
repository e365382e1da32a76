// What a walk over the remains of a ledger finds: how large it was, what is lost and what was dropped, its latest time, keys and erasures.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { encodeEntry, decodeEntry, leafHash, NO_PREVIOUS } from '../../src/record/entry-codec.ts';
import type { SignedHead } from '../../src/record/repair-keys.ts';
import type { Remains } from '../../src/record/saved-entries.ts';
import type { SegmentManifest } from '../../src/record/segment-manifest.ts';
import { signerFor } from '../../src/record/signer.ts';
import type { Pair } from '../../src/record/store.ts';
import { entryKey } from '../../src/record/store-keys.ts';
import { survey, type Survey } from '../../src/record/survey.ts';

const [FIRST, LATER] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'];
const signer = signerFor(generateKeyPairSync('ed25519').privateKey);
const before = signerFor(generateKeyPairSync('ed25519').privateKey);

interface Written {
  readonly body: string;
  readonly time?: string;
}

const entry = (body: object, time?: string): Written => ({ body: JSON.stringify(body), ...(time === undefined ? {} : { time }) });
const PLAIN = entry({ type: 'outcome' });

/** The entries in their order, each on the one before; those that are null are lost, and all from `droppedFrom` on were dropped. */
function remainsOf(written: ReadonlyArray<Written | null>, droppedFrom: number | null = null): Remains {
  let previous = NO_PREVIOUS;
  const texts = written.map((one, i) => {
    const text = encodeEntry(one?.body ?? PLAIN.body, previous, i, one?.time ?? FIRST);
    previous = leafHash(text);
    return text;
  });
  const end = droppedFrom ?? written.length;
  const there = texts.flatMap((text, i): Pair[] => (written[i] === null || i >= end ? [] : [[entryKey(i), text]]));
  async function* pairs(from: number, to: number): AsyncGenerator<Pair> {
    for (const pair of there) if (pair[0] >= entryKey(from) && pair[0] < entryKey(to)) yield pair;
  }
  const manifest: SegmentManifest = {
    ...{ ledger: '', first: end, entries: written.length - end, previous: '', last: previous, node: '', sha256: '', bytes: 0 },
    ...{ withValues: 0, from: FIRST, to: FIRST, path: [], checkpoint: '' },
  };
  const kept = decodeEntry(texts.at(-1) ?? '') ?? assert.fail();
  const dropped = droppedFrom === null ? [] : [{ manifest, kept: [kept] }];
  const sealedEnd = droppedFrom === null ? 0 : written.length;
  return {
    salvage: { get: async () => undefined, pairs: () => pairs(sealedEnd, written.length), damages: [] },
    sealed: { end: sealedEnd, width: 2, dropped, damaged: new Set(), damages: [], pairs: () => pairs(0, sealedEnd) },
  };
}

async function found(remains: Remains, head: SignedHead | null = null): Promise<Survey> {
  return (await survey(remains, { files: [signer], head })) ?? assert.fail('no key');
}

test('the latest time is that of any entry, also where the clock was set back behind it', async () => {
  const { latest, size, saved, lost } = await found(remainsOf([PLAIN, entry({ type: 'outcome' }, LATER), PLAIN]));
  assert.deepEqual([latest, size, saved, lost], [LATER, 3, 3, []]);
});

test('a dropped segment at the end counts whole, and what is kept of it tells of the drop', async () => {
  const told = entry({ type: 'retention', dropped: [{ from: 2, to: 3, lostEntries: 1 }] });
  const { size, saved, lost, droppedLost, unrecorded } = await found(remainsOf([PLAIN, PLAIN, PLAIN, told], 2));
  assert.deepEqual([size, saved, lost, droppedLost, unrecorded], [4, 2, [], 1, null]);
  const short = entry({ type: 'retention', dropped: [{ from: 2, to: 4, lostEntries: 0 }] });
  const remains = remainsOf([PLAIN, PLAIN, PLAIN, short], 2);
  assert.equal((await found(remains)).unrecorded, 2);
  const unread = remains.sealed.dropped.map((part) => ({ ...part, kept: 'it does not read' }));
  assert.equal((await found({ ...remains, sealed: { ...remains.sealed, dropped: unread } })).size, 4);
});

test('a key that signs by the name of another ledger counts from the last entry on, one before a lost change from there', async () => {
  const checkpoint = { origin: '', ledger: before.keyId, size: 9, hash: '', attests: 'root' as const };
  const other = await found(remainsOf([PLAIN, PLAIN, PLAIN]), { note: 'n', checkpoint, by: [] });
  assert.deepEqual([other.size, other.head, other.keys.keys.at(-1)?.from], [3, 'n', 2]);
  const change = { publicKey: signer.publicKey, previousKey: before.publicKey, previousSignature: '', signature: '' };
  const { lost, keys } = await found(remainsOf([PLAIN, null, null, entry({ type: 'key', ...change })]));
  assert.deepEqual(lost, [{ from: 1, to: 2 }]);
  assert.deepEqual(
    keys.keys.map(({ publicKey, from }) => [publicKey, from]),
    [
      [before.publicKey, 2],
      [signer.publicKey, 3],
    ],
  );
});

test('erasures of one entry add up, and what is none of ours is passed over', async () => {
  const { erased } = await found(
    remainsOf([
      PLAIN,
      entry({ type: 'erasure', erased: [{ entry: 0, places: ['a'] }] }),
      entry({ type: 'erasure', erased: 7 }),
      entry({ type: 'erasure', erased: [null, 5, { entry: 0, places: 'b' }, { entry: 0, places: ['c'] }] }),
    ]),
  );
  assert.deepEqual(erased.get(0), new Set(['a', 'c']));
});
