// /v1/bundle/findings and /v1/bundle/coverage: of the bundle in force, each finding with its policy, for operators alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fastify } from 'fastify';
import { checkFiles } from '../../src/decide/bundle.ts';
import { openBundleStore } from '../../src/rollout/bundle-store.ts';
import { createReviewDesk } from '../../src/rollout/review-desk.ts';
import { PROBLEM } from '../../src/serve/api-schema.ts';
import { addReviewRoutes } from '../../src/serve/review-routes.ts';
import { READ, READ_CASE, wholeBundle, workplace, WRITE } from '../rollout/whole-bundle.ts';
import { consoleDesk } from '../support/console-desk.ts';
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

test('a bundle that is not kept is told, and nobody else reads of any', async () => {
  await using console = await consoleDesk();
  const { token } = await console.desk.directory.addUser('olga', { groups: ['operators'] });
  for (const path of ['findings', 'coverage']) {
    assert.notEqual((await console.askAs(token, 'GET', `/v1/bundle/${path}`)).status, 200);
    assert.equal((await console.askAs(console.desk.tokens.fay, 'GET', `/v1/bundle/${path}`)).status, 403);
    assert.equal((await console.ask('GET', `/v1/bundle/${path}`)).status, 401);
  }
});
