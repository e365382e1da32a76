// A plan in words: what is in its way, what may be taken now, and what may have taken effect.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlanStatus } from '../../src/client/planning.ts';
import { planText } from '../../src/mcp-server/plan-words.ts';

const STEP: PlanStatus['steps'][number] = {
  ...{ step: 1, title: '', text: 'payment.refund on stripe', group: 0, optional: false, times: 2, exact: false, next: true },
  ...{ verdict: 'WAIT', policies: ['large'], reason: 'large refunds wait', patterns: [], uses: [] },
};
const PLAN: PlanStatus = {
  ...{ id: 'p_1', state: 'accepted', title: '', session: null, lifetimeSeconds: 60, createdAt: 'then', expiresAt: 'later' },
  ...{ ticket: 't_1', note: '', steps: [STEP], blocked: [], next: 'Take the steps.' },
};

test('in force, waiting, rejected, and a step of which nobody knows', () => {
  assert.match(
    planText(PLAN),
    /^Plan p_1 is accepted, until later\.\n1\. payment\.refund on stripe: WAIT; may be taken now\nTake the steps\.$/,
  );
  assert.match(planText({ ...PLAN, state: 'waiting' }), /Follow it with ticket_status and "t_1"/);
  const blocked = [{ step: 1, policies: [], reason: 'no paste sites' }];
  const rejected = planText({ ...PLAN, state: 'rejected', blocked });
  assert.match(rejected, /Step 1 is in its way: no paste sites \(no policy\)/);
  assert.doesNotMatch(rejected, /may be taken now/);
  const lost = { ...STEP, next: false, uses: [{ exchange: 'x', at: 'then', fate: 'unknown' as const }] };
  assert.match(planText({ ...PLAN, note: 'why', steps: [lost] }), /Said of it: why\n1\. .*taken 1 of 2, no answer came/);
});
