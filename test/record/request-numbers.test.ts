// Numbers that agents gave: what is missing is counted and named, in any order of arrival.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { requestNumbers } from '../../src/record/request-numbers.ts';

function seen(...numbers: number[]): { missing: number; notes: string[] } {
  const all = requestNumbers();
  for (const number of numbers) all.see('bot~s1', number);
  return { missing: all.missing, notes: all.notes() };
}

test('nothing is missing in any order, and repeats are nothing', () => {
  assert.deepEqual(seen(1, 2, 3), { missing: 0, notes: [] });
  assert.deepEqual(seen(3, 1, 2, 2, 3), { missing: 0, notes: [] });
});

test('what never came is named', () => {
  const { missing, notes } = seen(1, 2, 5, 9);
  assert.equal(missing, 5);
  assert.deepEqual(notes, ['bot~s1 numbered its requests, and 5 never came to be recorded: 3–4, 6–8']);
  assert.match(seen(3).notes[0] ?? '', /1–2/);
});

test('1 begins anew, and the run before keeps its gaps', () => {
  assert.equal(seen(1, 2, 4, 1, 2, 3).missing, 1);
  assert.equal(seen(1, 2, 1, 2).missing, 0);
});

test('any set of numbers in any order: exactly those below the highest that are not in it', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 2, max: 60 }), { maxLength: 40 }), (numbers) => {
      const highest = Math.max(0, ...numbers);
      assert.equal(seen(...numbers).missing, highest - numbers.length);
    }),
  );
});

test('an agent that jumps about fills no memory', () => {
  const all = requestNumbers();
  for (let i = 1; i < 20_000; i += 1) all.see('bot', i * 3);
  assert.equal(all.missing, 19_999 * 2);
  assert.ok((all.notes()[0] ?? '').length < 300);
});

test('what is remembered is bounded: ranges of a session, and sessions', () => {
  const jumps = requestNumbers();
  for (let i = 1; i <= 150; i += 1) jumps.see('bot', i * 2);
  assert.equal(jumps.missing, 150);
  // The first hundred ranges are kept, so what comes late is taken off; of the others only the count is.
  jumps.see('bot', 3);
  jumps.see('bot', 299);
  assert.equal(jumps.missing, 149);
  const crowd = requestNumbers();
  for (let i = 0; i < 10_050; i += 1) crowd.see(`bot~${i}`, 2);
  assert.equal(crowd.missing, 10_000);
});
