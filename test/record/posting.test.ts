// Postings: every ascending list comes back as it was.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { postingOf, sequencesOf } from '../../src/record/posting.ts';

test('a posting is its first entry and the steps from there', () => {
  assert.deepEqual(postingOf([3, 4, 5, 9]), { first: 3, rest: '1,1,4' });
  assert.deepEqual(postingOf([7]), { first: 7, rest: '' });
  assert.deepEqual(sequencesOf(3, '1,1,4'), [3, 4, 5, 9]);
  assert.throws(() => postingOf([]), RangeError);
});

test('what was put into a posting comes out of it', () => {
  const sequences = fc.uniqueArray(fc.maxSafeNat(), { minLength: 1 }).map((list) => list.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(sequences, (list) => {
      const { first, rest } = postingOf(list);
      assert.deepEqual(sequencesOf(first, rest), list);
    }),
  );
});
