// What could not be recorded, as the gap entry tells it: how many, since when, why, and nothing twice.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countRefusal, gapBody, withoutTold } from '../../src/record/refusal-count.ts';

const [FIRST, LATER, NOW] = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:05.000Z', '2026-01-01T00:01:00.000Z'];
const NONE = { ranges: [] };

test('the first refusal gives time and reason, and who waited is counted apart from what is lost', () => {
  const first = countRefusal(null, true, FIRST, 'the disk is full');
  const both = countRefusal(first, false, LATER, 'too many entries wait');
  assert.deepEqual(both, { refused: 1, lost: 1, since: FIRST, reason: 'the disk is full' });
});

test('what came in while a gap was being written is left, dated from then on, and nothing else', () => {
  const told = { refused: 2, lost: 1, since: FIRST, reason: 'the disk is full' };
  assert.equal(withoutTold(told, told, LATER), null);
  assert.equal(withoutTold(null, { ...told, refused: 0, lost: 0 }, LATER), null);
  assert.deepEqual(withoutTold({ ...told, refused: 3 }, told, LATER), { ...told, refused: 1, lost: 0, since: LATER });
  assert.deepEqual(withoutTold({ ...told, lost: 2 }, told, LATER), { ...told, refused: 0, lost: 1, since: LATER });
});

test('a gap tells of lost outcomes and of withdrawn entries only where there are some', () => {
  const count = { refused: 2, lost: 0, since: FIRST, reason: 'the disk is full' };
  const plain = gapBody(count, NONE, NOW);
  assert.deepEqual(plain, {
    type: 'gap',
    refused: 2,
    since: FIRST,
    note: `the disk is full; nothing could be written until ${NOW}`,
  });
  assert.equal(gapBody({ ...count, lost: 3 }, NONE, NOW).note, `${plain.note}; 3 outcome entries lost`);
  const { withdrawn, note } = gapBody(count, { ranges: [{ from: 1, to: 2 }] }, NOW);
  assert.deepEqual(withdrawn, [{ from: 1, to: 2 }]);
  assert.match(note, /entries were written although their actions were refused: nothing was sent by them$/);
});

test('where nobody was refused it is dated now, and says what it is for', () => {
  const { refused, since, note } = gapBody(null, NONE, NOW);
  assert.deepEqual([refused, since], [0, NOW]);
  assert.match(note, /^entries were written too late; /);
});
