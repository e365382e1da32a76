// When a standing grant can be given at all.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinScopes, scopeOf } from '../../src/approve/scope.ts';
import type { RecordedAction } from '../../src/record/entry.ts';
import { FINANCE, LEGAL } from '../support/approval-desk.ts';

const action = (facts: RecordedAction['facts']): RecordedAction => ({
  action: 'email.send',
  resource: { type: 'Mailbox', id: 'm' },
  verdict: 'WAIT',
  policies: [],
  facts: { inspected: true, ...facts },
});

test('every policy that waits must allow it, and the strictest counts', () => {
  assert.equal(scopeOf([{ ...FINANCE, grant: '1h target' }], [action({})], null), '1h target');
  assert.equal(scopeOf([{ ...FINANCE, grant: '1h target' }, LEGAL], [action({})], null), null);
  assert.equal(
    scopeOf(
      [
        { ...FINANCE, grant: '1h target' },
        { ...LEGAL, grant: '10m 5x' },
      ],
      [action({})],
      null,
    ),
    '10m 5x target',
  );
  assert.equal(joinScopes('1h', '5x'), '1h 5x');
  assert.equal(joinScopes('1h', null), null);
});

test('nothing stands for what nobody could read, for no session, or for recipients that are not named', () => {
  assert.equal(scopeOf([{ ...FINANCE, grant: '1h' }], [action({ inspected: false })], null), null);
  assert.equal(scopeOf([{ ...FINANCE, grant: 'session 1h' }], [action({})], null), null);
  assert.equal(scopeOf([{ ...FINANCE, grant: 'session 1h' }], [action({})], 's1'), 'session 1h');
  assert.equal(scopeOf([{ ...FINANCE, grant: '1h target' }], [action({ recipientsKnown: false })], null), null);
});
