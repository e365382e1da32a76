// A tunnel that is not opened: dialled only when it is forwarded, counted both ways, and over when either side is.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { ClientScope } from '../../src/connection/client-scope.ts';
import { connectReply } from '../../src/connection/connect-reply.ts';
import { forwardTunnel, tunnelExchange, tunnelProposal } from '../../src/connection/tunnel.ts';
import { InterlockError } from '../../src/errors.ts';
import type { Dialer } from '../../src/forward/dialer.ts';
import { collectingReply } from '../../src/http/collecting-reply.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import type { Reply } from '../../src/http/reply.ts';
import { PRINCIPAL } from '../support/exchange.ts';
import { portOf } from '../support/origin.ts';

const SCOPE: ClientScope = {
  authority: { host: 'db.example', port: 5432 },
  scheme: 'https',
  identify: () => PRINCIPAL,
  source: '10.0.0.1',
  foreignServerName: null,
};

function exchangeWith(reply: Reply) {
  return tunnelExchange('x1', SCOPE, reply, createMemoryBudget(1_000));
}

/** An upstream on loopback, and the dialer that leads to it. */
async function upstreamSaying(
  greeting: string,
): Promise<{ dialer: Pick<Dialer, 'dial'>; heard: Promise<string>; asked: unknown[]; end(): void }> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(greeting);
    text(socket).then(resolve, () => resolve('broken'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asked: unknown[] = [];
  const dial: Dialer['dial'] = async (authority, options) => {
    asked.push({ authority, options });
    const socket = connect(portOf(server), '127.0.0.1');
    await once(socket, 'connect');
    return { socket, protocol: null, address: '127.0.0.1' };
  };
  return { dialer: { dial }, heard: promise, asked, end: () => void server.close() };
}

test('it is one action, with the protocol that was seen', () => {
  const exchange = exchangeWith(collectingReply(1));
  assert.deepEqual(
    [exchange.request.method, exchange.request.target, exchange.source, exchange.identify()],
    ['CONNECT', 'db.example:5432', '10.0.0.1', PRINCIPAL],
  );
  const { actions, provider } = tunnelProposal(exchange, 'tls');
  assert.equal(provider, null);
  assert.deepEqual(
    actions.map((action) => [action.name, action.facts['protocol'], action.facts['inspected']]),
    [['tunnel.open', 'tls', false]],
  );
});

test('bytes pass both ways and are counted', async () => {
  const upstream = await upstreamSaying('hello');
  const [ours, client] = duplexPair();
  const over = forwardTunnel(exchangeWith(connectReply(ours, false)), upstream.dialer);
  client.write('question');
  let said = '';
  for await (const chunk of client) {
    said += String(chunk);
    if (said.endsWith('hello')) break;
  }
  client.destroy();
  ours.destroy();
  assert.match(said, /^HTTP\/1\.1 200 [^]*\r\n\r\nhello$/);
  const sent = await over;
  assert.deepEqual([sent.result, sent.status, sent.requestBytes, sent.responseBytes, sent.error], ['sent', 200, 8, 5, null]);
  assert.deepEqual(upstream.asked, [{ authority: SCOPE.authority, options: { secure: false, alpn: [] } }]);
  upstream.end();
});

test('when nothing can be reached there is no 200', async () => {
  const [ours] = duplexPair();
  const reply = connectReply(ours, false);
  const refusing: Pick<Dialer, 'dial'> = { dial: () => Promise.reject(new InterlockError('ADDRESS_DENIED', 'not there')) };
  const sent = await forwardTunnel(exchangeWith(reply), refusing);
  assert.deepEqual([sent.result, sent.status, sent.error?.code, reply.headSent], ['failed', null, 'ADDRESS_DENIED', false]);
});

test('where there can be no tunnel the upstream is let go', async () => {
  const socket = new Socket();
  const dialer: Pick<Dialer, 'dial'> = { dial: () => Promise.resolve({ socket, protocol: null, address: '' }) };
  const sent = await forwardTunnel(exchangeWith(collectingReply(1)), dialer);
  assert.deepEqual([sent.result, sent.error?.code, socket.destroyed], ['failed', 'INTERNAL', true]);
});

test('a client that left while it was dialled leaves nothing open', { timeout: 60_000 }, async () => {
  const upstream = await upstreamSaying('');
  const [ours] = duplexPair();
  ours.destroy();
  await once(ours, 'close');
  const sent = await forwardTunnel(exchangeWith(connectReply(ours, true)), upstream.dialer);
  assert.deepEqual([sent.requestBytes, sent.responseBytes], [0, 0]);
  await upstream.heard;
  upstream.end();
});

test('under a foreign server name the tunnel is at fault before anything is judged', () => {
  const scope = { ...SCOPE, foreignServerName: 'other.example' };
  const exchange = tunnelExchange('x1', scope, collectingReply(1), createMemoryBudget(1));
  assert.equal(exchange.fault?.code, 'AUTHORITY_MISMATCH');
  assert.equal(exchangeWith(collectingReply(1)).fault, null);
});
