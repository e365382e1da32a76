// The thread's own program: given files it answers with one review, and ends.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { READ_CASE, wholeBundle, workplace } from './whole-bundle.ts';

test('one message, then the end', async () => {
  using place = workplace();
  const { files } = await wholeBundle(place.bundle('a', { 'cases/a.yaml': READ_CASE }));
  const worker = new Worker(new URL('../../src/rollout/review-worker.ts', import.meta.url), { workerData: files });
  const [[review], [code]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
  assert.deepEqual([review.digest, review.cases, review.failed, review.coverage.percent, code], [files.digest, 1, 0, 100, 0]);
});
