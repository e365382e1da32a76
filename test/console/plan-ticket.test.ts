// A plan's ticket is told from a request's, and says what approving it gives.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLAN_WORDS, planEndText, planOf } from '../../console/model/plan-ticket.ts';

test('a plan is told by its id alone, and no end of it says that something was sent', () => {
  const id = `p_${'a'.repeat(26)}`;
  assert.equal(planOf({ exchange: id }), id);
  for (const exchange of ['x_1', 'p_', `p_${'a'.repeat(27)}`, `x${id}`]) assert.equal(planOf({ exchange }), null);
  assert.match(PLAN_WORDS, /nothing is sent when you approve/);
  for (const state of ['approved', 'spent', 'denied', 'expired'] as const)
    assert.doesNotMatch(planEndText({ state, deniedBy: null, denial: null }, 'fay') ?? '', /was sent|goes out/);
  const withdrawn = planEndText({ state: 'expired', deniedBy: null, denial: 'the plan is revoked' }, '');
  assert.match(withdrawn ?? '', /^Withdrawn: the plan is revoked\. None of its steps/);
  assert.equal(planEndText({ state: 'pending', deniedBy: null, denial: null }, ''), null);
});
