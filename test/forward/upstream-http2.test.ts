// HTTP/2 upstreams: streams bridged one to one; a reset is never an end, in either direction.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Outgoing } from '../../src/forward/outgoing.ts';
import { openHttp2Session, sendHttp2 } from '../../src/forward/upstream-http2.ts';
import { portOf } from '../support/origin.ts';
import { outgoingTo, recordingSink, type RecordingSink } from '../support/sink.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());
let script: (stream: ServerHttp2Stream, fields: IncomingHttpHeaders) => void = () => undefined;
const server = createServer({ settings: { enableConnectProtocol: true } });
server.on('stream', (stream, fields) => {
  stream.on('error', () => undefined);
  script(stream, fields);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
stack.defer(() => void server.close());

async function start(answer: typeof script, parts: Partial<Outgoing> = {}): Promise<{ sink: RecordingSink; gone: () => number }> {
  script = answer;
  const outgoing = outgoingTo('origin.test', 80, { scheme: 'http', ...parts });
  const socket = connect(portOf(server), '127.0.0.1');
  await once(socket, 'connect');
  let gone = 0;
  const session = openHttp2Session(outgoing, socket, () => void (gone += 1));
  stack.defer(() => session.destroy());
  const sink = recordingSink();
  sendHttp2(session, outgoing, sink);
  return { sink, gone: () => gone };
}

test('fields, interim answers, the body and trailers are bridged', async () => {
  let asked: IncomingHttpHeaders = {};
  const { sink } = await start(
    (stream, fields) => {
      asked = fields;
      stream.additionalHeaders({ ':status': 103, link: '</a>' });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.respond({ ':status': 200, 'x-a': '1' }, { waitForTrailers: true });
      stream.end('ok');
    },
    { headers: ['X-Cased', '1', 'x-twice', 'a', 'x-twice', 'b', 'connection', 'x', 'host', 'evil.test'] },
  );
  const seen = await sink.over;
  assert.deepEqual(
    [seen.status, seen.interim, seen.body, seen.trailers, seen.error],
    [200, [103], 'ok', ['grpc-status', '0'], null],
  );
  assert.equal(asked[':authority'], 'origin.test');
  assert.equal(asked['x-cased'], '1');
  assert.equal(asked['host'], undefined);
  assert.equal(asked['connection'], undefined);
});

test('an answer that is reset is a failure, not an end', async () => {
  const { sink } = await start((stream) => {
    stream.respond({ ':status': 200 });
    stream.write('half', () => stream.destroy(new Error('broken')));
  });
  assert.equal((await sink.over).error?.code, 'UPSTREAM_CLOSED');
});

for (const [name, drop] of [
  ['ends without a head', (stream: ServerHttp2Stream) => stream.close()],
  ['is dropped without a head', (stream: ServerHttp2Stream) => stream.destroy()],
  [
    'ends behind an interim answer',
    (stream: ServerHttp2Stream) => {
      stream.additionalHeaders({ ':status': 103 });
      stream.close();
    },
  ],
] as const)
  test(`a stream that ${name} is a failure, not an answer`, async () => {
    const { sink } = await start(drop);
    const seen = await sink.over;
    assert.deepEqual([seen.status, seen.error?.code], [null, 'UPSTREAM_CLOSED']);
  });

async function* broken(): AsyncGenerator<Buffer> {
  yield Buffer.from('half');
  await delay(20);
  throw new Error('the client left');
}

// INVARIANT: a body that breaks off is reset and never ended (threat B13).
test('a request body that breaks off is reset before it ends', async () => {
  const code = Promise.withResolvers<number>();
  const { sink } = await start(
    (stream) => {
      stream.resume();
      stream.on('close', () => code.resolve(stream.rstCode));
    },
    { method: 'POST', body: broken() },
  );
  assert.notEqual(await code.promise, 0);
  assert.equal((await sink.over).error?.code, 'UPSTREAM_CLOSED');
});

test('aborting a request whose body is still open resets it', async () => {
  const code = Promise.withResolvers<number>();
  const begun = Promise.withResolvers<void>();
  async function* endless(): AsyncGenerator<Buffer> {
    yield Buffer.from('half');
    await delay(60_000, null, { ref: false });
  }
  const { sink } = await start(
    (stream) => {
      stream.on('data', () => begun.resolve());
      stream.on('close', () => code.resolve(stream.rstCode));
    },
    { method: 'POST', body: endless() },
  );
  await begun.promise;
  sink.flow?.abort();
  assert.notEqual(await code.promise, 0);
});

test('a request that HTTP/2 can not carry fails before anything is sent', async () => {
  let streams = 0;
  const { sink } = await start(() => void (streams += 1), { headers: ['te', 'gzip'] });
  assert.equal((await sink.over).error?.code, 'UPSTREAM_PROTOCOL');
  assert.equal(streams, 0);
});

test('the owner hears when the session takes no more', async () => {
  const { sink, gone } = await start((stream) => {
    stream.session?.goaway();
    stream.respond({ ':status': 200 });
    stream.end('last');
  });
  assert.equal((await sink.over).body, 'last');
  await waitFor(() => gone() > 0 || undefined);
});
