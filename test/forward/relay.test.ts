// One exchange between real sockets: counted, digested, held back when it must be, and cut when it breaks.

import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get, request as makeRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startBridge } from '../support/bridge.ts';
import { portOf } from '../support/origin.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());
const MIB = 1024 * 1024;
let closedEarly = 0;
let poured = 0;
let interim = '';
let followed = 0;

const ROUTES: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
  '/echo': (request, response) =>
    void request.pipe(response.writeHead(200, { 'alt-svc': 'h3=":443"', 'interlock-entry': '7', 'x-kept': 'yes' })),
  '/204': (_request, response) => void response.writeHead(204).end(),
  '/304': (_request, response) => void response.writeHead(304, { etag: '"a"' }).end(),
  '/head': (_request, response) => void response.writeHead(200, { 'content-length': 5 }).end(),
  '/407': (_request, response) => void response.writeHead(407, { 'content-length': 0 }).end(),
  '/moved': (_request, response) => void response.writeHead(307, { location: '/followed' }).end(),
  '/followed': (_request, response) => {
    followed += 1;
    response.end();
  },
  '/broken': (_request, response) =>
    void response.writeHead(200, { 'content-length': 9 }).write('half', () => response.destroy()),
  '/trailers': (_request, response) => {
    response.writeHead(200, { trailer: 'x-sum' }).write('ok');
    response.addTrailers({ 'x-sum': '1' });
    response.end();
  },
  // It says that it closes: a request that goes over a kept connection just then is answered by nobody.
  '/flood': (_request, response) =>
    void response.socket?.end(`${interim}HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok`),
  '/endless': (_request, response) => {
    response.on('close', () => void (closedEarly += 1));
    response.writeHead(200).write('first');
  },
  '/pour': (_request, response) => {
    const chunk = Buffer.alloc(MIB);
    const more = (): void => {
      while (poured < 100 && !response.destroyed) {
        poured += 1;
        if (!response.write(chunk)) return void response.once('drain', more);
      }
      response.end();
    };
    more();
  },
};

const origin = createServer((request, response) => (ROUTES[request.url ?? ''] ?? ROUTES['/204'])?.(request, response));
origin.listen(0, '127.0.0.1');
await once(origin, 'listening');
stack.defer(() => {
  origin.close();
  origin.closeAllConnections();
});
const bridge = stack.use(await startBridge(portOf(origin), ['interlock-verdict', 'constrain']));

async function ask(path: string, method = 'GET', body: string | null = null) {
  const sent = bridge.nextSent();
  const request = makeRequest({ port: bridge.port, host: '127.0.0.1', path, method });
  request.end(body ?? undefined);
  const [response]: IncomingMessage[] = await once(request, 'response');
  assert.ok(response !== undefined);
  let text = '';
  const broken = await (async () => {
    try {
      for await (const chunk of response) text += String(chunk);
      return false;
    } catch {
      return true;
    }
  })();
  return { response, text, broken, sent: await sent };
}

test('bytes and digests of both bodies are what passed', async () => {
  const { text, sent } = await ask('/echo', 'POST', 'what is sent');
  assert.equal(text, 'what is sent');
  const digest = hash('sha256', 'what is sent', 'hex');
  assert.deepEqual(
    { ...sent },
    {
      result: 'sent',
      status: 200,
      requestBytes: 12,
      responseBytes: 12,
      requestDigest: digest,
      responseDigest: digest,
      error: null,
    },
  );
});

test('our fields are added, theirs in our name and ways around us are not passed on', async () => {
  const { response } = await ask('/echo', 'POST', 'x');
  assert.equal(response.headers['interlock-verdict'], 'constrain');
  assert.equal(response.headers['x-kept'], 'yes');
  assert.equal(response.headers['alt-svc'], undefined);
  assert.equal(response.headers['interlock-entry'], undefined);
});

for (const [path, method, status] of [
  ['/204', 'GET', 204],
  ['/304', 'GET', 304],
  ['/head', 'HEAD', 200],
] as const) {
  test(`${method} with ${status} has no body and ends`, async () => {
    const { response, text, sent } = await ask(path, method);
    assert.deepEqual(
      [response.statusCode, text, sent.result, sent.responseBytes, sent.responseDigest],
      [status, '', 'sent', 0, null],
    );
  });
}

// E27: the next hop is another request, which the client makes and which is judged; nothing is replayed from here.
test('a redirect is passed on and not followed', async () => {
  const { response, sent } = await ask('/moved', 'POST', 'once');
  assert.deepEqual([response.statusCode, response.headers.location, sent.status], [307, '/followed', 307]);
  assert.equal(followed, 0);
});

test('trailers are passed on', async () => {
  const { response } = await ask('/trailers');
  assert.deepEqual(response.trailers, { 'x-sum': '1' });
});

test('a 407 is not passed on as ours', async () => {
  const { response, sent } = await ask('/407');
  assert.equal(response.statusCode, 502);
  assert.equal(sent.error?.code, 'UPSTREAM_PROTOCOL');
  assert.equal(sent.result, 'unknown');
});

// INVARIANT: a broken answer never looks whole (threat B18).
test('a failure after the head cuts the client', async () => {
  const { broken, sent } = await ask('/broken');
  assert.equal(broken, true);
  assert.deepEqual([sent.result, sent.status, sent.error?.code], ['sent', 200, 'UPSTREAM_CLOSED']);
});

test('interim answers without end are a failure; a hundred are not', async () => {
  interim = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(100);
  assert.equal((await ask('/flood')).text, 'ok');
  interim = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(101);
  assert.equal((await ask('/flood')).sent.error?.code, 'UPSTREAM_PROTOCOL');
});

test('a client that leaves has its exchange ended upstream too', async () => {
  const sent = bridge.nextSent();
  const request = get({ port: bridge.port, host: '127.0.0.1', path: '/endless' });
  request.on('error', () => undefined);
  const [response]: IncomingMessage[] = await once(request, 'response');
  response?.on('error', () => undefined);
  request.destroy();
  assert.equal((await sent).error?.code, 'BODY_ABORTED');
  await waitFor(() => (closedEarly === 1 ? true : undefined));
});

// INVARIANT: nothing is kept: what a slow reader does not take stays with the origin (threat G3).
test('a reader that stops holds the origin back, and 100 MiB do not gather here', async () => {
  const before = process.memoryUsage().rss;
  const request = get({ port: bridge.port, host: '127.0.0.1', path: '/pour' });
  request.on('error', () => undefined);
  await once(request, 'response');
  await delay(500);
  assert.ok(poured < 40, `${poured} MiB were taken from the origin`);
  assert.ok(process.memoryUsage().rss - before < 100 * MIB);
  request.destroy();
});
