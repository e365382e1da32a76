// In which order a vendor carries out what was sent at once is not known, so neither answer tells how things stand.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChanges } from '../../src/recall/changes.ts';

test('a change alone tells; what began after it, or while it was under way, does not let it', () => {
  const changes = createChanges();
  const alone = changes.begin(['k']);
  alone.end();
  assert.equal(alone.mayTell('k'), true);

  const first = changes.begin(['k']);
  const second = changes.begin(['k', 'other']);
  first.end();
  second.end();
  assert.deepEqual([first.mayTell('k'), second.mayTell('k'), second.mayTell('other')], [false, false, true]);
});

test('an answer that was asked for before a change tells nothing of it, and of everything else what it likes', () => {
  const changes = createChanges();
  const read = changes.begin([]);
  const change = changes.begin(['k']);
  change.end();
  assert.deepEqual([read.mayTell('k'), read.mayTell('new'), change.mayTell('k')], [false, true, true]);
});

test('a change whose answer never came may still happen: its thing stays doubtful for a while', () => {
  let now = 0;
  const changes = createChanges(() => now);
  changes.begin(['k']);
  const soon = changes.begin(['k']);
  soon.end();
  assert.equal(soon.mayTell('k'), false);
  now += 1_300_000;
  const late = changes.begin(['k']);
  assert.equal(late.mayTell('k'), true);
  late.end();
  late.end();
  assert.equal(changes.begin(['k']).mayTell('k'), true);
});

test('however many things are changed, a bounded number of them is watched', () => {
  const changes = createChanges();
  changes.begin(['first', ...Array.from({ length: 30_000 }, (_, i) => `k${i}`), 'last']);
  const again = changes.begin(['first', 'last']);
  assert.deepEqual([again.mayTell('first'), again.mayTell('last')], [true, false], 'the oldest was let go, the newest not');
});
