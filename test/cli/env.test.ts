// `interlock env`: assignments for a shell, or one object.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentView, fakeCli } from './fake-cli.ts';

test('prints exports that a shell can evaluate, and nothing else', async () => {
  const it = fakeCli();
  it.operator.agents.push(agentView('bot'));
  assert.equal(await it.run('env', '--agent', 'bot', '--shell', 'sh'), 0);
  assert.match(it.out(), /^export HTTPS_PROXY='http:\/\/bot~s1:session-token@127\.0\.0\.1:8080'$/m);
  assert.ok(
    it
      .out()
      .trimEnd()
      .split('\n')
      .every((line) => line.startsWith('export ')),
  );
});

test('--json is one object', async () => {
  const it = fakeCli();
  it.operator.agents.push(agentView('bot'));
  assert.equal(await it.run('env', '--json'), 0);
  const { variables, ...rest } = Object(it.json());
  assert.deepEqual(rest, { agent: 'bot', session: 's1', username: 'bot~s1', token: 'session-token' });
  assert.equal(Reflect.get(Object(variables), 'NODE_EXTRA_CA_CERTS'), '/certs/ca.pem');
});

test('without a gateway it prints nothing that a shell would evaluate', async () => {
  const it = fakeCli();
  it.operator.via = 'local';
  assert.equal(await it.run('env', '--agent', 'bot'), 1);
  assert.equal(it.out(), '');
  assert.match(it.err(), /no gateway is running/);
});
