// From what Node's servers hand over to exchanges: bodies as declared, heads checked, and nothing of a bad head repeated.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as makeRequest } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import type { ClientScope } from '../../src/connection/client-scope.ts';
import { createExchangeFactory } from '../../src/connection/exchange-factory.ts';
import type { Exchange } from '../../src/http/exchange.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { answer } from '../../src/http/reply.ts';
import { PRINCIPAL } from '../support/exchange.ts';
import { portOf } from '../support/origin.ts';

const SCOPE: ClientScope = {
  authority: { host: 'site.test', port: 80 },
  scheme: 'http',
  identify: () => PRINCIPAL,
  source: '10.0.0.1',
  foreignServerName: null,
};
const factory = createExchangeFactory(createMemoryBudget(1_000_000));
let scope = SCOPE;
const seen: { readonly exchange: Exchange; readonly body: string }[] = [];

async function take(exchange: Exchange): Promise<void> {
  const inspected = await exchange.body.inspect({ kind: 'whole' }, 10_000);
  seen.push({ exchange, body: inspected.problem ?? inspected.bytes.toString() });
  answer(exchange.reply, exchange.fault === null ? 200 : 421, [], Buffer.from(exchange.request.method));
}

const http1 = createServer();
http1.on('request', (request, response) => void take(factory.fromHttp1(scope, request, response, request.url ?? '', false)));
http1.on('checkContinue', (request, response) => void take(factory.fromHttp1(scope, request, response, request.url ?? '', true)));
http1.on('upgrade', (request, socket, head) => void take(factory.fromUpgrade(scope, request, socket, head, request.url ?? '')));
http1.listen(0, '127.0.0.1');
await once(http1, 'listening');
const http2 = createHttp2Server();
http2.on('stream', (stream, _fields, flags, raw) => void take(factory.fromHttp2(scope, stream, raw, (flags & 1) !== 0)));
http2.listen(0, '127.0.0.1');
await once(http2, 'listening');
after(() => {
  http1.close();
  http2.close();
});

async function speak(bytes: string): Promise<{ readonly heard: string; readonly exchange: Exchange; readonly body: string }> {
  const client = connect(portOf(http1), '127.0.0.1');
  client.write(bytes);
  const heard = await text(client);
  const last = seen.at(-1);
  assert.ok(last !== undefined);
  return { heard, ...last };
}

async function stream(
  fields: Record<string, string>,
  body?: string,
): Promise<{ readonly status: unknown; readonly exchange: Exchange; readonly body: string }> {
  const session = connectHttp2(`http://127.0.0.1:${portOf(http2)}`);
  const asked = session.request({ ':authority': 'site.test', ...fields }, { endStream: body === undefined });
  if (body !== undefined) asked.end(body);
  const [head] = await once(asked, 'response');
  asked.resume();
  if (!asked.closed) await once(asked, 'close');
  session.close();
  const last = seen.at(-1);
  assert.ok(last !== undefined);
  return { status: Reflect.get(Object(head), ':status'), ...last };
}

const CLOSE = 'Connection: close\r\n';

test('a request keeps its scope, and ids are never the same twice', async () => {
  const first = await speak(`GET /a?b HTTP/1.1\r\nHost: site.test\r\n${CLOSE}\r\n`);
  const { exchange } = await speak(`GET /a?b HTTP/1.1\r\nHost: site.test\r\n${CLOSE}\r\n`);
  assert.deepEqual(
    [exchange.request.target, exchange.request.authority, exchange.source, exchange.identify(), exchange.fault, exchange.cause],
    ['/a?b', SCOPE.authority, '10.0.0.1', PRINCIPAL, null, null],
  );
  const other = createExchangeFactory(createMemoryBudget(1));
  assert.equal(new Set([first.exchange.id, exchange.id, factory.nextId(), other.nextId(), other.nextId()]).size, 5);
});

