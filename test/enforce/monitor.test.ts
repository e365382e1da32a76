// What `enforcement: monitor` makes of a decision: it goes as it came, and the rest of the decision is kept.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unenforced, unenforcedJudge } from '../../src/enforce/monitor.ts';
import { judgeOf, policy, principal, request } from '../decide/bundle-fixture.ts';
import { handMade, judgementOf, proposalOf } from '../support/exchange.ts';

const JUDGE = judgeOf({ policies: policy('no', 'forbid(principal, action, resource);') });

test('nothing is blocked, held or rewritten', () => {
  const proposal = proposalOf(handMade('POST', '/v1/x'));
  const judgement = judgementOf('BLOCK', proposal);
  const base = { proposal, judgement, substitute: null, revised: proposal, rejudged: judgement, reason: 'r', policies: ['p'] };
  for (const verdict of ['ALLOW', 'ALLOW_LOG', 'CONSTRAIN', 'WAIT', 'BLOCK'] as const) {
    const decision = unenforced({ ...base, verdict });
    assert.deepEqual([decision.verdict, decision.substitute, decision.revised, decision.rejudged], ['ALLOW', null, null, null]);
    assert.equal(decision.judgement, judgement);
  }
});

test('answers are filtered by a judge that lets everything pass', () => {
  const asked = [request('http.read')] as const;
  assert.equal(JUDGE.judge(principal(), asked).verdict, 'BLOCK');
  assert.equal(unenforcedJudge(JUDGE).judge(principal(), asked).verdict, 'ALLOW');
});
