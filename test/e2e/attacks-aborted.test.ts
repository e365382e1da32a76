// Requests that never end, or end early: an origin must not take half of one for a whole, and nobody else may wait for it.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { setTimeout as delay } from 'node:timers/promises';
import { curl } from '../support/agent-client.ts';
import { FLAG, FRAME, frame, headerBlock, PREFACE } from '../support/h2-frames.ts';
import { startInterlock } from '../support/interlock.ts';
import { echo, startOrigin } from '../support/origin.ts';
import { openTls } from '../support/raw-connection.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const old = stack.use(
  await startOrigin({
    leaf: await ca.issue(['h1.e2e.test']),
    protocols: ['http/1.1'],
    answer: async (request, response, received) => {
      if (!received.target.startsWith('/early')) {
        await echo(request, response, received);
        return;
      }
      response.statusCode = 413;
      response.end('too much');
    },
  }),
);
const fresh = stack.use(await startOrigin({ leaf: await ca.issue(['h2.e2e.test']), protocols: ['h2'] }));
const ORIGINS = { 'h1.e2e.test': old, 'h2.e2e.test': fresh } as const;
/** How each HTTP/2 stream ended at the origin, by path: 0 is a whole request. Node's request object emits `end` after a reset too. */
const endings = new Map<string, number>();
fresh.server.on('stream', (stream: ServerHttp2Stream, fields: IncomingHttpHeaders) => {
  stream.on('close', () => endings.set(String(fields[':path']), stream.rstCode));
});
const arrived = (host: keyof typeof ORIGINS, path: string) => waitFor(() => ORIGINS[host].of(path)[0]);
async function neverWhole(host: keyof typeof ORIGINS, path: string): Promise<void> {
  if (host === 'h1.e2e.test') for (const one of old.of(path)) await assert.rejects(one.body(), 'the origin took it for whole');
  // What has begun there ends there, sooner or later.
  else if (fresh.of(path).length > 0) await waitFor(() => endings.get(path));
  if (host === 'h2.e2e.test') assert.notEqual(endings.get(path) ?? -1, 0, 'the origin took it for whole');
}
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { 'h1.e2e.test': old.address, 'h2.e2e.test': fresh.address },
  }),
);
const agent = await interlock.addAgent('breaker', { teams: ['engineering'] });

/** A head without a length, so that only the end of the stream says where the body ends. */
function post(host: string, path: string): Buffer {
  const head = headerBlock([
    [':method', 'POST'],
    [':scheme', 'https'],
    [':authority', host],
    [':path', path],
  ]);
  return Buffer.concat([
    PREFACE,
    frame(FRAME.settings, FLAG.none, 0),
    frame(FRAME.headers, FLAG.endHeaders, 1, head),
    frame(FRAME.data, FLAG.none, 1, Buffer.from('half of it')),
  ]);
}

const reset = (code: number): Buffer => frame(FRAME.reset, FLAG.none, 1, Buffer.from([0, 0, 0, code]));

describe('an HTTP/2 body that is reset while it streams', () => {
  for (const code of [0, 8]) {
    for (const host of ['h1.e2e.test', 'h2.e2e.test'] as const) {
      for (const when of ['at once', 'when it is there']) {
        it(`with code ${code}, ${when}, on its way to ${host}: never whole at the origin`, async () => {
          assert.equal((await curl(agent, [`https://${host}/warm`])).status, 200);
          using connection = await openTls(interlock, agent, `${host}:443`, { alpn: ['h2'] });
          const path = `/reset-${code}-${when.replaceAll(' ', '-')}`;
          connection.write(post(host, path));
          if (when !== 'at once') await arrived(host, path);
          connection.write(reset(code));
          // At once it may never come there.
          if (when === 'at once') await delay(300);
          await neverWhole(host, path);
        });
      }
    }
  }

  it('was seen there at all', () => {
    assert.ok((endings.get('/reset-8-when-it-is-there') ?? 0) > 0);
  });

  it('and its twin that does end arrives', async () => {
    using connection = await openTls(interlock, agent, 'h2.e2e.test:443', { alpn: ['h2'] });
    connection.write(
      Buffer.concat([post('h2.e2e.test', '/whole'), frame(FRAME.data, FLAG.endStream, 1, Buffer.from(', and the rest'))]),
    );
    assert.equal((await (await arrived('h2.e2e.test', '/whole')).body()).toString(), 'half of it, and the rest');
  });
});

describe('an HTTP/1.1 body that stops', () => {
  for (const [name, fields, body] of [
    ['counted', 'Content-Length: 100\r\n', 'half'],
    ['chunked', 'Transfer-Encoding: chunked\r\n', '4\r\nhalf\r\n'],
  ] as const) {
    for (const host of ['h1.e2e.test', 'h2.e2e.test'] as const) {
      it(`${name}, hung up on the way to ${host}: never whole at the origin`, async () => {
        const path = `/cut-${name}`;
        const connection = await openTls(interlock, agent, `${host}:443`);
        connection.write(`POST ${path} HTTP/1.1\r\nHost: ${host}\r\n${fields}\r\n${body}`);
        await arrived(host, path);
        connection.socket.destroy();
        await neverWhole(host, path);
      });
    }
  }

  it('an origin that answers before the body is whole is heard, and the connection goes on', async () => {
    using connection = await openTls(interlock, agent, 'h1.e2e.test:443');
    connection.write('POST /early HTTP/1.1\r\nHost: h1.e2e.test\r\nContent-Length: 3000000\r\n\r\n');
    connection.write(Buffer.alloc(1_000_000));
    const early = await connection.answer();
    assert.equal(early.status, 413);
    connection.write(Buffer.alloc(2_000_000));
    connection.write('GET /next HTTP/1.1\r\nHost: h1.e2e.test\r\n\r\n');
    assert.equal((await connection.answer()).status, 200);
  });
});

it('every verdict has its outcome', async () => {
  const report = await waitFor(async () => {
    const seen = await interlock.verify();
    return seen.unfinished === 0 ? seen : undefined;
  });
  assert.equal(report.ok, true);
});