for (const [name, fields, declared] of [
  ['counted', 'Content-Length: 4\r\n\r\nbody', 4],
  ['chunked', 'Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n', null],
] as const) {
  test(`a ${name} body is there to be read`, async () => {
    const { exchange, body } = await speak(`POST / HTTP/1.1\r\nHost: site.test\r\n${CLOSE}${fields}`);
    assert.deepEqual([exchange.request.hasBody, exchange.body.declaredBytes, body], [true, declared, 'body']);
  });
}

test('a body of no bytes is none', async () => {
  const { exchange } = await speak(`POST / HTTP/1.1\r\nHost: site.test\r\n${CLOSE}Content-Length: 0\r\n\r\n`);
  assert.deepEqual([exchange.request.hasBody, exchange.body.complete], [false, true]);
});

test('a client that asks is invited once its body is wanted', async () => {
  const request = makeRequest({
    port: portOf(http1),
    host: '127.0.0.1',
    method: 'POST',
    agent: false,
    headers: { host: 'site.test', expect: '100-continue', 'content-length': '4' },
  });
  request.flushHeaders();
  await once(request, 'continue');
  request.end('body');
  const [response] = await once(request, 'response');
  Reflect.get(Object(response), 'resume').call(response);
  assert.equal(seen.at(-1)?.body, 'body');
});

test('content codings are told to whoever reads the body', async () => {
  const { body } = await speak(
    `POST / HTTP/1.1\r\nHost: site.test\r\n${CLOSE}Content-Encoding: lz4\r\nContent-Length: 4\r\n\r\nbody`,
  );
  assert.match(body, /coding/);
});

// INVARIANT of ClientScope: every request on this connection is for its authority.
test('a bad head is a fault, and nothing of it is repeated', async () => {
  const { exchange, heard } = await speak(
    `GET /secret?token=s3cret HTTP/1.1\r\nHost: other.test\r\nX-Key: s3cret\r\n${CLOSE}\r\n`,
  );
  assert.match(heard, /^HTTP\/1\.1 421/);
  assert.equal(exchange.fault?.code, 'AUTHORITY_MISMATCH');
  assert.deepEqual(
    [
      exchange.request.target,
      exchange.request.query,
      exchange.request.headers.raw,
      exchange.request.authority,
      exchange.request.ambiguousPath,
    ],
    ['/', '', [], SCOPE.authority, true],
  );
  assert.doesNotMatch(JSON.stringify(exchange.request), /s3cret/);
});

test('under a foreign TLS server name every request is at fault, and the name is plain text', async () => {
  scope = { ...SCOPE, foreignServerName: 'evil\u001b[2J.test' };
  try {
    const { exchange } = await speak(`GET / HTTP/1.1\r\nHost: site.test\r\n${CLOSE}\r\n`);
    assert.equal(exchange.fault?.code, 'AUTHORITY_MISMATCH');
    assert.match(exchange.fault.message, /evil/);
    assert.ok(!exchange.fault.message.includes('\u001b'));
    assert.equal((await stream({ ':path': '/' })).exchange.fault?.code, 'AUTHORITY_MISMATCH');
  } finally {
    scope = SCOPE;
  }
});

test('an upgrade has no body and keeps what it asked for', async () => {
  const { exchange, heard } = await speak(
    'GET /ws HTTP/1.1\r\nHost: site.test\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\nearly',
  );
  assert.deepEqual([exchange.request.upgrade, exchange.request.hasBody, exchange.body.complete], ['websocket', false, true]);
  assert.match(heard, /^HTTP\/1\.1 200 [^]*connection: close\r\n\r\nGET$/);
});

test('an HTTP/2 stream is an exchange like any other, with its body', async () => {
  const { exchange, body, status } = await stream({ ':method': 'POST', ':path': '/h2' }, 'body');
  assert.deepEqual([status, exchange.request.method, exchange.request.target, body], [200, 'POST', '/h2', 'body']);
  assert.equal((await stream({ ':path': '/h2' })).exchange.request.hasBody, false);
});

test('a HEAD whose head is at fault still hears that it is', async () => {
  const { status, exchange } = await stream({ ':method': 'HEAD', ':path': '/h2', ':authority': 'other.test' });
  assert.deepEqual([status, exchange.fault?.code], [421, 'AUTHORITY_MISMATCH']);
});
