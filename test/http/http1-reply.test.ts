// Answers over HTTP/1.1: bad hints are left out, an early leave is told, half an answer is cut.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { http1Reply } from '../../src/http/http1-reply.ts';
import type { Reply } from '../../src/http/reply.ts';
import { portOf } from '../support/origin.ts';

/** `left`: the client leaves once its request is there, and this is waited for. */
async function said(answer: (reply: Reply, response: ServerResponse) => unknown, left?: Promise<unknown>): Promise<string> {
  const server = createServer((_request, response) => {
    answer(http1Reply(response), response);
    if (left !== undefined) client.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect(portOf(server), '127.0.0.1');
  let heard = '';
  client.on('data', (chunk) => void (heard += chunk.toString('latin1')));
  client.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  await once(client, 'close');
  await left;
  server.close();
  return heard;
}

test('hints, head, body and trailers in order, spelling kept', async () => {
  const heard = await said((reply) => {
    reply.inform(103, ['Link', '</a>; rel=preload']);
    reply.head(200, ['X-Cased', '\xe9', 'x-twice', '1', 'x-twice', '2']);
    assert.equal(reply.headSent, true);
    reply.write(Buffer.from('ok'));
    reply.end(['X-Sum', '1']);
  });
  assert.match(
    heard,
    /^HTTP\/1\.1 103 [^]*\r\n\r\nHTTP\/1\.1 200 OK\r\nX-Cased: \xe9\r\nx-twice: 1\r\nx-twice: 2\r\n[^]*2\r\nok\r\n0\r\nx-sum: 1\r\n\r\n$/,
  );
});

test('a hint that Node does not like is left out, and the answer comes', async () => {
  const heard = await said((reply) => {
    reply.inform(103, ['Link', 'nonsense']);
    reply.head(200, ['content-length', '0']);
    reply.end([]);
  });
  assert.match(heard, /^HTTP\/1\.1 200/);
});

test('an aborted answer is cut before its last chunk', async () => {
  const heard = await said((reply) => {
    reply.head(200, []);
    reply.write(Buffer.from('half'));
    setTimeout(() => reply.abort(), 20);
  });
  assert.doesNotMatch(heard, /0\r\n\r\n$/);
});

test('a client that leaves is told of, also when it left before anybody asked', async () => {
  const told: string[] = [];
  const { promise: left, resolve } = Promise.withResolvers<void>();
  await said((reply, response) => {
    reply.onClose(() => told.push('at once'));
    response.on('close', () => setTimeout(() => reply.onClose(() => resolve(void told.push('afterwards'))), 5));
  }, left);
  assert.deepEqual(told, ['at once', 'afterwards']);
});

test('a complete answer is not a leave', async () => {
  const told: string[] = [];
  await said((reply) => {
    reply.onClose(() => told.push('left'));
    reply.head(204, []);
    reply.end([]);
  });
  assert.deepEqual(told, []);
});
