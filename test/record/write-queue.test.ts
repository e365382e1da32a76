// The queue in front of the disk: bounded in entries and in characters, in order, and nobody who flushes waits for ever.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prepare } from '../../src/record/pending.ts';
import {
  enqueue,
  isFull,
  newQueue,
  putBack,
  releaseFlushes,
  settle,
  settledSoFar,
  take,
  takeAwaited,
} from '../../src/record/write-queue.ts';
import { outcomeOf, SAMPLE_TIME, verdictOf } from './sample-bodies.ts';

const WAITER = { since: 0, resolve: () => undefined, reject: () => undefined };
const awaited = prepare(verdictOf('x'), SAMPLE_TIME, 'written', [], WAITER);
const noted = prepare(outcomeOf('x', '0'), SAMPLE_TIME, 'written', [], null);
const MIB = 1024 * 1024;

const isThrough = (promise: Promise<void>): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(resolve, false))]);

test('it is full by entries or by characters, hidden ones too, until what was taken is settled', () => {
  const queue = newQueue();
  const heavy = { ...noted, bodyText: 'x'.repeat(MIB / 2), hiddenText: 'x'.repeat(MIB / 2) };
  for (let i = 0; i < 64; i += 1) enqueue(queue, heavy);
  assert.deepEqual([isFull(queue, 64), isFull(queue, 65)], [true, false]);
  enqueue(queue, noted);
  assert.equal(isFull(queue, 1_000), true);
  const taken = take(queue, 65);
  assert.equal(isFull(queue, 1_000), true, 'what is being written still is in memory');
  settle(queue, taken);
  assert.deepEqual([isFull(queue, 1_000), queue.chars], [false, 0]);
});

test('no more than asked for is taken, the first ones, and those who wait are counted', () => {
  const queue = newQueue();
  for (const pending of [awaited, noted, awaited, awaited]) enqueue(queue, pending);
  assert.equal(queue.awaited, 3);
  assert.deepEqual([take(queue, 2), queue.entries, queue.awaited], [[awaited, noted], [awaited, awaited], 2]);
  putBack(queue, [noted]);
  assert.deepEqual(queue.entries, [noted, awaited, awaited]);
  assert.deepEqual([takeAwaited(queue), queue.entries, queue.awaited], [[awaited, awaited], [noted], 0]);
});

test('a flush waits for what was accepted before it and for nothing behind it', async () => {
  const queue = newQueue();
  assert.equal(await isThrough(settledSoFar(queue)), true);
  enqueue(queue, awaited);
  const first = settledSoFar(queue);
  enqueue(queue, noted);
  const second = settledSoFar(queue);
  assert.equal(await isThrough(first), false);
  settle(queue, take(queue, 1));
  assert.deepEqual([await isThrough(first), await isThrough(second), queue.flushes.length], [true, false, 1]);
  releaseFlushes(queue);
  assert.deepEqual([await isThrough(second), queue.flushes], [true, []]);
});
