// Sealing gives way to traffic, asks at every pause whether the chain runs away from it, ends when it is told to, and keeps its order.

import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { openLedger } from '../../src/record/chain.ts';
import { parseCheckpoint } from '../../src/record/checkpoint.ts';
import type { Head } from '../../src/record/head.ts';
import { ensurePrivateFolder } from '../../src/record/private-file.ts';
import { segmentFolder, segmentPath } from '../../src/record/segment-files.ts';
import { sealedKeys } from '../../src/record/sealed-keys.ts';
import { nextToSeal, type SealOptions, sealNext } from '../../src/record/sealer.ts';
import { openSegments } from '../../src/record/segments.ts';
import { loadSigner } from '../../src/record/signer.ts';
import { openStore } from '../../src/record/open-store.ts';
import { entryKey, HEAD_KEY, treeKey } from '../../src/record/store-keys.ts';
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

test('a segment is due once it is full and as many entries as said stay behind it', async (t) => {
  const { options } = await sealing(t);
  const due = (size: number): number | null =>
    nextToSeal({ ...options, head: () => ({ ...options.head(), size }), keepLive: 10 });
  assert.deepEqual([due(WIDTH), due(WIDTH + 9), due(WIDTH + 10)], [null, null, 0]);
});

test('what is not surely on disk is synced before anything of it is sealed', async (t) => {
  const { options } = await sealing(t);
  for (const [synced, syncs] of [
    [WIDTH - 1, ['synced', 'begun']],
    [WIDTH, ['begun']],
  ] as const) {
    const steps: string[] = [];
    const store: SealOptions['store'] = {
      ...options.store,
      async write(changes, sync) {
        await options.store.write(changes, sync);
        steps.push(sync ? 'synced' : 'written');
      },
    };
    const onStep = (step: string): void => {
      steps.push(step);
      if (step === 'begun') throw new Error('far enough');
    };
    await assert.rejects(sealNext({ ...options, store, head: () => ({ ...options.head(), synced }), onStep }, 0), /far enough/);
    assert.deepEqual(steps, syncs);
  }
});

test('where the node over the entries is missing they stay where they are', async (t) => {
  const { options } = await sealing(t);
  await options.store.write([{ del: treeKey(Math.log2(WIDTH), 0) }], true);
  await assert.rejects(sealNext(options, 0), /are not sealed/);
  assert.equal(options.segments.end, 0);
});

test('nothing is read from a segment, and no key is deleted, before its manifest is on disk', async (t) => {
  const { options } = await sealing(t);
  const ends: Array<readonly [string, number]> = [];
  const onStep = (step: string): void => void ends.push([step, options.segments.end]);
  const draft = `${segmentPath(options.dataDir, 0, 'manifest')}.draft`;
  mkdirSync(draft);
  await assert.rejects(sealNext({ ...options, onStep }, 0), { code: 'EISDIR' });
  assert.ok((await options.level.get(entryKey(0))) !== undefined);
  rmdirSync(draft);
  await sealNext({ ...options, onStep }, 0);
  assert.deepEqual(ends, [
    ['begun', 0],
    ['files', 0],
    ['begun', 0],
    ['files', 0],
    ['manifest', 0],
  ]);
  assert.equal(await options.level.get(entryKey(0)), undefined);
});
