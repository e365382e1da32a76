// One bound on all bodies: what does not fit is refused, what is given back may be taken again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';

test('bytes beyond the limit are refused and not counted', () => {
  const budget = createMemoryBudget(10);
  budget.take(10);
  assert.throws(() => budget.take(1), { code: 'MEMORY_EXHAUSTED' });
  assert.equal(budget.used, 10);
  budget.give(4);
  budget.take(4);
  assert.equal(budget.used, 10);
});

test('what waits for people may be half of it, so that the rest is there for others', () => {
  const budget = createMemoryBudget(10);
  assert.equal(budget.park(3), true);
  assert.equal(budget.park(2), true);
  assert.equal(budget.park(1), false);
  budget.unpark(3);
  assert.equal(budget.park(3), true);
  assert.equal(budget.used, 0, 'parking is a note about bytes that were taken already');
});

test('a claim waits its turn for room, and a small one does not pass a large one', async () => {
  const budget = createMemoryBudget(10);
  budget.take(8);
  const granted: string[] = [];
  const large = budget.claim(9).then(() => granted.push('large'));
  const small = budget.claim(1).then(() => granted.push('small'));
  await setImmediate();
  assert.deepEqual(granted, []);
  budget.give(8);
  await Promise.all([large, small]);
  assert.deepEqual([granted, budget.used], [['large', 'small'], 10]);
});

test('a claim that finds no room for long is refused, takes nothing, and lets those behind it pass', async () => {
  const budget = createMemoryBudget(10, 20);
  budget.take(8);
  await assert.rejects(budget.claim(9), { code: 'MEMORY_EXHAUSTED' });
  assert.equal(budget.used, 8);
  await budget.claim(2);
});
