// INVARIANT: what is not named, not of that type, or out of its bound is no match.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action, Facts } from '../../src/classify/action.ts';
import type { StepPattern } from '../../src/plan/plan.ts';
import { isWithinBound, matchesStep } from '../../src/plan/step-match.ts';

const PATTERN: StepPattern = {
  action: 'email.send',
  resource: { type: 'Host', id: 'mail.example.com' },
  facts: { host: 'mail.example.com', inspected: true, domains: ['a.example', 'b.example'] },
  bounds: { amountMinor: { atMost: 100 }, recipients: { within: ['x@a.example', 'y@b.example'] }, subject: { any: true } },
};
const FACTS: Facts = {
  host: 'mail.example.com',
  inspected: true,
  domains: ['b.example', 'a.example'],
  amountMinor: 100,
  recipients: ['y@b.example'],
};
const action = (facts: Record<string, unknown> = {}, change: Partial<Action> = {}): Action => ({
  name: 'email.send',
  resource: PATTERN.resource,
  parents: [],
  facts: JSON.parse(JSON.stringify({ ...FACTS, ...facts })),
  ...change,
});
const fits = (...actions: Action[]) => matchesStep({ patterns: [PATTERN] }, actions);

test('the step itself fits, in any order of its sets, and less than its bounds', () => {
  assert.ok(fits(action()));
  assert.ok(fits(action({ amountMinor: 0, subject: 'anything', user: 'ada', session: 's' })));
});

const OTHERS: Readonly<Record<string, Action>> = {
  'more than its bound': action({ amountMinor: 101 }),
  'less than nothing': action({ amountMinor: -1 }),
  'a number as text': action({ amountMinor: '1' }),
  'no amount': action({ amountMinor: undefined }),
  'another recipient': action({ recipients: ['y@b.example', 'z@c.example'] }),
  'no recipients that anybody could read': action({ recipients: undefined }),
  'a fact that the step does not name': action({ attachments: ['a.zip'] }),
  'a fact less': action({ domains: undefined }),
  unread: action({ inspected: false }),
  'another action': action({}, { name: 'email.draft' }),
  'another resource': action({}, { resource: { type: 'Host', id: 'other.example.com' } }),
};
for (const [name, other] of Object.entries(OTHERS)) test(`not ${name}`, () => assert.equal(fits(other), false));

test('not two actions for one, and no step at all without a pattern', () => {
  assert.equal(fits(action(), action()), false);
  assert.equal(matchesStep({ patterns: [] }, []), false);
});

test('a text is one of those of its bound', () => {
  assert.ok(isWithinBound({ within: ['a', 'b'] }, 'a'));
  assert.equal(isWithinBound({ within: ['a', 'b'] }, 'c'), false);
  assert.equal(isWithinBound({ within: ['a', 'b'] }, undefined), false);
});
