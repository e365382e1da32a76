// Watched answers between real sockets: streams stay streams, and what is cut looks cut.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as makeRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { after, test } from 'node:test';
import { brotliCompressSync, constants, createGzip } from 'node:zlib';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { rewritingReply } from '../../src/observe/rewriting-reply.ts';
import type { AnswerRewriter } from '../../src/providers/observation.ts';
import { startBridge } from '../support/bridge.ts';
import { portOf } from '../support/origin.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());
const MIB = 1024 * 1024;
let poured = 0;
let next = Promise.withResolvers<void>();

const ROUTES: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '/events': (response) => {
    const encoder = createGzip();
    encoder.pipe(response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' }));
    const send = async (): Promise<void> => {
      for (const event of ['data: one\n\n', 'data: two\n\n', 'data: three\n\n']) {
        encoder.write(event);
        encoder.flush(constants.Z_SYNC_FLUSH);
        await next.promise;
        next = Promise.withResolvers();
      }
      encoder.end();
    };
    void send();
  },
  '/json': (response) => void response.writeHead(200, { etag: '"1"', 'content-length': 9 }).end('{"a":"b"}'),
  '/br': (response) => void response.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync('{"a":"b"}')),
  '/secret': (response) => {
    response.writeHead(200, { 'content-length': 200_000 }).write('fine');
    void next.promise.then(() => response.end(Buffer.alloc(199_996, 'secret')));
  },
  '/pour': (response) => {
    const chunk = Buffer.alloc(MIB, 'x');
    const more = (): void => {
      while (poured < 200 && !response.destroyed) {
        poured += 1;
        if (!response.write(chunk)) return void response.once('drain', more);
      }
      response.end();
    };
    response.writeHead(200);
    more();
  },
  '/head': (response) => void response.writeHead(200, { 'content-length': 5, etag: '"1"' }).end(),
};

const origin = createServer((request, response) => (ROUTES[request.url ?? ''] ?? ROUTES['/json'])?.(response));
origin.listen(0, '127.0.0.1');
await once(origin, 'listening');
stack.defer(() => {
  origin.close();
  origin.closeAllConnections();
});

const shouting: AnswerRewriter = {
  push(chunk) {
    if (chunk.includes('secret')) throw new Error('not to be passed on');
    return Buffer.from(chunk.toString('latin1').toUpperCase());
  },
  end: () => Buffer.alloc(0),
  heldBytes: () => 0,
};
const aids = { mayDo: () => Promise.resolve(true), learn: () => undefined, say: () => undefined, find: () => undefined };
const bridge = stack.use(
  await startBridge(portOf(origin), [], (reply) =>
    rewritingReply(reply, {
      observation: { kind: 'rewrite', open: () => shouting },
      aids,
      bodyless: () => false,
      budget: createMemoryBudget(1_000_000),
    }),
  ),
);

async function ask(path: string, method = 'GET'): Promise<IncomingMessage> {
  const request = makeRequest({ port: bridge.port, host: '127.0.0.1', path, method, agent: false });
  request.end();
  const [response]: IncomingMessage[] = await once(request, 'response');
  return response ?? assert.fail('no response');
}

async function whole(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return text;
}

test('an event stream stays one: each event is there before the next is sent', async () => {
  const response = await ask('/events');
  assert.equal(response.headers['content-encoding'], undefined);
  const events: string[] = [];
  for await (const chunk of response) {
    events.push(String(chunk));
    next.resolve();
  }
  assert.deepEqual(events, ['DATA: ONE\n\n', 'DATA: TWO\n\n', 'DATA: THREE\n\n']);
});

test('plain or coded, the client gets it whole and without what told of the old bytes', async () => {
  for (const path of ['/json', '/br']) {
    const response = await ask(path);
    assert.equal(await whole(response), '{"A":"B"}');
    assert.deepEqual(
      [response.headers['etag'], response.headers['content-length'], response.headers['content-encoding']],
      [undefined, undefined, undefined],
    );
  }
});

// INVARIANT: a broken answer, never raw bytes.
test('a rewriter that fails cuts the answer: the client sees it broken, and not a raw byte', async () => {
  next = Promise.withResolvers();
  const response = await ask('/secret');
  let text = '';
  await assert.rejects(async () => {
    for await (const chunk of response) {
      text += String(chunk);
      next.resolve();
    }
  });
  assert.equal(text, 'FINE');
});

test('a client that reads nothing holds the upstream back', async () => {
  const response = await ask('/pour');
  response.pause();
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(poured < 60, `${poured} MiB were taken for a client that reads nothing`);
  response.destroy();
});

test('a HEAD ends', async () => {
  assert.equal(await whole(await ask('/head', 'HEAD')), '');
});
