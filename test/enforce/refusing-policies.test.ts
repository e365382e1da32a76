// An agent is told of the policies that stop it, and of no permit beside them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Judgement, Verdict } from '../../src/decide/judgement.ts';
import type { Decision } from '../../src/enforce/decision.ts';
import { refusingPolicies } from '../../src/enforce/refusing-policies.ts';
import { handMade, judgementOf, proposalOf } from '../support/exchange.ts';

const proposal = proposalOf(handMade('GET', '/'));
const [action] = proposal.actions;
assert.ok(action !== undefined);

function judgementWith(verdict: Verdict, ...each: ReadonlyArray<readonly [Verdict, readonly string[]]>): Judgement {
  const blank = { action, reason: '', constraints: [], waits: [], offers: [], errors: [] };
  const policies = [...new Set(each.flatMap(([, ids]) => ids))].toSorted();
  const actions = each.map(([own, ids]) => ({ ...blank, verdict: own, policies: ids }) as Judgement['actions'][number]);
  return judgementOf(verdict, proposal, { actions, policies });
}

const decisionOf = (judgement: Judgement, rejudged: Judgement | null = null): Decision => {
  const { verdict, policies } = rejudged ?? judgement;
  return { verdict, proposal, judgement, substitute: null, revised: null, rejudged, reason: '', policies };
};

test('of several actions only those that are blocked tell their policies', () => {
  const judgement = judgementWith('BLOCK', ['ALLOW', ['permit-calls']], ['BLOCK', ['no-mail']], ['WAIT', ['mail-waits']]);
  assert.deepEqual(refusingPolicies(decisionOf(judgement)), ['no-mail']);
});

test('what no policy permits names none', () => {
  assert.deepEqual(refusingPolicies(decisionOf(judgementWith('BLOCK', ['ALLOW', ['permit-calls']], ['BLOCK', []]))), []);
});

test('what waits names the policies that people must satisfy', () => {
  const judgement = judgementWith('WAIT', ['WAIT', ['shell-known', 'shell-ssh']]);
  const waits = [{ policy: 'shell-ssh', reason: '', approvers: ['maintainers'], quorum: 1 }];
  assert.deepEqual(refusingPolicies(decisionOf({ ...judgement, waits })), ['shell-ssh']);
});

test('a substitute that is blocked tells the policies of its own judgement', () => {
  const before = judgementWith('CONSTRAIN', ['CONSTRAIN', ['to-us']]);
  const after = judgementWith('BLOCK', ['BLOCK', ['no-mail']], ['ALLOW', ['permit']]);
  assert.deepEqual(refusingPolicies(decisionOf(before, after)), ['no-mail']);
});
