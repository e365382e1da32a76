// Exchanges that share a key of the index, each found by its own id alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addToBucket,
  type Bucket,
  bucketKey,
  bucketPrefix,
  placeOf,
  sequencesInBucket,
} from '../../src/record/exchange-bucket.ts';

function bucketsOf(entries: ReadonlyArray<readonly [exchange: string, sequence: number]>): Map<string, Bucket> {
  const buckets = new Map<string, Bucket>();
  for (const [exchange, sequence] of entries) addToBucket(buckets, exchange, sequence);
  return buckets;
}

function found(buckets: ReadonlyMap<string, Bucket>, exchange: string): number[] {
  const { bucket, member } = placeOf(exchange);
  const held = buckets.get(bucket);
  return held === undefined ? [] : sequencesInBucket(bucketKey(bucket, held.first), held.text, member);
}

test('exchanges that count up share a bucket, and each has its own entries', () => {
  const buckets = bucketsOf([
    ['x1-a0', 5],
    ['x1-a1', 6],
    ['x1-a0', 7],
    ['x1-b0', 8],
    ['x1-az', 900],
    ['x1-a1', 12_345_678],
  ]);
  assert.deepEqual([...buckets.keys()], ['x1-a', 'x1-b']);
  assert.deepEqual(found(buckets, 'x1-a0'), [5, 7]);
  assert.deepEqual(found(buckets, 'x1-a1'), [6, 12_345_678]);
  assert.deepEqual(found(buckets, 'x1-az'), [900]);
  assert.deepEqual(found(buckets, 'x1-b0'), [8]);
  assert.deepEqual(found(buckets, 'x1-a2'), []);
  const held = buckets.get('x1-a');
  assert.ok(held);
  assert.deepEqual(sequencesInBucket(bucketKey('x1-a', held.first), held.text, null), [5, 6, 7, 900, 12_345_678]);
});

test('an entry that is of two exchanges, or of one twice, is found by each and told once', () => {
  const buckets = bucketsOf([
    ['x1-a0', 5],
    ['x1-a1', 5],
    ['x1-a1', 5],
    ['x1-a0', 6],
  ]);
  assert.deepEqual([found(buckets, 'x1-a0'), found(buckets, 'x1-a1')], [[5, 6], [5]]);
});

test('ids that end in no letter or digit, are short, long or not well formed never take each other for their own', () => {
  const long = 'l'.repeat(300);
  const ids = ['', 'a', 'ab', 'a-', 'a--', 'a,', 'a,1', 'a/', 'a/0', 'a%', 'a\ud800', 'ä', 'aä', long];
  const buckets = bucketsOf(ids.map((id, i) => [id, i * 3]));
  for (const [i, id] of ids.entries()) assert.deepEqual(found(buckets, id), [i * 3], JSON.stringify(id));
  const keys = [...buckets.keys()].map(bucketPrefix);
  assert.equal(new Set(keys).size, keys.length);
  for (const key of keys) assert.match(key, /^x:[^/]*\/$/);
  assert.deepEqual(placeOf(long), { bucket: long.slice(0, 199), member: 'l' });
});
