// `interlock grants`: what stands is told, and taking it back needs no approver.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeCli } from './fake-cli.ts';

const GRANT = {
  id: 'g_1',
  ticket: 't_1',
  kind: 'scoped',
  agent: 'bot',
  session: 's1',
  action: 'payment.refund',
  resource: null,
  policies: ['large'],
  by: ['fay'],
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-01T00:10:00.000Z',
  usesLeft: 3,
} as const;

test('list shows each with what is left of it', async () => {
  const it = fakeCli();
  assert.equal(await it.run('grants', 'list'), 0);
  assert.match(it.out(), /No grants/);
  const other = fakeCli();
  other.operator.grants.push(GRANT);
  assert.equal(await other.run('grants', 'list', '--json'), 0);
  assert.deepEqual(other.json(), [GRANT]);
  const table = fakeCli();
  table.operator.grants.push(GRANT);
  await table.run('grants', 'list');
  assert.match(table.out(), /g_1 +scoped +bot~s1 +payment\.refund +any +3 +2026-01-01T00:10:00\.000Z +fay/);
});

test('revoke takes one back', async () => {
  const it = fakeCli();
  assert.equal(await it.run('grants', 'revoke', 'g_1', '--json'), 0);
  assert.deepEqual(it.operator.calls, [['revokeGrant', 'g_1']]);
  assert.deepEqual(it.json(), { id: 'g_1', revoked: true });
});

test('an approval may carry a choice, a denial none', async () => {
  const it = fakeCli();
  assert.equal(await it.run('tickets', 'approve', 't_1', '--token', 'x', '--edit', 'cap', '--json'), 0);
  assert.equal(await it.run('tickets', 'approve', 't_1', '--token', 'x', '--scope', '--json'), 0);
  assert.deepEqual(it.operator.calls, [
    ['t_1', 'approve', 'x', { edit: 'cap' }],
    ['t_1', 'approve', 'x', { scope: true }],
  ]);
  assert.equal(await it.run('tickets', 'deny', 't_1', '--token', 'x', '--edit', 'cap'), 2);
});
