// Sealing gives way to traffic, asks at every pause whether the chain runs away from it, and ends when it is told to.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import { parseCheckpoint } from '../../src/record/checkpoint.ts';
import type { Head } from '../../src/record/head.ts';
import { ensurePrivateFolder } from '../../src/record/private-file.ts';
import { segmentFolder } from '../../src/record/segment-files.ts';
import { sealedKeys } from '../../src/record/sealed-keys.ts';
import { type SealOptions, sealNext } from '../../src/record/sealer.ts';
import { openSegments } from '../../src/record/segments.ts';
import { loadSigner } from '../../src/record/signer.ts';
import { openStore } from '../../src/record/store.ts';
import { HEAD_KEY } from '../../src/record/store-keys.ts';
import { verdictOf } from './sample-bodies.ts';
import { temporaryFolder } from './temporary-folder.ts';

const WIDTH = 256;

/** What a sealing of two segments and some more takes, and how often it looked at the head. */
async function sealing(t: TestContext): Promise<{ readonly options: SealOptions; readonly looks: () => number }> {
  const dataDir = temporaryFolder(t);
  const ledger = await openLedger({ dataDir, version: '0.0.0' });
  for (let i = 0; i < 2 * WIDTH + 8; i += 1) void ledger.append(verdictOf(`x-${i}`, { actions: [] }), 'written');
  await ledger.flush();
  await ledger.close();
  const store = await openStore(dataDir, { create: false });
  t.after(() => store.close());
  const note = (await store.get(HEAD_KEY)) ?? '';
  const { size } = parseCheckpoint(note).checkpoint;
  const head = t.mock.fn((): Head => ({ size, hash: '', peaks: [], synced: size, note }));
  ensurePrivateFolder(segmentFolder(dataDir));
  const segments = await openSegments(dataDir, WIDTH);
  const signer = loadSigner(dataDir) ?? assert.fail();
  const keys = sealedKeys({ segments, level: store, store });
  const options = { dataDir, segments, level: store, store, signer: () => signer, ledger: signer.keyId, head, keys, keepLive: 0 };
  return { options, looks: () => head.mock.callCount() };
}

test('at every pause it looks whether it is behind', async (t) => {
  const { options, looks } = await sealing(t);
  await sealNext(options, 0);
  // Twice for itself; else once for a frame's pause, and for those between the deleted keys.
  assert.ok(looks() >= 5, `${looks()} looks`);
});

test('what was told to end leaves the entries where they are', async (t) => {
  const { options } = await sealing(t);
  const stopped = new AbortController();
  stopped.abort();
  await assert.rejects(sealNext({ ...options, signal: stopped.signal }, 0), /aborted/);
  assert.deepEqual([options.segments.end, options.segments.list()], [0, []]);
});
