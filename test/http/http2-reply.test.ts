// Answers over one HTTP/2 stream: what the protocol forbids breaks off that stream alone, and half an answer is reset, not ended.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type ServerHttp2Stream } from 'node:http2';
import { test } from 'node:test';
import { http2Reply } from '../../src/http/http2-reply.ts';
import type { Reply } from '../../src/http/reply.ts';
import { portOf } from '../support/origin.ts';

interface Heard {
  readonly status: number | null;
  readonly interim: readonly number[];
  readonly body: string;
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly code: number | undefined;
}

async function said(
  answer: (reply: Reply, stream: ServerHttp2Stream) => unknown,
  /** `left`: the client leaves once its request is there, and this is waited for. */
  { method = 'GET', left }: { method?: string; left?: Promise<unknown> } = {},
): Promise<Heard> {
  const server = createServer();
  server.on('stream', (served) => {
    answer(http2Reply(served, method === 'HEAD'), served);
    if (left !== undefined) stream.close(8);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect(`http://127.0.0.1:${portOf(server)}`);
  const stream = client.request({ ':path': '/', ':method': method }, { endStream: true });
  const heard = { status: null as number | null, interim: [] as number[], body: '', trailers: {} as Record<string, unknown> };
  stream.on('headers', (fields) => void heard.interim.push(Number(fields[':status'])));
  stream.on('response', (fields) => void (heard.status = Number(fields[':status'])));
  stream.on('trailers', (fields) => void (heard.trailers = { ...fields }));
  stream.on('data', (chunk) => void (heard.body += String(chunk)));
  stream.on('error', () => undefined);
  await new Promise((resolve) => void stream.once('close', resolve));
  await left;
  client.close();
  server.close();
  return { ...heard, code: stream.rstCode };
}

test('hints, head, body and trailers are one stream', async () => {
  const heard = await said((reply) => {
    reply.inform(103, ['Link', '</a>']);
    reply.head(200, ['X-Cased', '1', 'connection', 'close']);
    reply.write(Buffer.from('ok'));
    reply.end(['grpc-status', '0']);
  });
  assert.deepEqual(
    [heard.status, heard.interim, heard.body, heard.trailers['grpc-status'], heard.code],
    [200, [103], 'ok', '0', 0],
  );
});

test('HEAD, 204, 304 and a head that is the last word end the stream', async () => {
  const answers = [
    ['HEAD', 200, false],
    ['GET', 204, false],
    ['GET', 304, false],
    ['POST', 200, true],
  ] as const;
  for (const [method, status, last] of answers) {
    const heard = await said(
      (reply, stream) => {
        stream.resume();
        reply.head(status, [], last);
        reply.write(Buffer.from('never sent'));
        reply.end(['x', 'neither']);
      },
      { method },
    );
    assert.deepEqual([heard.status, heard.body, heard.code], [status, '', 0]);
  }
});

// INVARIANT: what an upstream says never throws in an event handler (threat B20).
for (const [name, trailers] of [
  ['stand twice', ['etag', 'a', 'etag', 'b']],
  ['HTTP/2 forbids', ['te', 'gzip']],
] as const) {
  test(`trailers that ${name} break the stream off`, async () => {
    const heard = await said((reply) => {
      reply.head(200, []);
      reply.write(Buffer.from('ok'));
      reply.end(trailers);
    });
    assert.notEqual(heard.code, 0);
  });
}

test('a hint that HTTP/2 cannot carry is left out', async () => {
  const heard = await said((reply) => {
    reply.inform(103, ['te', 'gzip']);
    reply.head(200, []);
    reply.end([]);
  });
  assert.deepEqual([heard.interim, heard.status, heard.code], [[], 200, 0]);
});

test('an aborted answer is reset', async () => {
  const heard = await said((reply) => {
    reply.head(200, []);
    reply.write(Buffer.from('half'));
    setTimeout(() => reply.abort(), 20);
  });
  assert.notEqual(heard.code, 0);
});

test('a client that leaves is told of, also when it left before anybody asked', async () => {
  const told: string[] = [];
  const { promise: left, resolve } = Promise.withResolvers<void>();
  await said(
    (reply, stream) => {
      reply.onClose(() => told.push('at once'));
      stream.on('close', () => setTimeout(() => reply.onClose(() => resolve(void told.push('afterwards'))), 5));
    },
    { left },
  );
  assert.deepEqual(told, ['at once', 'afterwards']);
});
