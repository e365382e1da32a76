// CONNECT over real sockets: who and where come first, then what the first bytes say; every refusal is counted.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { after, beforeEach, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { type ConnectDeps, handleConnect } from '../../src/connection/connect.ts';
import type { Directory } from '../../src/identify/directory.ts';
import { clientHello } from '../support/client-hello.ts';
import { PRINCIPAL } from '../support/exchange.ts';
import { portOf } from '../support/origin.ts';

const events: string[] = [];
beforeEach(() => void events.splice(0));
const unused = (): never => {
  throw new Error('not asked for here');
};
const directory: Directory = {
  generation: 0,
  agent: unused,
  user: unused,
  agents: unused,
  users: unused,
  authenticateUser: unused,
  authenticateAgent: (_username, token) => (token === 'right' ? PRINCIPAL : null),
};
const deps: ConnectDeps = {
  directory,
  judge: {
    bundle: 'b',
    judge: unused,
    mayApprove: unused,
    userBy: unused,
    mayPassUnopened: (_principal, action) => action.resource.id.startsWith('unopened.test'),
  },
  termination: {
    servers: 0,
    open: (raw, host) =>
      host === 'shaken.test'
        ? Promise.resolve({ socket: raw as TLSSocket, protocol: 'http/1.1', serverName: 'evil.test' })
        : Promise.reject(Object.assign(new Error('no'), { code: `SHAKE_${host}` })),
  },
  opened: {
    serveHttp1: (socket, { scheme, authority, foreignServerName }) => {
      events.push(`http1 ${scheme} ${authority.host}${foreignServerName === null ? '' : ` as ${foreignServerName}`}`);
      socket.destroy();
    },
    serveHttp2: unused,
    drain: unused,
  },
  tally: { count: (_source, code, sample) => void events.push(`${code} ${sample}`), flush: unused },
  agentLimit: { enter: () => () => undefined },
  requireAgent: true,
  connectPorts: new Set([443]),
  tunnel: (scope, reply, protocol) => {
    events.push(
      `tunnel ${protocol} ${scope.authority.port} ${reply.headSent}${protocol === 'tls' ? ` as ${scope.foreignServerName ?? 'itself'}` : ''}`,
    );
    reply.abort();
  },
};
const server = createServer();
server.on('connect', (request, socket: Socket, head: Buffer) => void handleConnect(request, socket, head, deps));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
after(() => void server.close());

const RIGHT = `Proxy-Authorization: Basic ${Buffer.from('bot:right').toString('base64')}\r\n`;

async function say(authority: string, fields: string, then = ''): Promise<string> {
  const client = connect(portOf(server), '127.0.0.1');
  client.on('error', () => undefined);
  let heard = '';
  client.on('data', (chunk) => void (heard += String(chunk)));
  client.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${fields}\r\n${then}`, 'latin1');
  await new Promise((resolve) => void client.once('close', resolve));
  return heard;
}

// INVARIANT: nothing is established, minted or dialled before the agent is known.
for (const [name, fields] of [
  ['none', ''],
  ['wrong ones', RIGHT.replace(/Basic .*/, `Basic ${Buffer.from('bot:wrong').toString('base64')}`)],
] as const) {
  test(`with credentials ${name} it is 407, counted, and over, whatever is pipelined behind`, async () => {
    assert.match(
      await say('a.test:443', fields, 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n'),
      /^HTTP\/1\.1 407 [^]*proxy-authenticate: Basic/,
    );
    assert.equal(events.length, 1);
    assert.match(events[0] ?? '', /^IDENTITY_/);
  });
}

for (const [name, authority, fields] of [
  ['no port', 'a.test', RIGHT],
  ['userinfo', 'u@a.test:443', RIGHT],
  ['a body', 'a.test:443', `${RIGHT}Content-Length: 3\r\n`],
  ['chunks', 'a.test:443', `${RIGHT}Transfer-Encoding: chunked\r\n`],
] as const) {
  test(`${name} is 400 and counted`, async () => {
    assert.match(await say(authority, fields), /^HTTP\/1\.1 400/);
    assert.equal(events.length, 1);
  });
}

test('another port is judged as a tunnel before anything is established', async () => {
  assert.equal(await say('a.test:22', RIGHT), '');
  assert.deepEqual(events, ['tunnel raw 22 false']);
});

test('HTTP in the clear is read as HTTP, pipelined bytes and all', async () => {
  assert.match(await say('a.test:443', RIGHT, 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n'), /^HTTP\/1\.1 200/);
  assert.deepEqual(events, ['http1 http a.test']);
});

test('other bytes are judged as a tunnel', async () => {
  await say('a.test:443', RIGHT, 'SSH-2.0-OpenSSH_9.9 and more bytes\r\n');
  assert.deepEqual(events, ['tunnel raw 443 true']);
});

const HELLO = '\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00';

test('TLS that policy lets pass unopened is a tunnel', async () => {
  await say('unopened.test:443', RIGHT, clientHello(['unopened.test']).toString('latin1'));
  await say('unopened.test:443', RIGHT, clientHello([]).toString('latin1'));
  assert.deepEqual(events, ['tunnel tls 443 true as itself', 'tunnel tls 443 true as itself']);
});

// INVARIANT: passing unopened is for the name that policy named, not for whoever shares its address (threat A4).
test('TLS that passes unopened names nobody else', async () => {
  await say('unopened.test:443', RIGHT, clientHello(['evil.test']).toString('latin1'));
  await say('unopened.test:443', RIGHT, clientHello(['unopened.test', 'evil.test']).toString('latin1'));
  assert.deepEqual(events, ['tunnel tls 443 true as evil.test', 'tunnel tls 443 true as unreadable']);
});

// INVARIANT: what is opened is for the name of the CONNECT; a handshake for somebody else's is told to all that read it (E8).
test('TLS that is opened for another name says so', async () => {
  await say('shaken.test:443', RIGHT, HELLO);
  assert.deepEqual(events, ['http1 https shaken.test as evil.test']);
});

// INVARIANT: a failed handshake never becomes a tunnel (threat E5).
test('TLS that does not come about is counted and closed, never passed through', async () => {
  await say('a.test:443', RIGHT, HELLO);
  assert.deepEqual(events, ['CLIENT_TLS TLS with the client for a.test failed: SHAKE_a.test']);
});
