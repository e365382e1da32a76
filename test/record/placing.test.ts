// Where keys lie, and back: what the files say in any order of changes is what was written.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  keyAt,
  nodeKey,
  nodesWithin,
  placed,
  placedKey,
  readTail,
  tailKey,
  tailText,
  unplaced,
} from '../../src/record/placing.ts';
import type { LevelChange } from '../../src/record/level-batch.ts';
import { entryKey, HEAD_KEY, hiddenKey, KEYS_KEY, stateKey, SYNCED_KEY, treeKey } from '../../src/record/store-keys.ts';

test('what stands behind entries sorts behind their values and before the next one, all else in front of every entry', () => {
  const node = nodeKey(treeKey(8, 0)) ?? '';
  const places = [
    placedKey(KEYS_KEY),
    placedKey(stateKey('ticket:1')),
    placedKey(treeKey(16, 3)),
    entryKey(0),
    entryKey(255),
    hiddenKey(255),
    node,
    tailKey(entryKey(255)),
    entryKey(256),
  ];
  assert.deepEqual(places.toSorted(), places);
});

test('a batch keeps its entries as they are, and tells its head apart', () => {
  const changes = [
    { put: entryKey(254), value: 'a' },
    { put: entryKey(255), value: 'b' },
    { put: hiddenKey(255), value: 'c' },
    { put: stateKey('x'), value: 'd' },
    { put: treeKey(8, 0), value: 'e' },
    { put: HEAD_KEY, value: 'f' },
    { put: SYNCED_KEY, value: '7' },
    { del: stateKey('y') },
  ];
  const { changes: found, tail, last, entries } = placed(changes);
  assert.deepEqual([tail, last, entries], [{ head: 'f', synced: '7' }, entryKey(255), 2]);
  assert.deepEqual(found, [
    ...changes.slice(0, 3),
    { put: 'a:state:x', value: 'd' },
    { put: `${entryKey(255)}:node08`, value: 'e' },
    { del: 'a:state:y' },
  ]);
});

test('a node is deleted wherever it can lie', () => {
  const { changes } = placed([{ del: treeKey(16, 1) }]);
  assert.deepEqual(changes, [{ del: `${entryKey(131_071)}:node16` }, { del: `a:${treeKey(16, 1)}` }]);
});

test('nodes that a range of entries completed, at every height that is kept', () => {
  assert.deepEqual([...nodesWithin(0, 255)], []);
  assert.deepEqual([...nodesWithin(255, 256)], [treeKey(8, 0)]);
  assert.deepEqual([...nodesWithin(256, 511)], []);
  assert.deepEqual([...nodesWithin(256, 512)], [treeKey(8, 1)]);
  assert.deepEqual([...nodesWithin(65_535, 65_536)], [treeKey(8, 255), treeKey(16, 0)]);
  assert.equal([...nodesWithin(0, 131_072)].length, 512 + 2);
});

test('a tail is read back, whatever stands in its note', () => {
  fc.assert(
    fc.property(fc.nat(), fc.string(), (synced, head) => {
      assert.deepEqual(readTail(tailText({ head, synced: String(synced) })), { head, synced: String(synced) });
    }),
  );
});

const key = fc.oneof(
  fc.nat({ max: 100_000 }).map(entryKey),
  fc.nat({ max: 100_000 }).map(hiddenKey),
  fc.string().map(stateKey),
  fc
    .record({ height: fc.constantFrom(8, 16, 24), index: fc.nat({ max: 1000 }) })
    .map(({ height, index }) => treeKey(height, index)),
  fc.constantFrom(KEYS_KEY, 'zzz', 'e:foreign', 'e:0000000000000001:other'),
);
const change = fc.record({ put: key, value: fc.string() });

test('a file without LevelDB says of every key what was put there', () => {
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const said = placed(changes).changes.flatMap((one, order): readonly LevelChange[] =>
        'put' in one ? unplaced({ key: one.put, value: one.value, order }) : [],
      );
      assert.deepEqual(
        said.map((one) => [one.key, one.value]),
        changes.map((one) => [one.put, one.value]),
      );
    }),
  );
});

test('a tail says its head and what was synced; one that was cleared, and a node that was, say nothing', () => {
  const tail = { key: tailKey(entryKey(4)), value: tailText({ head: 'note', synced: '3' }), order: 9 };
  assert.deepEqual(unplaced(tail), [
    { key: HEAD_KEY, value: 'note', order: 9 },
    { key: SYNCED_KEY, value: '3', order: 9 },
  ]);
  assert.deepEqual(unplaced({ ...tail, value: null }), []);
  assert.deepEqual(unplaced({ key: nodeKey(treeKey(8, 0)) ?? '', value: null, order: 9 }), []);
  assert.deepEqual(unplaced({ key: 'a:state:x', value: null, order: 9 }), [{ key: stateKey('x'), value: null, order: 9 }]);
});

test('of what lies among the entries only tails and nodes are hidden from readers', () => {
  for (const place of [tailKey(entryKey(1)), nodeKey(treeKey(8, 3)) ?? '']) assert.equal(keyAt(place), null, place);
  // Foreign keys are seen, so that verify can tell of them.
  for (const place of [
    entryKey(1),
    hiddenKey(1),
    'e:1:tail',
    `${entryKey(1)}:tails`,
    `${entryKey(1)}:fail`,
    'x:0000000000000001:tail',
    `${entryKey(1)}:node8`,
    `${entryKey(1)}x:tail`,
    'zzz',
  ])
    assert.equal(keyAt(place), place);
  assert.equal(keyAt('a:m:keys'), KEYS_KEY);
});
