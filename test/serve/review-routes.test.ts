// /v1/bundle/findings and /v1/bundle/coverage: of the bundle in force, each finding with its policy, for operators alone.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { fastify } from 'fastify';
import { checkFiles } from '../../src/decide/bundle.ts';
import { openBundleStore } from '../../src/rollout/bundle-store.ts';
import { createReviewDesk, type ReviewState } from '../../src/rollout/review-desk.ts';
import { PROBLEM } from '../../src/serve/api-schema.ts';
import { addReviewRoutes } from '../../src/serve/review-routes.ts';
import { READ, READ_CASE, wholeBundle, workplace, WRITE } from '../rollout/whole-bundle.ts';
import { consoleDesk, READER_JUDGE } from '../support/console-desk.ts';
import { waitFor } from '../support/wait-for.ts';

test('what the checker finds and the cases show, with how often each policy decided traffic', async () => {
  await using stack = new AsyncDisposableStack();
  const place = stack.use(workplace());
  const bundles = openBundleStore(place.path);
  const whole = await wholeBundle(place.bundle('a', { 'main.cedar': `${READ}\n\n${WRITE}`, 'cases/a.yaml': READ_CASE }));
  await bundles.keep(whole);
  const { bundle } = checkFiles(whole.files);
  assert.ok(bundle !== null);
  const { digest, policies } = bundle;
  // Made of the routes alone, so that traffic can be what the test says.
  const app = fastify();
  stack.defer(() => app.close());
  app.addSchema(PROBLEM);
  const statistics = {
    decidedBy: (minutes: number) =>
      new Map([
        ['read', minutes],
        ['gone', 3],
      ]),
  };
  const review = createReviewDesk({ bundles });
  addReviewRoutes(app, { operators: [], review, bundle: () => ({ digest, policies }), statistics });
  const get = async (path: string) => (await app.inject(`/v1/bundle/${path}`)).json();
  const told = await waitFor(async () => {
    const answer = await get('findings');
    assert.notEqual(answer.state, 'failed', answer.problem);
    return answer.state === 'ready' ? answer : undefined;
  });
  assert.deepEqual([told.digest, told.cases, told.failed, told.omitted], [digest, 1, 0, 0]);
  assert.deepEqual(
    told.findings.map((finding: Record<string, unknown>) => [finding['rule'], finding['file'], finding['policy']]),
    [['no-case', 'main.cedar', 'write']],
  );
  const covered = await get('coverage');
  assert.deepEqual([covered.state, covered.cases, covered.coverage.percent], ['ready', 1, 50]);
  assert.deepEqual(covered.live, [
    { id: 'read', count: 7 * 1_440 },
    { id: 'write', count: 0 },
  ]);
});

test('what a finding or a failure quotes of a file is plain and short', async () => {
  await using stack = new AsyncDisposableStack();
  const app = fastify();
  stack.defer(() => app.close());
  app.addSchema(PROBLEM);
  const text = `\u202e${'x'.repeat(2_000)}`;
  const finding = { file: text, line: 1, column: 1, severity: 'error', rule: 'case', message: text, fix: text } as const;
  const ready = { digest: 'd', findings: [finding], omitted: 0, cases: 0, failed: 0, coverage: null };
  const states: ReviewState[] = [
    { state: 'ready', review: ready },
    { state: 'failed', problem: text },
  ];
  const review = { look: async () => states.shift() ?? assert.fail() };
  const statistics = { decidedBy: () => new Map<string, number>() };
  addReviewRoutes(app, { operators: [], review, bundle: () => ({ digest: 'd', policies: [] }), statistics });
  const { findings } = (await app.inject('/v1/bundle/findings')).json();
  const { problem } = (await app.inject('/v1/bundle/findings')).json();
  for (const told of [findings[0].file, findings[0].message, findings[0].fix, problem]) {
    assert.equal(told.length, 1_000);
    assert.ok(told.startsWith('\\u{202e}x'));
  }
});

test('a bundle that is not kept is told, and nobody else reads of any', async () => {
  await using console = await consoleDesk();
  const { token } = await console.desk.directory.addUser('olga', { groups: ['operators'] });
  for (const path of ['findings', 'coverage']) {
    assert.notEqual((await console.askAs(token, 'GET', `/v1/bundle/${path}`)).status, 200);
    assert.equal((await console.askAs(console.desk.tokens.fay, 'GET', `/v1/bundle/${path}`)).status, 403);
    assert.equal((await console.ask('GET', `/v1/bundle/${path}`)).status, 401);
  }
});

test('what is being looked over ends with the console', async () => {
  await using stack = new AsyncDisposableStack();
  const place = stack.use(workplace());
  const bundles = openBundleStore(place.path);
  const many = Array.from({ length: 4_000 }, (_, i) => READ.replaceAll('"read"', `"read-${i}"`)).join('\n');
  const { files, cases } = await wholeBundle(place.bundle('a', { 'main.cedar': many }));
  await bundles.keep({ files, cases });
  const console = await consoleDesk({
    bundles,
    judge: { ...READER_JUDGE, state: { ...READER_JUDGE.state, digest: files.digest } },
  });
  const { token } = await console.desk.directory.addUser('olga', { groups: ['operators'] });
  const thread = once(process, 'worker');
  const asked = console.askAs(token, 'GET', '/v1/bundle/findings').catch(() => null);
  const [worker] = await thread;
  const ended = once(worker, 'exit');
  let reviewed = false;
  worker.once('message', () => (reviewed = true));
  await console[Symbol.asyncDispose]();
  await Promise.all([ended, asked]);
  assert.equal(reviewed, false, 'it was stopped, and did not end by itself');
});
