// The keys of what is sealed: all go, and tables are rewritten once for many segments, but never later than anybody may rely on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { pauses } from '../../src/record/pace.ts';
import { sealedKeys } from '../../src/record/sealed-keys.ts';
import type { SealedKeys } from '../../src/record/sealed-keys.ts';
import { entryKey, hiddenKey, HEAD_KEY } from '../../src/record/store-keys.ts';
import { type MemoryStore, memoryStore } from './memory-store.ts';

interface Rig {
  readonly store: MemoryStore;
  readonly segments: { end: number };
  readonly keys: SealedKeys;
  readonly compacted: string[];
  readonly clock: { ms: number };
}

function rig(entries: number, end: number): Rig {
  const store = memoryStore();
  store.pairs.set(HEAD_KEY, 'head');
  for (let i = 0; i < entries; i += 1) store.pairs.set(entryKey(i), 'entry').set(hiddenKey(i), 'values');
  const segments = { end };
  const compacted: string[] = [];
  const clock = { ms: 0 };
  // A rewrite is two, with a deletion in each table between them: it counts when the second is done.
  let between = false;
  const spans = [entryKey(0), hiddenKey(7)];
  store.spanned = () => Promise.resolve(spans);
  store.write = (changes) =>
    Promise.resolve(
      void (between = isDeepStrictEqual(
        changes,
        spans.map((del) => ({ del })),
      )),
    );
  store.compact = (_, to) => {
    if (between) compacted.push(to);
    between = false;
    return Promise.resolve();
  };
  const keys = sealedKeys({ segments, level: store, store, steadyMs: () => clock.ms });
  return { store, segments, keys, compacted, clock };
}

test('the keys of sealed entries go, with their values, and no others', async () => {
  const { store, segments, keys } = rig(600, 0);
  for (const end of [256, 512]) {
    segments.end = end;
    await keys.drop(pauses());
    assert.equal(store.pairs.size, 1 + 2 * (600 - end));
    assert.ok(!store.pairs.has(hiddenKey(end - 1)) && store.pairs.has(entryKey(end)) && store.pairs.has(HEAD_KEY));
  }
});

test('what a crash left in the middle goes at the next start, also a key that is none', async () => {
  const { store, keys } = rig(600, 512);
  for (let i = 0; i < 300; i += 1) store.pairs.delete(entryKey(i));
  for (let i = 0; i < 299; i += 1) store.pairs.delete(hiddenKey(i));
  store.pairs.set('e:!', 'not ours');
  await keys.drop(pauses());
  assert.equal(store.pairs.size, 1 + 2 * (600 - 512));
});

test('what a crash left goes, and nothing behind the segments with it, however much is left', async () => {
  for (const left of [1, 127, 128, 129, 212, 300]) {
    const { store, keys } = rig(600, 512);
    await store.clear(entryKey(0), entryKey(512 - left));
    await keys.drop(pauses());
    assert.equal(store.pairs.size, 1 + 2 * (600 - 512), `${left} entries`);
  }
});

test('what was deleted before a deletion failed leaves the tables all the same', async () => {
  const { store, segments, keys, compacted } = rig(600, 0);
  segments.end = 256;
  const { clear } = store;
  store.clear = async (from, to) => {
    await clear(from, to);
    throw new Error('it is full');
  };
  await assert.rejects(keys.drop(pauses()), /it is full/);
  await keys.compact();
  assert.deepEqual(compacted, [entryKey(256)]);
});

test('tables are rewritten once for several segments, and at the latest after ten minutes', async () => {
  const { store, segments, keys, compacted, clock } = rig(0, 0);
  const seal = async (end: number): Promise<void> => {
    store.pairs.set(entryKey(segments.end), 'the first of its segment');
    segments.end = end;
    await keys.drop(pauses(undefined, () => true));
    await keys.compactInTime();
  };
  await seal(65_536);
  clock.ms = 599_999;
  await seal(131_072);
  assert.deepEqual(compacted, []);
  clock.ms = 600_000;
  await keys.compactInTime();
  assert.deepEqual(compacted, [entryKey(131_072)]);
  clock.ms = 5_000_000;
  await keys.compactInTime();
  assert.equal(compacted.length, 1, 'nothing was deleted since');
  await seal(196_608);
  assert.equal(compacted.length, 1, 'the time counts from the first deletion since');
  clock.ms += 600_000;
  await keys.compactInTime();
  assert.equal(compacted.length, 2);
});

test('with four segments of 65,536 entries it is time', async () => {
  const { segments, keys, compacted } = rig(1, 262_144);
  await keys.drop(pauses(undefined, () => true));
  await keys.compactInTime();
  assert.deepEqual(compacted, [entryKey(segments.end)]);
});

test('who has to be sure gets it at once, also of what an earlier run deleted', async () => {
  const killed = rig(600, 512);
  await killed.keys.compact();
  assert.deepEqual(killed.compacted, [entryKey(512)]);
  await killed.keys.compact();
  assert.equal(killed.compacted.length, 1);
  const fresh = rig(600, 0);
  await fresh.keys.compact();
  assert.deepEqual(fresh.compacted, [], 'a ledger without segments');
});

test('a rewrite that failed is tried again', async () => {
  const { store, keys, compacted } = rig(600, 512);
  const { compact } = store;
  store.compact = () => Promise.reject(new Error('busy'));
  await assert.rejects(keys.compact(), /busy/);
  store.compact = compact;
  await keys.compact();
  assert.equal(compacted.length, 1);
});
