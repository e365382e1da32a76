// `interlock plans`: lists, shows step by step, revokes; an agent's words are plain text.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan } from '../../src/plan/plan.ts';
import { FINANCE } from '../support/approval-desk.ts';
import { planStep } from '../support/plan-desk.ts';
import { fakeCli } from './fake-cli.ts';

const PLAN: Plan = {
  id: 'p_1',
  agent: 'bot',
  user: 'ada',
  session: 's1',
  title: 'Refund order 17',
  state: 'accepted',
  steps: [
    planStep('http.read', { title: 'look \u001b[31mit up' }),
    planStep('payment.refund', { group: 1, waits: [FINANCE], policies: ['refund-large'], reason: 'large refund' }),
  ],
  uses: [{ step: 0, exchange: 'x_1', at: '2026-01-01T00:00:05.000Z', fate: 'unknown' }],
  lifetimeSeconds: 600,
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-01T00:10:00.000Z',
  ticket: 't_1',
  approvals: [{ user: 'fay', at: '2026-01-01T00:00:01.000Z', channel: 'cli', policies: ['refund-large'], scope: false }],
  endedBy: null,
  note: '',
};

function withPlan(plan: Plan = PLAN) {
  const it = fakeCli();
  it.operator.plans.push(plan);
  return it;
}

test('list: a line each, filters, JSON', async () => {
  const none = fakeCli();
  assert.equal(await none.run('plans', 'list'), 0);
  assert.match(none.out(), /No plans/);
  const it = withPlan();
  assert.equal(await it.run('plans', 'list', '--state', 'accepted', '--agent', 'bot'), 0);
  assert.match(it.out(), /p_1 +accepted +bot~s1 +1 of 2 +2026-01-01T00:10:00\.000Z +t_1 +Refund order 17/);
  assert.deepEqual(it.operator.calls, [{ state: 'accepted', agent: 'bot' }]);
  const json = withPlan();
  await json.run('plans', 'list', '--json');
  assert.match(json.out(), /"taken": 1/);
  assert.equal(await fakeCli().run('plans', 'list', '--state', 'open'), 2);
});

test('show: each step, what may be taken now, what took it; no escape codes', async () => {
  const it = withPlan();
  assert.equal(await it.run('plans', 'show', 'p_1'), 0);
  assert.match(it.out(), /Plan p_1: accepted/);
  assert.match(it.out(), /step 2 +payment\.refund on h.*: WAIT, may be taken now/);
  assert.match(it.out(), /refund-large: large refund/);
  assert.match(it.out(), /taken at 2026-01-01T00:00:05\.000Z by x_1: sent, and no answer came/);
  assert.match(it.out(), /approved +by fay/);
  assert.ok(!it.out().includes('\u001b'));
  assert.equal(await fakeCli().run('plans', 'show', 'p_none'), 1);
});

test('revoke', async () => {
  const it = withPlan();
  assert.equal(await it.run('plans', 'revoke', 'p_1', '--json'), 0);
  assert.deepEqual([it.operator.calls, it.json()], [[['revokePlan', 'p_1']], { id: 'p_1', revoked: true }]);
  const help = fakeCli();
  assert.equal(await help.run('plans', 'revoke', '--help'), 0);
  assert.match(help.out(), /interlock plans revoke p_EXAMPLE/);
});
