// An approval is for what was shown: facts that changed under the same bytes are another thing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Facts } from '../../src/classify/action.ts';
import { isAsShown } from '../../src/approve/shown-facts.ts';
import type { RecordedAction } from '../../src/record/entry.ts';

function recorded(facts: Facts, parts: Partial<RecordedAction> = {}): RecordedAction[] {
  return [
    { action: 'email.send', resource: { type: 'Mailbox', id: 'a@ex.com' }, verdict: 'WAIT', policies: ['p'], facts, ...parts },
  ];
}
const SHOWN = { recipients: ['bob@ex.com', 'kim@ex.com'], count: 2, session: 's1', path: '/x' };

test('the same is the same, in any order of a set, and from another session', () => {
  assert.ok(isAsShown(recorded(SHOWN), recorded({ ...SHOWN, recipients: ['kim@ex.com', 'bob@ex.com'], session: 's2' })));
  assert.ok(isAsShown(recorded(SHOWN), recorded(SHOWN, { policies: ['other'], verdict: 'ALLOW' })));
});

test('what the agent has read since is for policy to judge, and no other request', () => {
  const tainted = { 'taint.hosts': ['a'], 'taint.untrusted': false, 'announcedBy.entry': '7' };
  assert.ok(isAsShown(recorded(tainted), recorded({ ...tainted, 'taint.hosts': ['a', 'b'], 'taint.untrusted': true })));
  assert.equal(isAsShown(recorded(tainted), recorded({ ...tainted, 'announcedBy.entry': '8' })), false);
});

test('a fact that is another one, or gone, is not what was shown', () => {
  const { recipients: _, ...without } = SHOWN;
  for (const facts of [
    { ...SHOWN, recipients: ['eve@evil.example'] },
    { ...SHOWN, recipients: [...SHOWN.recipients, 'eve@evil.example'] },
    without,
  ])
    assert.equal(isAsShown(recorded(SHOWN), recorded(facts)), false);
  assert.equal(isAsShown(recorded({ count: 2 }), recorded({ count: '2' })), false);
});

test('a fact that nobody was shown is no objection', () => {
  assert.ok(isAsShown(recorded({ amountKnown: true }), recorded({ amountKnown: true, amountMinor: 5 })));
});

test('other actions, on other things, or more of them, are not what was shown', () => {
  assert.equal(isAsShown(recorded(SHOWN), recorded(SHOWN, { action: 'email.unknown-write' })), false);
  assert.equal(isAsShown(recorded(SHOWN), recorded(SHOWN, { resource: { type: 'Mailbox', id: 'b@ex.com' } })), false);
  assert.equal(isAsShown(recorded(SHOWN), [...recorded(SHOWN), ...recorded(SHOWN)]), false);
});
