// The proxy's listener over real sockets: absolute-form, what is no proxy request, and the authority that decides.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { createExchangeFactory } from '../../src/connection/exchange-factory.ts';
import { createListener } from '../../src/connection/listener.ts';
import type { Exchange } from '../../src/http/exchange.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { answer } from '../../src/http/reply.ts';
import type { Directory } from '../../src/identify/directory.ts';
import { portOf } from '../support/origin.ts';

const counted: string[] = [];
const exchanges: Exchange[] = [];
let connects = 0;
const unused = (): never => {
  throw new Error('not asked for here');
};
const directory: Directory = {
  generation: 0,
  agent: unused,
  user: unused,
  agents: unused,
  users: unused,
  authenticateAgent: unused,
  authenticateUser: unused,
};
const listener = createListener({
  tls: null,
  connections: 100,
  requireAgent: true,
  directory,
  factory: createExchangeFactory(createMemoryBudget(1_000_000)),
  tally: { count: (_source, code) => void counted.push(code), flush: () => undefined },
  connect(_request, socket) {
    connects += 1;
    socket.end();
  },
  handle(exchange) {
    exchanges.push(exchange);
    const closing = exchange.body.complete ? [] : ['connection', 'close'];
    // Later, as a verdict comes: what was sent in one piece is read by then.
    setImmediate(() => answer(exchange.reply, exchange.fault === null ? 200 : 421, closing, Buffer.alloc(0)));
  },
  internal: () => false,
});
listener.listen(0, '127.0.0.1');
await once(listener, 'listening');
after(() => void listener.close());

async function say(bytes: string): Promise<string> {
  const client = connect(portOf(listener), '127.0.0.1');
  let heard = '';
  client.on('data', (chunk) => void (heard += String(chunk)));
  client.write(bytes);
  await once(client, 'close');
  return heard;
}

const asks = (line: string, host: string): string => `${line} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;

for (const [line, scheme, host, port, target] of [
  ['GET http://a.test/x?y=1', 'http', 'a.test', 80, '/x?y=1'],
  ['GET http://a.test:8080', 'http', 'a.test', 8080, '/'],
  ['GET https://a.test/s', 'https', 'a.test', 443, '/s'],
  ['GET http://a.test?q', 'http', 'a.test', 80, '/?q'],
] as const) {
  test(`${line} is an exchange with ${scheme}://${host}:${port}`, async () => {
    assert.match(await say(asks(line, `${host}${port === 8080 ? ':8080' : ''}`)), /^HTTP\/1\.1 200/);
    const { request } = exchanges.at(-1) ?? {};
    assert.deepEqual([request?.scheme, request?.authority, request?.target], [scheme, { host, port }, target]);
  });
}

test('a Host that contradicts the target is a fault', async () => {
  assert.match(await say(asks('GET http://a.test/', 'b.test')), /^HTTP\/1\.1 421/);
  assert.equal(exchanges.at(-1)?.fault?.code, 'AUTHORITY_MISMATCH');
});

for (const line of [
  'GET /origin-form',
  'GET ftp://a.test/',
  'GET http://u:p@a.test/',
  'GET http://a.test:99999/',
  'GET http://a.test\\@b.test/',
]) {
  test(`${line} is refused and counted, and makes no exchange`, async () => {
    const before = exchanges.length;
    const many = counted.length;
    assert.match(await say(asks(line, 'a.test')), /^HTTP\/1\.1 400/);
    assert.equal(exchanges.length, before);
    assert.equal(counted.length, many + 1);
  });
}

test('bytes that are no HTTP are refused and counted', async () => {
  const many = counted.length;
  assert.match(await say('\0\0\0\r\n\r\n'), /^HTTP\/1\.1 400/);
  assert.equal(counted.length, many + 1);
});

test('a body that breaks off in the bytes that its head came with is never begun upstream', async () => {
  await say('POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbodyX\r\n');
  assert.throws(() => exchanges.at(-1)?.body.outgoing(), { code: 'BODY_ABORTED' });
});

test('CONNECT is handed over', async () => {
  await say('CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n');
  assert.equal(connects, 1);
});

const LAST = [
  ['refused', 'GET /origin-form HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['without a sure end', 'POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
] as const;
const BEHIND = [
  ['a request', 'GET http://a.test/behind HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['an upgrade', 'GET http://a.test/behind HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
  ['a CONNECT', 'CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n'],
] as const;
for (const [what, last] of LAST)
  for (const [name, behind] of BEHIND)
    test(`${name} behind a request that was ${what} is none`, async () => {
      const [before, connected] = [exchanges.length, connects];
      await say(`${last}${behind}`);
      const arrived = exchanges.slice(before).filter(({ fault }) => fault === null);
      assert.deepEqual([arrived.length, connects], [0, connected]);
    });
