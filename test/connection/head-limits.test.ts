// Which handshakes leave HTTP: only those behind which messages are judged one by one.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { HEAD_LIMITS, isWebSocketUpgrade } from '../../src/connection/head-limits.ts';
import { portOf } from '../support/origin.ts';

/** What a server with these limits makes of a head: an upgrade, a request, or nothing at all. */
async function made(head: string): Promise<string> {
  const server = createServer({ ...HEAD_LIMITS, shouldUpgradeCallback: isWebSocketUpgrade });
  const heard = Promise.withResolvers<string>();
  const hear = (word: string) => (request: IncomingMessage) => {
    heard.resolve(word);
    request.socket.destroy();
  };
  server.on('request', hear('request')).on('upgrade', hear('upgrade'));
  server.on('clientError', (_error, socket) => {
    heard.resolve('nothing');
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect(portOf(server), '127.0.0.1');
  client.on('error', () => undefined);
  client.write(`${head}\r\n\r\n`, 'latin1');
  const word = await heard.promise;
  client.destroy();
  server.close();
  return word;
}

const upgrade = (method: string, protocol: string): string =>
  `${method} / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: ${protocol}`;

test('a WebSocket handshake is an upgrade', async () => {
  assert.equal(await made(upgrade('GET', 'websocket')), 'upgrade');
  assert.equal(await made(upgrade('GET', ' WebSocket ')), 'upgrade');
});

for (const [method, protocol] of [
  ['GET', 'h2c'],
  ['POST', 'SPDY/3.1'],
  ['GET', 'TLS/1.3'],
  ['GET', 'websocket, h2c'],
  ['POST', 'websocket'],
] as const)
  test(`${method} with an upgrade to ${protocol} stays a request`, async () => {
    assert.equal(await made(upgrade(method, protocol)), 'request');
  });

for (const [name, field] of [
  ['a folded field', 'X: a\r\n b'],
  ['a blank before the colon', 'X : a'],
  ['a NUL', 'X: a\0b'],
  ['two readings of the length', 'Content-Length: 4\r\nTransfer-Encoding: chunked'],
] as const)
  test(`${name} makes no request`, async () => {
    assert.equal(await made(`POST / HTTP/1.1\r\nHost: a.test\r\n${field}`), 'nothing');
  });
