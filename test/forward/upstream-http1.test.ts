// HTTP/1.1 upstreams byte by byte: what is passed on, what is a failure, and what a failure is called.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import type { Outgoing } from '../../src/forward/outgoing.ts';
import { createHttp1Pool, dispatchHttp1, upstreamError } from '../../src/forward/upstream-http1.ts';
import { InterlockError } from '../../src/errors.ts';
import { portOf } from '../support/origin.ts';
import { outgoingTo, recordingSink, type Seen } from '../support/sink.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());
let heard = '';
let script: (socket: Socket) => void = () => undefined;
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    heard += chunk.toString('latin1');
    if (heard.includes('\r\n\r\n')) script(socket);
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
stack.defer(() => void server.close());

async function exchange(answer: (socket: Socket) => void, parts: Partial<Outgoing> = {}): Promise<Seen> {
  heard = '';
  script = answer;
  const outgoing = outgoingTo('origin.test', 80, { scheme: 'http', ...parts });
  const pool = createHttp1Pool(outgoing, async () => {
    const socket = connect(portOf(server), '127.0.0.1');
    await once(socket, 'connect');
    return { socket, protocol: null, address: '127.0.0.1' };
  });
  const sink = recordingSink();
  dispatchHttp1(pool, outgoing, sink);
  const seen = await sink.over;
  await pool.destroy();
  return seen;
}

const says =
  (text: string) =>
  (socket: Socket): void =>
    void socket.write(text, 'latin1');

test('interim answers, the head, the body and trailers come in order, bytes as latin1', async () => {
  const seen = await exchange(
    says(
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nX: \xe9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nT: 1\r\n\r\n',
    ),
  );
  assert.deepEqual([seen.interim, seen.status, seen.body, seen.trailers, seen.error], [[103], 200, 'ok', ['T', '1'], null]);
  assert.equal(seen.headers[1], '\xe9');
});

test('Host is the authority and nothing else', async () => {
  await exchange(says('HTTP/1.1 204 No Content\r\n\r\n'), { headers: ['accept', '*/*'] });
  assert.deepEqual(heard.match(/^host: .*$/gim), ['host: origin.test']);
});

test('a body that ends before its length is a failure', async () => {
  const seen = await exchange((socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'));
  assert.equal(seen.error?.code, 'UPSTREAM_CLOSED');
});

test('an unasked 101 is a failure', async () => {
  const seen = await exchange(says('HTTP/1.1 101 Switching Protocols\r\nUpgrade: raw\r\nConnection: Upgrade\r\n\r\nbytes'));
  assert.equal(seen.error?.code.startsWith('UPSTREAM_'), true);
  assert.equal(seen.socket, null);
});

test('two lengths that differ, or a length beside chunks, are a failure', async () => {
  for (const fields of ['Content-Length: 2\r\nContent-Length: 3', 'Content-Length: 2\r\nTransfer-Encoding: chunked']) {
    const seen = await exchange(says(`HTTP/1.1 200 OK\r\n${fields}\r\n\r\n2\r\nok\r\n0\r\n\r\n`));
    assert.equal(seen.error?.code, 'UPSTREAM_PROTOCOL', fields);
  }
});

test('an upgrade that is answered 101 hands the socket over', async () => {
  const seen = await exchange(says('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'), {
    upgrade: 'websocket',
  });
  assert.ok(seen.socket !== null);
  seen.socket.destroy();
});

test('a body of another length than declared never leaves whole', async () => {
  const seen = await exchange(says('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'), {
    method: 'POST',
    headers: ['content-length', '9'],
    body: Buffer.from('half'),
  });
  assert.equal(seen.error?.code, 'UPSTREAM_PROTOCOL');
});

test('codes of the engine become words of ours', () => {
  const coded = (code: string): Error => Object.assign(new Error('x'), { code });
  assert.equal(upstreamError(coded('UND_ERR_HEADERS_TIMEOUT')).code, 'UPSTREAM_TIMEOUT');
  assert.equal(upstreamError(coded('ECONNRESET')).code, 'UPSTREAM_CLOSED');
  assert.equal(upstreamError(coded('HPE_INVALID_CONSTANT')).code, 'UPSTREAM_PROTOCOL');
  assert.equal(upstreamError('thrown text').code, 'UPSTREAM_PROTOCOL');
  const own = new InterlockError('ADDRESS_DENIED', 'no');
  assert.equal(upstreamError(own), own);
});
