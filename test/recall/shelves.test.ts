// What is kept is bounded in entries, bytes and time, and nobody's flood is another's loss.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createShelves, SHELF_LIMITS, type ShelfLimits } from '../../src/recall/shelves.ts';

let nowMs = 0;
const shelvesOf = (limits: Partial<ShelfLimits>) => createShelves({ ...SHELF_LIMITS, ...limits }, () => nowMs);

test('what was put is found by the same agent, replaced by what comes later, and forgotten in time', () => {
  const shelves = shelvesOf({ ttlMs: 1_000 });
  shelves.put('a', 'k', { n: 1 });
  assert.deepEqual([shelves.get('a', 'k'), shelves.get('b', 'k'), shelves.get('a', 'other')], [{ n: 1 }, undefined, undefined]);
  nowMs += 900;
  shelves.put('a', 'k', { n: 2 });
  nowMs += 900;
  assert.deepEqual(shelves.get('a', 'k'), { n: 2 });
  nowMs += 100;
  assert.equal(shelves.get('a', 'k'), undefined);
  assert.deepEqual(shelves.size, { entries: 0, bytes: 0 });
});

test('an agent that learns without end pushes out its own oldest, and nobody else', () => {
  const shelves = shelvesOf({ entriesPerAgent: 3 });
  shelves.put('quiet', 'k', { n: 0 });
  for (let i = 0; i < 100; i += 1) shelves.put('loud', `k${i}`, { n: i });
  assert.equal(shelves.size.entries, 4);
  assert.deepEqual(shelves.get('quiet', 'k'), { n: 0 });
  assert.deepEqual([shelves.get('loud', 'k96'), shelves.get('loud', 'k97')], [undefined, { n: 97 }]);
});

test('bytes are counted for each agent and for all', () => {
  const text = 'x'.repeat(10_000);
  const own = shelvesOf({ bytesPerAgent: 50_000 });
  for (let i = 0; i < 10; i += 1) own.put('a', `k${i}`, { text });
  assert.ok(own.size.entries === 2 && own.size.bytes <= 50_000, JSON.stringify(own.size));
  const all = shelvesOf({ bytes: 100_000 });
  all.put('small', 'k', { text });
  for (let i = 0; i < 10; i += 1) all.put('large', `k${i}`, { text });
  assert.ok(all.size.bytes <= 100_000);
  assert.deepEqual(all.get('small', 'k'), { text });
});

test('however many agents there are, all of it together is bounded', () => {
  const shelves = shelvesOf({ entries: 10 });
  for (let i = 0; i < 100; i += 1) shelves.put(`agent-${i}`, 'k', { n: i });
  assert.equal(shelves.size.entries, 10);
});

test('what is too large to be kept makes what was known unknown: old facts of a new thing would be wrong ones', () => {
  const shelves = shelvesOf({});
  shelves.put('a', 'k', { n: 1 });
  shelves.put('a', 'k', { text: 'x'.repeat(1_000_000) });
  assert.equal(shelves.get('a', 'k'), undefined);
  shelves.put('a', 'x'.repeat(3_000), { n: 1 });
  assert.deepEqual(shelves.size, { entries: 0, bytes: 0 });
});
