// `interlock agents`: a token is shown once, lists are arrays, and failures end with their code.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeCli } from './fake-cli.ts';

test('add shows the token and a call that uses it', async () => {
  const it = fakeCli();
  assert.equal(
    await it.run('agents', 'add', 'support-bot', '--team', 'support,night', '--team', 'third', '--user', 'someone'),
    0,
  );
  assert.deepEqual(it.operator.agents[0]?.teams, ['support', 'night', 'third']);
  assert.match(it.out(), /Agent support-bot is added \(team support, night, third; acting for someone\)/);
  assert.match(
    it.out(),
    /curl --proxy http:\/\/support-bot:token-of-support-bot@127\.0\.0\.1:8080 --cacert \S*\/certs\/ca\.pem /,
  );
  assert.equal(it.operator.closed, 1, 'the data folder is let go');
});

test('add --json is one object with name and token', async () => {
  const it = fakeCli();
  assert.equal(await it.run('agents', 'add', 'bot', '--json'), 0);
  assert.deepEqual(it.json(), {
    name: 'bot',
    teams: [],
    user: null,
    generation: 1,
    state: 'active',
    createdAt: '2026-01-01T00:00:00.000Z',
    token: 'token-of-bot',
  });
});

test('list is an array without tokens, and lines for people', async () => {
  const it = fakeCli();
  await it.run('agents', 'add', 'a', '--team', 't');
  const list = fakeCli();
  list.operator.agents.push(...it.operator.agents);
  assert.equal(await list.run('agents', 'list', '--json'), 0);
  assert.deepEqual(list.json(), it.operator.agents);
  const people = fakeCli();
  people.operator.agents.push(...it.operator.agents);
  await people.run('agents', 'list');
  assert.match(people.out(), /^NAME +STATE +TEAMS +USER +SINCE\na +active +t /);
  const none = fakeCli();
  await none.run('agents', 'list', '--json');
  assert.deepEqual(none.json(), []);
});

test('rotate gives a new token, revoke gives the state', async () => {
  const it = fakeCli();
  await it.run('agents', 'add', 'bot', '--json');
  const rotate = fakeCli();
  rotate.operator.agents.push(...it.operator.agents);
  assert.equal(await rotate.run('agents', 'rotate', 'bot', '--json'), 0);
  assert.equal(Reflect.get(Object(rotate.json()), 'token'), 'new-token-of-bot');
  const revoke = fakeCli();
  revoke.operator.agents.push(...it.operator.agents);
  assert.equal(await revoke.run('agents', 'revoke', 'bot', '--json'), 0);
  assert.equal(Reflect.get(Object(revoke.json()), 'state'), 'revoked');
});

test('a name that is taken or unknown is refused with exit code 1, and the operator is let go', async () => {
  const it = fakeCli();
  await it.run('agents', 'add', 'bot', '--json');
  assert.equal(await it.run('agents', 'add', 'bot'), 1);
  assert.equal(it.err(), 'interlock: agent bot is there already\n  rotate it\n');
  assert.equal(it.operator.closed, 2);
  assert.equal(await fakeCli().run('agents', 'revoke', 'nobody'), 1);
});
