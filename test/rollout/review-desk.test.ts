// A bundle looked over: in a real thread, with the cases that were kept with it, once for each digest, one thread at a time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openBundleStore } from '../../src/rollout/bundle-store.ts';
import type { BundleReview } from '../../src/rollout/review-bundle.ts';
import { createReviewDesk, reviewApart } from '../../src/rollout/review-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { waitFor } from '../support/wait-for.ts';
import { READ, READ_CASE, wholeBundle, workplace, WRITE } from './whole-bundle.ts';

const EMPTY = {
  directory: '',
  schema: '',
  entities: '',
  constraints: '',

  policies: new Map<string, string>(),
};
const review = (digest: string): BundleReview => ({ digest, findings: [], omitted: 0, cases: 0, failed: 0, coverage: null });

test('in a thread of its own: findings, cases as they were kept, and what they show of each policy', async () => {
  using place = workplace();
  const wrong = READ_CASE.replace('case: reads', 'case: is wrong').replace('ALLOW', 'BLOCK');
  const directory = place.bundle('a', { 'main.cedar': `${READ}\n${WRITE}`, 'cases/a.yaml': READ_CASE + wrong });
  const bundle = await wholeBundle(directory);
  const bundles = openBundleStore(place.path);
  await bundles.keep(bundle);
  place.bundle('a', { 'cases/a.yaml': '[]' });
  const desk = createReviewDesk({ bundles });
  const looked = await desk.look(bundle.files.digest, 60_000);
  assert.ok(looked.state === 'ready', JSON.stringify(looked));
  const { cases, failed, coverage, findings } = looked.review;
  assert.deepEqual([cases, failed, coverage?.policies, coverage?.decided, coverage?.percent], [2, 1, 2, 1, 50]);
  assert.deepEqual(
    coverage?.files[0]?.undecided.map(({ id }) => id),
    ['write'],
  );
  assert.deepEqual(
    findings.map(({ severity, rule, file }) => [severity, rule, file]),
    [
      ['error', 'case', 'cases/a.yaml'],
      ['warning', 'no-case', 'main.cedar'],
    ],
  );
});

test('once for each digest, one at a time; who does not wait is told that it runs; what failed is tried anew', async () => {
  using place = workplace();
  const bundles = openBundleStore(place.path);
  const [one, two] = [await wholeBundle(place.bundle('a')), await wholeBundle(place.bundle('b', { 'main.cedar': WRITE }))];
  for (const bundle of [one, two]) await bundles.keep(bundle);
  const [first, second] = [one.files.digest, two.files.digest];
  const runs: string[] = [];
  const open: PromiseWithResolvers<void>[] = [];
  const desk = createReviewDesk({
    bundles,
    async run({ digest }) {
      runs.push(digest);
      const gate = Promise.withResolvers<void>();
      open.push(gate);
      await gate.promise;
      return review(digest);
    },
  });
  assert.deepEqual(await desk.look(first, 20), { state: 'running' });
  assert.deepEqual(await desk.look(second, 20), { state: 'running' });
  await waitFor(() => (runs.length > 0 ? true : undefined));
  await delay(50);
  assert.deepEqual(runs, [first], 'the second waits its turn');
  open[0]?.resolve();
  assert.deepEqual(await desk.look(first, 60_000), { state: 'ready', review: review(first) });
  assert.deepEqual(await desk.look(second, 20), { state: 'running' });
  await waitFor(() => (runs.length === 2 ? true : undefined));
  open[1]?.reject(new Error('broke'));
  assert.deepEqual(await desk.look(second, 60_000), { state: 'failed', problem: 'broke' });
  assert.deepEqual(await desk.look(second, 20), { state: 'running' });
  await waitFor(() => (runs.length === 3 ? true : undefined));
  assert.deepEqual(runs, [first, second, second]);
  open[2]?.resolve();
  assert.equal((await desk.look(second, 60_000)).state, 'ready');
});

test('what is not kept is unknown, and what is ended says so', async () => {
  using place = workplace();
  const bundles = openBundleStore(place.path);
  const bundle = await wholeBundle(place.bundle('a'));
  await bundles.keep(bundle);
  const begun = Promise.withResolvers<void>();
  const run: typeof reviewApart = (...args) => {
    begun.resolve();
    return reviewApart(...args);
  };
  const desk = createReviewDesk({ bundles, run });
  await throwsWithCode('BUNDLE_UNKNOWN', () => desk.look('e'.repeat(64), 60_000));
  const looking = desk.look(bundle.files.digest, 60_000);
  await begun.promise;
  desk.close();
  assert.equal((await looking).state, 'failed');
});

test('the thread neither runs for ever nor takes all memory', async () => {
  using place = workplace();
  const { files } = await wholeBundle(place.bundle('a'));
  const { signal } = new AbortController();
  await assert.rejects(reviewApart(files, signal, { timeoutMs: 1 }), /took longer than 0\.001 s/);
  const many = Array.from({ length: 4_000 }, (_, i) => READ.replaceAll('"read"', `"read-${i}"`)).join('\n');
  const large = await wholeBundle(place.bundle('b', { 'main.cedar': many }));
  await assert.rejects(reviewApart(large.files, signal, { heapMb: 16 }), /memory limit/);
});

test('two are remembered: a third makes the oldest go', async () => {
  const bundles = { read: async (digest: string) => ({ files: { ...EMPTY, digest }, cases: new Map() }) };
  const runs: string[] = [];
  const desk = createReviewDesk({
    bundles,
    async run({ digest }) {
      runs.push(digest);
      return review(digest);
    },
  });
  for (const digest of ['a', 'b', 'b', 'a', 'c', 'c', 'b', 'a']) await desk.look(digest, 60_000);
  assert.deepEqual(runs, ['a', 'b', 'c', 'a']);
});
