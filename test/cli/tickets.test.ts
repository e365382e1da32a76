// `interlock tickets`: what approvers see is plain text, and nobody decides without a token.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeCli, ticketOf } from './fake-cli.ts';

test('list is an array, newest first, with the shared keys', async () => {
  const it = fakeCli();
  it.operator.tickets = [ticketOf('t_old'), ticketOf('t_new', { createdAt: '2026-01-01T00:00:01.000Z' })];
  assert.equal(await it.run('tickets', 'list', '--state', 'pending', '--agent', 'support-bot', '--json'), 0);
  assert.deepEqual(it.operator.calls, [{ state: 'pending', agent: 'support-bot' }]);
  const list = it.json();
  assert.ok(Array.isArray(list));
  const keys = list.map((ticket: unknown) =>
    ['id', 'state', 'agent', 'action', 'verdict', 'policies'].map((key) => Reflect.get(Object(ticket), key)),
  );
  assert.deepEqual(
    keys,
    ['t_new', 't_old'].map((id) => [id, 'pending', 'support-bot', 'payment.refund', 'WAIT', ['large']]),
  );
});

test('a state that does not exist is a usage error', async () => {
  const it = fakeCli();
  assert.equal(await it.run('tickets', 'list', '--state', 'maybe'), 2);
});

test('show tells facts, reason and who may approve', async () => {
  const it = fakeCli();
  it.operator.tickets = [ticketOf('t_1')];
  assert.equal(await it.run('tickets', 'show', 't_1'), 0);
  for (const part of [
    /Ticket t_1: pending/,
    /payment\.refund on Account acct/,
    /amountMinor: 90000/,
    /POST api\.stripe\.com\/v1\/refunds/,
    /finance \(policy large\)/,
  ]) {
    assert.match(it.out(), part);
  }
  assert.equal(await fakeCli().run('tickets', 'show', 't_none'), 1);
});

test('what an agent wrote reaches the terminal as plain text', async () => {
  const it = fakeCli();
  it.operator.tickets = [ticketOf('t_1', { path: '/\u001b[2J\u202e/x', reason: 'line\nTicket t_2: approved' })];
  await it.run('tickets', 'show', 't_1');
  await it.run('tickets', 'list');
  assert.ok(!/[\u001b\u202e]/.test(it.out()));
  assert.ok(!/^Ticket t_2/m.test(it.out()));
});

test('approve and deny take the token from the option or the environment', async () => {
  const it = fakeCli({ env: { INTERLOCK_TOKEN: 'from-env' } });
  assert.equal(await it.run('tickets', 'approve', 't_1', '--token', 'given', '--json'), 0);
  assert.equal(Reflect.get(Object(it.json()), 'state'), 'approved');
  assert.equal(await it.run('tickets', 'deny', 't_1'), 0);
  assert.deepEqual(it.operator.calls, [
    ['t_1', 'approve', 'given'],
    ['t_1', 'deny', 'from-env'],
  ]);
});

test('no token is a usage error, a refused one is exit code 1 with its code in JSON', async () => {
  const none = fakeCli();
  assert.equal(await none.run('tickets', 'approve', 't_1'), 2);
  assert.deepEqual(none.operator.calls, []);
  const wrong = fakeCli();
  assert.equal(await wrong.run('tickets', 'approve', 't_1', '--token', 'wrong', '--json'), 1);
  assert.deepEqual(wrong.json(), {
    error: { code: 'APPROVER_REFUSED', message: 'this token may not decide this ticket', hint: null },
  });
});

test('deny takes a reason of one line, and an empty or endless one is a usage error', async () => {
  const it = fakeCli({ env: { INTERLOCK_TOKEN: 'from-env' } });
  assert.equal(await it.run('tickets', 'deny', 't_1', '--reason', 'not before the audit'), 0);
  assert.deepEqual(it.operator.calls, [['t_1', 'deny', 'from-env', { reason: 'not before the audit' }]]);
  for (const reason of ['', ' ', 'x'.repeat(301)]) assert.equal(await it.run('tickets', 'deny', 't_1', '--reason', reason), 2);
  assert.equal(await it.run('tickets', 'approve', 't_1', '--reason', 'fine'), 2);
  assert.equal(it.operator.calls.length, 1);
});
