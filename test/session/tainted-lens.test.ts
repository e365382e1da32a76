// The judge is told what was read, of a request, of a call and of a question alike.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OwnRecord, OwnRecords } from '../../src/classify/action.ts';
import type { Judge } from '../../src/decide/judge.ts';
import { createTaintedLens } from '../../src/session/tainted-lens.ts';
import { handMade, judgementOf, PRINCIPAL, proposalOf } from '../support/exchange.ts';
import { noPlans } from '../support/no-plans.ts';

const TAINT: OwnRecord = { hosts: ['h'], untrusted: true };

test('what was read is in every question of the exchange, beside what else is known', async () => {
  const own: (OwnRecords | undefined)[] = [];
  const judge: Judge = {
    bundle: 'b',
    mayPassUnopened: () => false,
    mayApprove: () => false,
    userBy: () => null,
    judge(_principal, actions) {
      own.push(actions[0]?.own);
      return judgementOf('ALLOW', proposalOf(handMade('GET', '/'), { actions }));
    },
  };
  let record: OwnRecord | null = TAINT;
  const lens = createTaintedLens(noPlans(judge), { of: () => record });
  const made = handMade('POST', '/');
  const proposal = proposalOf(made);
  const [action] = proposal.actions;
  assert.ok(action);
  (await lens.judgeOf(made, PRINCIPAL, proposal)).judge(PRINCIPAL, [{ ...action, own: { plan: { step: 1 } } }]);
  lens.judgeOfAction(PRINCIPAL, action).judge(PRINCIPAL, [action]);
  record = null;
  lens.judgeOfAction(PRINCIPAL, action).judge(PRINCIPAL, [action]);
  assert.deepEqual(own, [{ plan: { step: 1 }, taint: TAINT }, { taint: TAINT }, undefined]);
});
