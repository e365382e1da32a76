// What counts as a flip: another verdict, other constraints, other approvers; not another policy that says the same.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flipOf } from '../../src/rollout/flip.ts';
import { judgeOf, policy, principal, request } from '../decide/bundle-fixture.ts';

const SCOPE = '(principal, action == Action::"http.read", resource);';
const GROUPS = '[{"uid":{"type":"Group","id":"finance"},"attrs":{},"parents":[]}]';

function judged(...policies: string[]) {
  return judgeOf({ policies: policies.join('\n'), entities: GROUPS }).judge(principal(), [
    request('http.read'),
    request('http.write'),
  ]);
}

const ALLOW = policy('allow', `permit${SCOPE}`);
const OTHER = policy('other', `permit${SCOPE}`);
const FORBID = policy('forbid', `forbid${SCOPE}`);
const WAIT = policy('wait', `permit${SCOPE}`, '@verdict("wait") @approvers("finance")');
const TWO = policy('two', `permit${SCOPE}`, '@verdict("wait") @approvers("finance") @quorum("2")');

test('the same verdict by another policy is no flip', () => {
  assert.equal(flipOf(judged(ALLOW), judged(OTHER)), null);
  assert.equal(flipOf(judged(ALLOW), judged(ALLOW, OTHER)), null);
});

test('another verdict is one, of the actions that differ', () => {
  assert.deepEqual(flipOf(judged(ALLOW), judged(ALLOW, FORBID)), {
    actions: [{ action: 'http.read', was: 'ALLOW', would: 'BLOCK', policies: ['forbid'], constraints: [], approvers: [] }],
  });
  assert.deepEqual(flipOf(judged(FORBID), judged(WAIT))?.actions, [
    { action: 'http.read', was: 'BLOCK', would: 'WAIT', policies: ['wait'], constraints: [], approvers: ['finance'] },
  ]);
});

test('more approvers for the same verdict are one', () => {
  assert.deepEqual(flipOf(judged(WAIT), judged(TWO))?.actions[0]?.approvers, ['finance x2']);
});
