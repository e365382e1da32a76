// `interlock start`: says where it is, and ends as it is told to.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { configFile } from '../config/config-file.ts';
import { agentView, fakeCli, type FakeCli } from './fake-cli.ts';

/** Resolves when it has said that it runs; the exit code comes in an array, so that awaiting this does not await the end. */
async function started(it: FakeCli, ...args: string[]): Promise<Promise<number>[]> {
  const ended = it.run('start', ...args);
  while (it.out() === '') await new Promise((resolve) => setImmediate(resolve));
  return [ended];
}

test('says where it listens and how to point an agent at it; SIGTERM drains and ends with 0', async () => {
  const it = fakeCli();
  const [ended] = await started(it);
  for (const part of ['http://127.0.0.1:8080', 'http://127.0.0.1:8081', '/certs/ca.pem', 'interlock exec --agent'])
    assert.ok(it.out().includes(part), part);
  it.signals.emit('SIGTERM');
  assert.equal(await ended, 0);
  assert.deepEqual(it.gateway.calls, ['stop']);
  assert.equal(it.signals.listenerCount('SIGTERM'), 0);
});

test('--json is one line', async () => {
  const it = fakeCli();
  const [ended] = await started(it, '--json');
  assert.match(it.out(), /^\{.*\}\n$/);
  assert.deepEqual(it.json(), {
    proxyUrl: 'http://127.0.0.1:8080',
    consoleUrl: 'http://127.0.0.1:8081',
    caFile: '/certs/ca.pem',
    pid: process.pid,
  });
  it.signals.emit('SIGINT');
  assert.equal(await ended, 0);
});

test('a second signal does not wait for the drain', async () => {
  const it = fakeCli({ startGateway: () => Promise.resolve({ ...it.gateway, stop: () => new Promise(() => undefined) }) });
  const [ended] = await started(it);
  it.signals.emit('SIGTERM');
  it.signals.emit('SIGTERM');
  assert.equal(await ended, 1);
});

test('SIGHUP reloads; a bundle that does not load is told and ends nothing', async () => {
  const reload = async (): Promise<void> => {
    throw new Error('policy.cedar:3:1: no such action');
  };
  const it = fakeCli({ startGateway: () => Promise.resolve({ ...it.gateway, reload }) });
  const [ended] = await started(it);
  it.signals.emit('SIGHUP');
  await new Promise((resolve) => setImmediate(resolve));
  assert.match(it.err(), /stays in force: policy\.cedar:3:1/);
  it.signals.emit('SIGTERM');
  assert.equal(await ended, 0);
});

test('a start that fails says so and makes nobody', async () => {
  const taken = Object.assign(new Error('taken'), { code: 'EADDRINUSE', address: '127.0.0.1', port: 8080 });
  using file = configFile('');
  const it = fakeCli({ startGateway: () => Promise.reject(taken) });
  assert.equal(await it.run('start', '--first-run', '--config', file.file), 1);
  assert.match(it.err(), /port 8080: it is taken/);
  assert.deepEqual([it.operator.agents, it.operator.users, it.out()], [[], [], '']);
});

test('a first run makes a bundle, an agent and an approver, and a second one makes nothing', async () => {
  using file = configFile('');
  const it = fakeCli();
  const [ended] = await started(it, '--first-run', '--config', file.file);
  assert.match(it.out(), /token-of-support-bot[^]*token-of-approver/);
  assert.ok(!it.err().includes('token-of'), 'tokens go to the terminal only');
  assert.deepEqual([it.operator.agents[0]?.teams, it.operator.users[0]?.groups], [['support'], ['finance']]);
  assert.ok(existsSync(join(file.folder, 'policies/schema.cedarschema')));
  it.signals.emit('SIGTERM');
  await ended;
  const again = fakeCli();
  again.operator.agents.push(...it.operator.agents);
  again.operator.users.push(...it.operator.users);
  const [endedAgain] = await started(again, '--first-run', '--config', file.file);
  assert.ok(!again.out().includes('token-of'));
  assert.match(
    again.out(),
    /interlock --config \S+ exec --agent support-bot/,
    'an example names a configuration that is not at hand',
  );
  again.signals.emit('SIGTERM');
  await endedAgain;
});

test('when the people cannot be made, the gateway does not stay', async () => {
  using file = configFile('');
  const it = fakeCli();
  it.operator.addAgent = () => Promise.reject(new Error('disk full'));
  assert.equal(await it.run('start', '--first-run', '--config', file.file), 1);
  assert.deepEqual(it.gateway.calls, ['stop']);
});

test('a revoked agent is not named in the example', async () => {
  using file = configFile('');
  const it = fakeCli();
  it.operator.agents.push(agentView('old', { state: 'revoked' }));
  it.operator.users.push({ name: 'u', groups: [], state: 'active', createdAt: '' });
  const [ended] = await started(it, '--first-run', '--config', file.file);
  assert.ok(!it.out().includes('--agent old'));
  it.signals.emit('SIGTERM');
  await ended;
});
