// The unmodified clients that agents use, each reading and writing through the proxy with nothing told but the variables.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { after, describe, it } from 'node:test';
import { curl, jsonObject, runClient } from '../support/agent-client.ts';
import { startGrpcOrigin } from '../support/grpc-origin.ts';
import { startInterlock } from '../support/interlock.ts';
import { startOrigin } from '../support/origin.ts';
import { runCommand } from '../support/run-command.ts';
import { streamAnswer } from '../support/stream-answers.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { startWebSocketOrigin } from '../support/websocket-origin.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const origin = stack.use(
  await startOrigin({ leaf: await ca.issue(['app.e2e.test', 'unlisted.e2e.test']), answer: streamAnswer }),
);
const grpc = stack.use(await startGrpcOrigin(await ca.issue(['grpc.e2e.test'])));
const sockets = stack.use(await startWebSocketOrigin(ca, ['ws.e2e.test', 'unlisted.ws.e2e.test']));
const interlock = stack.use(
  await startInterlock({
    caFiles: [ca.certFile],
    hosts: {
      'app.e2e.test': origin.address,
      'unlisted.e2e.test': origin.address,
      'grpc.e2e.test': grpc.address,
      'ws.e2e.test': sockets.address,
      'unlisted.ws.e2e.test': sockets.address,
    },
  }),
);
const agent = await interlock.addAgent('client-bot', { teams: ['engineering'] });
const PYTHON = fileURLToPath(new URL('./clients/python-client.py', import.meta.url));
const python = (await runCommand('python3', ['--version']).catch(() => ({ code: 127 }))).code === 0;

describe('curl', () => {
  it('writes to a listed host, and is told what to do about one that is not', async () => {
    const allowed = await curl(agent, ['https://app.e2e.test/write', '-d', 'x=1']);
    assert.equal(allowed.status, 200, allowed.stderr);
    const refused = await curl(agent, ['-i', 'https://unlisted.e2e.test/write', '-d', 'x=1']);
    assert.equal(refused.status, 403);
    assert.match(refused.body, /content-type: application\/problem\+json/i);
    assert.match(refused.body, /proxy-status: /i);
    assert.match(refused.body, /write-unlisted-host/);
    assert.match(refused.body, /unlisted\.e2e\.test/);
    assert.equal(origin.of('/write').length, 1);
  });

  it('is pointed at the proxy by `interlock exec` alone', async () => {
    const ran = await interlock.command(['exec', '--agent', 'client-bot', '--', 'curl', '-sS', 'https://app.e2e.test/exec']);
    assert.equal(ran.code, 0, ran.stderr);
    assert.equal(jsonObject(ran.stdout)['target'], '/exec');
  });

  it('is pointed at the proxy by what `interlock env` prints', async () => {
    const printed = await interlock.cli(['env', '--agent', 'client-bot', '--shell', 'sh']);
    assert.equal(printed.code, 0, printed.stderr);
    const ran = await runCommand('sh', ['-c', `${printed.stdout}\ncurl -sS https://app.e2e.test/env`]);
    assert.equal(jsonObject(ran.stdout)['target'], '/env', ran.stderr);
  });
});

describe('Python', { skip: python ? false : 'python3 is not installed' }, () => {
  for (const how of ['urllib', 'http.client']) {
    it(`${how} reads and writes`, async () => {
      const read = await runCommand('python3', [PYTHON, how, 'https://app.e2e.test/python'], { env: agent.env });
      assert.equal(jsonObject(read.stdout)['status'], 200, read.stderr);
      const write = await runCommand('python3', [PYTHON, how, 'https://app.e2e.test/python', 'a=b'], { env: agent.env });
      assert.equal(jsonObject(write.stdout)['status'], 200, write.stderr);
      const refused = await runCommand('python3', [PYTHON, how, 'https://unlisted.e2e.test/python', 'a=b'], { env: agent.env });
      assert.equal(jsonObject(refused.stdout)['status'], 403, refused.stderr);
      assert.match(String(jsonObject(refused.stdout)['text']), /write-unlisted-host/);
    });
  }
});

describe('Node', () => {
  for (const client of ['fetch', 'https-request']) {
    it(`${client} reads and writes`, async () => {
      const read = await runClient(agent, client, { url: 'https://app.e2e.test/node' });
      assert.equal(read.result['status'], 200, JSON.stringify(read));
      const write = await runClient(agent, client, { url: 'https://app.e2e.test/node', method: 'POST', body: 'hello' });
      assert.equal(jsonObject(String(write.result['text']))['body'], 'hello');
      const refused = await runClient(agent, client, { url: 'https://unlisted.e2e.test/node', method: 'DELETE' });
      assert.equal(refused.result['status'], 403);
      assert.match(String(refused.result['text']), /write-unlisted-host/);
    });
  }
});

describe('gRPC', () => {
  it('gets its answer with trailers', async () => {
    const said = await runClient(agent, 'grpc', { target: 'grpc.e2e.test:443', call: 'say' });
    assert.deepEqual(said.result, { value: 'you said hello', trailer: { 'x-trailer': 'said' } }, JSON.stringify(said));
  });

  it('gets the status of a call that failed at the origin', async () => {
    const said = await runClient(agent, 'grpc', { target: 'grpc.e2e.test:443', call: 'fail' });
    assert.deepEqual([said.error['code'], said.error['details']], [9, 'not today'], JSON.stringify(said));
  });

  it('streams both ways at once', async () => {
    const said = await runClient(agent, 'grpc', { target: 'grpc.e2e.test:443', call: 'chat', messages: ['one', 'two', 'three'] });
    assert.deepEqual(said.result, { answers: ['echo one', 'echo two', 'echo three'], code: 0 }, JSON.stringify(said));
  });
});

describe('WebSocket', () => {
  it('exchanges messages, with no extension that would hide them', async () => {
    const said = await runClient(agent, 'websocket', { url: 'wss://ws.e2e.test/room', messages: ['one', 'two'] });
    assert.deepEqual(said.result, { answers: ['one', 'two'], code: 1000, extensions: '' }, JSON.stringify(said));
    assert.deepEqual(sockets.messages, ['one', 'two']);
  });

  it('is a write: a host that is not listed refuses it', async () => {
    const said = await runClient(agent, 'websocket', { url: 'wss://unlisted.ws.e2e.test/room', messages: ['secret'] });
    assert.equal(said.result['refused'], 403, JSON.stringify(said));
    assert.match(String(said.result['body']), /write-unlisted-host/);
    assert.ok(!sockets.messages.includes('secret'));
  });
});
