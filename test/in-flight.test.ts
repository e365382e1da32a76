// A stop waits for what is under way, and not for ever.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInFlight } from '../src/in-flight.ts';

test('settled waits for all, also those that fail', async () => {
  const work = createInFlight();
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  work.add(first.promise);
  work.add(second.promise);
  assert.equal(work.count, 2);
  const settled = work.settled(10_000);
  first.reject(new Error('failed'));
  second.resolve();
  await settled;
  assert.equal(work.count, 0);
});

test('settled gives up after its grace, and is at once when nothing is under way', async () => {
  const work = createInFlight();
  await work.settled(10_000);
  work.add(new Promise(() => undefined));
  await work.settled(20);
  assert.equal(work.count, 1);
});
