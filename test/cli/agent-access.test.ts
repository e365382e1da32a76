// Which agent is meant, and where its access comes from.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentAccess } from '../../src/cli/agent-access.ts';
import { agentView, fakeCli } from './fake-cli.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

test('the only active agent needs no name', async () => {
  const it = fakeCli();
  it.operator.agents.push(agentView('old', { state: 'revoked' }), agentView('bot'));
  const access = await agentAccess(it.cli, {});
  assert.deepEqual(
    [access.agent, access.username, access.token, access.caFile],
    ['bot', 'bot~s1', 'session-token', '/certs/ca.pem'],
  );
  assert.equal(it.operator.closed, 1, 'the socket is let go before anything runs');
});

test('none, or several, have to be said', async () => {
  const none = await throwsWithCode('USAGE', () => agentAccess(fakeCli().cli, {}));
  assert.equal(none.hint, 'Add one: interlock agents add NAME --team TEAM');
  const it = fakeCli();
  it.operator.agents.push(agentView('a'), agentView('b'));
  const several = await throwsWithCode('USAGE', () => agentAccess(it.cli, {}));
  assert.match(several.hint ?? '', /one of a, b/);
  assert.equal((await agentAccess(it.cli, { agent: 'b' })).agent, 'b');
});

test('without a running gateway there is nothing to point at', async () => {
  const it = fakeCli();
  it.operator.via = 'local';
  it.operator.agents.push(agentView('bot'));
  await throwsWithCode('NOT_RUNNING', () => agentAccess(it.cli, {}));
});

test('another host takes a URL, a name and a token', async () => {
  for (const options of [
    { proxy: 'http://p:1' },
    { proxy: 'http://p:1', token: 't' },
    { proxy: 'http://p:1', agent: 'a' },
    { token: 't' },
  ]) {
    await throwsWithCode('USAGE', () => agentAccess(fakeCli().cli, options));
  }
});
