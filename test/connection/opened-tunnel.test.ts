// The servers inside tunnels: fed with sockets, each with its scope; what is no HTTP is told and over.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect, createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import type { ClientScope } from '../../src/connection/client-scope.ts';
import { createExchangeFactory } from '../../src/connection/exchange-factory.ts';
import { createOpenedTunnels } from '../../src/connection/opened-tunnel.ts';
import { InterlockError } from '../../src/errors.ts';
import type { Exchange } from '../../src/http/exchange.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { answer } from '../../src/http/reply.ts';
import { PRINCIPAL } from '../support/exchange.ts';
import { portOf } from '../support/origin.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());
const seen: Exchange[] = [];
const garbage: string[] = [];
const faults: string[] = [];
const opened = createOpenedTunnels({
  factory: createExchangeFactory(createMemoryBudget(1_000_000)),
  handle(exchange) {
    seen.push(exchange);
    // Later, as a verdict comes: what was sent in one piece is read by then.
    setImmediate(() => {
      const { reply, fault, body, request } = exchange;
      if (fault === null) faults.push(bodyFault(exchange));
      const closing = body.complete ? [] : ['connection', 'close'];
      answer(reply, fault === null ? 200 : 400, closing, Buffer.from(fault?.code ?? request.method));
    });
  },
  onGarbage: (_scope, message) => void garbage.push(message),
});

/** The code that a body which is sent on throws; empty when it can go. */
function bodyFault({ body }: Exchange): string {
  try {
    body.outgoing();
    return '';
  } catch (error) {
    return error instanceof InterlockError ? error.code : 'other';
  }
}

/** Each connection is a tunnel to a name of its own: the number of the connection. */
let tunnels = 0;
let protocol: 'h1' | 'h2' = 'h1';
const front = createServer((socket) => {
  tunnels += 1;
  const scope: ClientScope = {
    authority: { host: `t${tunnels}.test`, port: 80 },
    scheme: 'http',
    identify: () => PRINCIPAL,
    source: '127.0.0.1',
    foreignServerName: null,
  };
  if (protocol === 'h1') opened.serveHttp1(socket, scope);
  else opened.serveHttp2(socket, scope);
});
front.listen(0, '127.0.0.1');
await once(front, 'listening');
stack.defer(() => void front.close());

async function speak(bytes: (host: string) => string): Promise<string> {
  protocol = 'h1';
  const host = `t${tunnels + 1}.test`;
  const client: Socket = connect(portOf(front), '127.0.0.1');
  let heard = '';
  client.on('data', (chunk) => void (heard += String(chunk)));
  client.write(bytes(host), 'latin1');
  await once(client, 'close');
  return heard;
}

test('a request is an exchange of the tunnel it came through', async () => {
  assert.match(await speak((host) => `GET /a HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`), /200 OK[^]*GET/);
  assert.equal(seen.at(-1)?.request.authority.host, `t${tunnels}.test`);
});

test('another host than the tunnel leads to is a fault, not an exchange elsewhere', async () => {
  assert.match(await speak(() => 'GET /a HTTP/1.1\r\nHost: other.test\r\nConnection: close\r\n\r\n'), /AUTHORITY_MISMATCH/);
});

for (const [name, bytes, status, told] of [
  ['bytes that are no HTTP', 'GET / HTTP/1.1\r\nBad\0: x\r\n\r\n', 400, /not HTTP/],
  ['CONNECT', 'CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n', 501, /CONNECT inside/],
] as const) {
  test(`${name} inside: answered, told, closed`, async () => {
    const exchanges = seen.length;
    assert.match(await speak(() => bytes), new RegExp(`^HTTP/1.1 ${status}`));
    assert.match(garbage.at(-1) ?? '', told);
    assert.equal(seen.length, exchanges);
  });
}

for (const [name, behind] of [
  ['request', 'POST /behind HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\n\r\n'],
  ['upgrade', 'GET /behind HTTP/1.1\r\nHost: HOST\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
] as const) {
  // INVARIANT: whichever of the two verdicts is written first (threat B1).
  test(`behind a request whose end is not sure nothing is a request: ${name}`, async () => {
    const exchanges = seen.length;
    const first = 'POST /a HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n';
    const heard = await speak((host) => `${first}${behind}`.replaceAll('HOST', host));
    assert.equal(seen.length - exchanges, 1);
    if (name === 'request') assert.match(heard, /^HTTP\/1\.1 400 [^]*REQUEST_MALFORMED$/);
    assert.doesNotMatch(heard, / 200 /);
  });
}

test('a body that breaks off in the bytes that its head came with is never begun upstream', async () => {
  const request = 'POST /a HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbodyX\r\n';
  await speak((host) => request.replace('HOST', host));
  assert.match(garbage.at(-1) ?? '', /not HTTP/);
  assert.equal(faults.at(-1), 'BODY_ABORTED');
});

test('a request that was whole goes, whatever comes behind it', async () => {
  const heard = await speak((host) => `POST /a HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 2\r\n\r\nhiBad\0`);
  assert.match(garbage.at(-1) ?? '', /not HTTP/);
  assert.match(heard, /^HTTP\/1\.1 400/);
  assert.equal(faults.at(-1), '');
});

test('a socket that was read from and paused is still served', async () => {
  protocol = 'h1';
  front.prependOnceListener('connection', (socket: Socket) => {
    socket.pause();
    socket.unshift('GET /paused HT');
  });
  assert.match(await speak((host) => `TP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`), /200 OK/);
});

test('HTTP/2 sessions that arrive together each keep their own scope', async () => {
  protocol = 'h2';
  const first = tunnels + 1;
  const clients = [0, 1].map(() => connectHttp2(`http://127.0.0.1:${portOf(front)}`));
  const statuses = await Promise.all(
    clients.map(async (client, i) => {
      const stream = client.request({ ':authority': `t${first + i}.test`, ':path': '/h2' });
      const [fields] = await once(stream, 'response');
      stream.resume();
      return Reflect.get(Object(fields), ':status');
    }),
  );
  assert.deepEqual(statuses, [200, 200]);
  const closed = clients.map((client) => once(client, 'close'));
  opened.drain();
  await Promise.all(closed);
});
