// A candidate judges a model's calls by its own tools.yaml, and what was read by its own entities.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OwnRecords } from '../../src/classify/action.ts';
import type { ModelToolCall } from '../../src/classify/tool-call.ts';
import type { BundleJudge } from '../../src/decide/bundle-judge.ts';
import type { ShadowBody } from '../../src/record/entry.ts';
import { createShadowDesk } from '../../src/rollout/shadow-desk.ts';
import type { TaintedCell } from '../../src/session/tainted-cell.ts';
import { retellTaint, tellTaint } from '../../src/session/told-taint.ts';
import { policy, principal } from '../decide/bundle-fixture.ts';
import { NO_BUDGETS } from '../support/exchange.ts';
import { MAPPED, REFUND, toolBundle } from '../support/tool-bundle.ts';

const PERMIT = policy('calls', 'permit (principal, action == Action::"llm.tool-call", resource);');
const NO_REFUNDS = policy('no-refunds', 'forbid (principal, action == Action::"payment.refund", resource);');
const REFUNDS = policy('refunds', 'permit (principal, action == Action::"payment.refund", resource);');
const CLEAN = policy(
  'clean',
  'forbid (principal, action == Action::"llm.tool-call", resource) when { context has taint && context.taint.untrusted };',
);
const TRUSTING = '[{"uid":{"type":"Host","id":"wiki.example.com"},"attrs":{"trusted":true},"parents":[]}]';

const plain = toolBundle({ name: 'plain', policies: PERMIT });
const mapping = toolBundle({ name: 'mapping', policies: PERMIT + NO_REFUNDS, tools: MAPPED });

/** What the candidate would change of a call that the bundle in force has judged. */
async function beside(inForce: BundleJudge, candidate: BundleJudge, own: OwnRecords = {}, call: ModelToolCall | null = REFUND) {
  const flips: ShadowBody[] = [];
  const desk = createShadowDesk({
    policies: { judge: () => null },
    candidate: { judge: candidate.judge, reader: candidate },
    budgets: NO_BUDGETS,
    record: (flip) => flips.push(flip),
  });
  const actions = inForce.actionsOf(REFUND).map((action) => ({ ...action, own }));
  desk.consider({ exchange: 'x', entry: '7', principal: principal(), judgement: inForce.judge(principal(), actions), call });
  for (let i = 0; i < 3; i += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(desk.counts.failed, 0);
  const told = flips.map(({ was, would, bundle, actions: all }) => ({
    whole: `${was} ${would} ${bundle}`,
    actions: all.map((one) => `${one.action} ${one.was} ${one.would} ${one.policies.join()}`),
  }));
  return { told, judged: desk.counts.judged };
}

test('a tool that only the candidate maps is judged as what it does there', async () => {
  const { told } = await beside(plain, mapping);
  assert.deepEqual(told, [{ whole: 'ALLOW BLOCK mapping', actions: ['payment.refund ALLOW BLOCK no-refunds'] }]);
});

test('one that only the bundle in force maps is not', async () => {
  const { told } = await beside(mapping, plain);
  assert.deepEqual(told, [{ whole: 'BLOCK ALLOW plain', actions: ['payment.refund BLOCK ALLOW calls'] }]);
});

test('a tool that is mapped otherwise is read otherwise', async () => {
  const large = policy(
    'large',
    'forbid (principal, action == Action::"payment.refund", resource) when { context has amountMinor && context.amountMinor > 400 };',
  );
  const policies = PERMIT + REFUNDS + large;
  const other = toolBundle({ name: 'other', policies, tools: 'refund: { action: payment.refund, amountMinor: sum }\n' });
  const same = toolBundle({ name: 'same', policies, tools: MAPPED });
  assert.deepEqual((await beside(other, same)).told, [
    { whole: 'ALLOW BLOCK same', actions: ['payment.refund ALLOW BLOCK large'] },
  ]);
});

test('other actions that come to the same are no flip', async () => {
  const open = toolBundle({ name: 'open', policies: PERMIT + REFUNDS, tools: MAPPED });
  assert.deepEqual(await beside(plain, open), { told: [], judged: 1 });
});

test('a candidate whose schema says nothing of calls is not asked about them', async () => {
  const reading = policy('read', 'permit (principal, action == Action::"http.read", resource);');
  const old = toolBundle({ name: 'old', policies: reading, isOld: true });
  assert.deepEqual(await beside(plain, old), { told: [], judged: 0 });
});

test('what was read is untrusted by the entities of the bundle that judges', async () => {
  const careful = toolBundle({ name: 'careful', policies: PERMIT + CLEAN });
  const trusting = toolBundle({ name: 'trusting', policies: PERMIT + CLEAN, entities: TRUSTING });
  const cell: TaintedCell = {
    ...{ agent: 'bot', user: null, session: null, host: 'wiki.example.com', server: null, kinds: ['web'] },
    ...{ reachesOut: false, every: false, lost: false, untilMs: 1 },
  };
  const told = (by: BundleJudge, cells = [cell]) => ({ taint: tellTaint(cells, null, by) ?? assert.fail('nothing was read') });
  assert.deepEqual((await beside(careful, trusting, told(careful))).told, [
    { whole: 'BLOCK ALLOW trusting', actions: ['llm.tool-call BLOCK ALLOW calls'] },
  ]);
  assert.deepEqual((await beside(trusting, careful, told(trusting))).told, [
    { whole: 'ALLOW BLOCK careful', actions: ['llm.tool-call ALLOW BLOCK clean'] },
  ]);
  const server = { ...cell, server: 'wiki.example.com/mcp' };
  assert.deepEqual((await beside(careful, trusting, told(careful, [cell, server]))).told, []);
  // What is no call is told anew as well, and judged as the same actions.
  assert.equal((await beside(careful, trusting, told(careful), null)).told.length, 1);
});

test('what was read in this very session stays that, behind a reading of the same place in another', () => {
  const careful = toolBundle({ name: 'careful', policies: PERMIT + CLEAN });
  const place = {
    host: 'wiki.example.com',
    server: null,
    kinds: ['web'],
    reachesOut: false,
    every: false,
    lost: false,
    untilMs: 1,
  };
  const cells = ['s1', 's2'].map((session) => ({ ...place, agent: 'bot', user: null, session }));
  const told = tellTaint(cells, 's2', careful) ?? assert.fail('nothing was read');
  assert.deepEqual([told['inSession'], retellTaint(told, careful)], [true, told]);
});
