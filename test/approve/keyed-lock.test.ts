// One at a time for each key, others pass by, and a failure leaves the line in order.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKeyedLock } from '../../src/approve/keyed-lock.ts';

test('work of one key never overlaps and keeps its order; another key does not wait', async () => {
  const lock = createKeyedLock();
  const log: string[] = [];
  let inside = 0;
  const work = (name: string, ms: number) => async (): Promise<void> => {
    inside += 1;
    assert.equal(inside, 1);
    await sleep(ms);
    inside -= 1;
    log.push(name);
  };
  const all = [lock('a', work('a1', 8)), lock('a', work('a2', 0)), lock('b', async () => void log.push('b'))];
  await Promise.all(all);
  assert.deepEqual(log, ['b', 'a1', 'a2']);
});

test('a throw reaches its caller and not the next in line', async () => {
  const lock = createKeyedLock();
  const failed = lock('a', async () => {
    throw new Error('first');
  });
  const next = lock('a', async () => 'second');
  await assert.rejects(failed, /first/);
  assert.equal(await next, 'second');
});
