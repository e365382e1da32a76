// `interlock users`: the same care for approvers' tokens.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeCli } from './fake-cli.ts';

test('add shows the token once, with the groups', async () => {
  const it = fakeCli();
  assert.equal(await it.run('users', 'add', 'approver', '--group', 'finance', '--group', 'maintainers'), 0);
  assert.match(it.out(), /User approver is added \(group finance, maintainers\)/);
  assert.match(it.out(), /token {2}token-of-approver/);
  assert.deepEqual(it.operator.users[0]?.groups, ['finance', 'maintainers']);
});

test('add, list, rotate and revoke answer in JSON', async () => {
  const it = fakeCli();
  assert.equal(await it.run('users', 'add', 'approver', '--group', 'finance', '--json'), 0);
  assert.deepEqual(it.json(), {
    name: 'approver',
    groups: ['finance'],
    state: 'active',
    createdAt: '2026-01-01T00:00:00.000Z',
    token: 'token-of-approver',
  });
  for (const [command, key, value] of [
    ['list', 'length', 1],
    ['rotate', 'token', 'new-token-of-approver'],
    ['revoke', 'state', 'revoked'],
  ] as const) {
    const next = fakeCli();
    next.operator.users.push(...it.operator.users);
    assert.equal(await next.run('users', command, ...(command === 'list' ? [] : ['approver']), '--json'), 0);
    assert.equal(Reflect.get(Object(next.json()), key), value);
    assert.ok(command === 'rotate' || !next.out().includes('token'), 'no token where none was made');
  }
});
