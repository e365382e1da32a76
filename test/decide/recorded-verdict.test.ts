// A recorded verdict becomes the question that it was: what Interlock itself knew then stands where policies read it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRecordedVerdict } from '../../src/decide/recorded-verdict.ts';

test('what Interlock knew beside the request goes back to its records, sets too, and is no fact of the request', () => {
  const facts = { host: 'h', 'plan.expected': false, 'taint.hosts': ['example.com'], 'taint.untrusted': true };
  const action = { action: 'http.read', resource: { type: 'Host', id: 'h' }, facts };
  const recorded = readRecordedVerdict({ type: 'verdict', verdict: 'ALLOW', policies: [], actions: [action] });
  assert.ok(typeof recorded !== 'string');
  const [question] = recorded.questions;
  assert.deepEqual(question?.action.own, { plan: { expected: false }, taint: { hosts: ['example.com'], untrusted: true } });
  assert.deepEqual(question?.action.facts, { host: 'h' });
});

test('of an entry without any there is none', () => {
  const action = { action: 'http.read', resource: { type: 'Host', id: 'h' }, facts: { host: 'h' } };
  const recorded = readRecordedVerdict({ type: 'verdict', verdict: 'ALLOW', policies: [], actions: [action] });
  assert.ok(typeof recorded !== 'string');
  assert.equal(Object.hasOwn(recorded.questions[0]?.action ?? {}, 'own'), false);
});
