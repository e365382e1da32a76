// Commitments hide, bind and open.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { commit, isCommitment, newSalt, opens } from '../../src/record/commitment.ts';

test('the construction is the documented one', () => {
  const salt = '00112233445566778899aabbccddeeff';
  const expected = createHash('sha256').update(`interlock:commitment:v1\0${salt}\0["a@b.example"]`).digest('hex');
  assert.equal(commit(['a@b.example'], salt), expected);
});

test('it opens with its value and salt and with no other', () => {
  const salt = newSalt();
  const commitment = commit('a', salt);
  assert.ok(opens({ salt, value: 'a' }, commitment));
  assert.ok(!opens({ salt, value: 'b' }, commitment));
  assert.ok(!opens({ salt: newSalt(), value: 'a' }, commitment));
  assert.ok(!opens({ salt, value: 'a' }, commitment.slice(1)));
});

test('salts are 128 bits and do not repeat', () => {
  const salts = Array.from({ length: 5000 }, newSalt);
  assert.equal(new Set(salts).size, salts.length);
  for (const salt of salts) assert.match(salt, /^[0-9a-f]{32}$/);
  assert.ok(!salts.includes('0'.repeat(32)));
});

test('only an object with a commitment is one', () => {
  assert.ok(isCommitment({ commitment: 'aa' }));
  for (const other of [null, 'x', ['commitment'], { commitment: 1 }]) assert.ok(!isCommitment(other));
});
