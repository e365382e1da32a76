// Upstreams whose answers Node's own writers would throw on: the exchange ends in an error, the gateway serves on.

import assert from 'node:assert/strict';
import { createSecureServer, type ServerHttp2Stream } from 'node:http2';
import { once } from 'node:events';
import { after, describe, it } from 'node:test';
import { curl } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { portOf } from '../support/origin.ts';
import { startRawOrigin } from '../support/raw-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const trailing = (trailers: string): string =>
  `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n${trailers}\r\n`;
const ANSWERS: Readonly<Record<string, string>> = {
  '/ok': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  '/trailers-twice': trailing('ETag: a\r\nETag: b\r\n'),
  '/trailers-te': trailing('TE: gzip\r\n'),
  '/trailers-framing': trailing('Content-Length: 9\r\nTransfer-Encoding: chunked\r\nConnection: close\r\nHost: x\r\n'),
  '/trailers-latin': trailing('X-Odd: \xe9\xff\r\n'),
  '/head-twice': 'HTTP/1.1 200 OK\r\nETag: a\r\nETag: b\r\nLocation: /a\r\nLocation: /b\r\nContent-Length: 2\r\n\r\nok',
  '/head-te': 'HTTP/1.1 200 OK\r\nTE: gzip\r\nHTTP2-Settings: x\r\nContent-Length: 2\r\n\r\nok',
  '/early-link': 'HTTP/1.1 103 Early Hints\r\nLink: nonsense\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  '/early-twice':
    'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nETag: a\r\nETag: b\r\nTE: gzip\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  '/processing':
    'HTTP/1.1 102 Processing\r\nTE: gzip\r\n\r\nHTTP/1.1 199 Odd\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
};

/** What an HTTP/2 origin does with its stream, by path. */
const STREAMS: Readonly<Record<string, (stream: ServerHttp2Stream) => void>> = {
  '/ok': (stream) => {
    stream.respond({ ':status': 200 });
    stream.end('ok');
  },
  '/early-link': (stream) => {
    stream.additionalHeaders({ ':status': 103, link: 'nonsense' });
    STREAMS['/ok']?.(stream);
  },
  '/early-flood': (stream) => {
    for (let i = 0; i < 2_000; i += 1) stream.additionalHeaders({ ':status': 103, link: '</a>; rel=preload' });
    STREAMS['/ok']?.(stream);
  },
  '/trailers-twice': (stream) => {
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-a': ['1', '2'], 'x-te': 'gzip' }));
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.end('ok');
  },
  '/goaway': (stream) => stream.session?.goaway(0x2),
  '/reset': (stream) => stream.close(0xb),
};

const ca = stack.use(await createThrowawayCa());
const raw = stack.use(
  await startRawOrigin(
    await ca.issue(['raw.e2e.test']),
    (head) => ANSWERS[/ (\S+) /.exec(head)?.[1] ?? ''] ?? ANSWERS['/ok'] ?? '',
  ),
);
const leaf = await ca.issue(['h2.e2e.test']);
const h2 = createSecureServer({ key: leaf.keyPem, cert: leaf.certPem });
h2.on('stream', (stream, fields) => {
  stream.on('error', () => undefined);
  (STREAMS[String(fields[':path'])] ?? STREAMS['/ok'])?.(stream);
});
h2.on('sessionError', () => undefined);
h2.listen(0, '127.0.0.1');
await once(h2, 'listening');
stack.defer(() => void h2.close());

const interlock = stack.use(
  await startInterlock({
    caFiles: [ca.certFile],
    hosts: { 'raw.e2e.test': raw.address, 'h2.e2e.test': `127.0.0.1:${portOf(h2)}` },
  }),
);
const agent = await interlock.addAgent('victim', { teams: ['engineering'] });

describe('an answer that a writer of ours could choke on', () => {
  const CASES = [
    ...Object.keys(ANSWERS).map((path) => `raw.e2e.test${path}`),
    ...Object.keys(STREAMS).map((path) => `h2.e2e.test${path}`),
  ];
  for (const client of ['--http1.1', '--http2']) {
    for (const place of CASES) {
      it(`${place} to curl ${client} ends, and the gateway serves on`, async () => {
        const answer = await curl(agent, [client, `https://${place}`, '--max-time', '30']);
        assert.notEqual(answer.code, 28, 'it was left waiting');
        assert.equal(interlock.gateway.exitCode(), null, interlock.gateway.log().slice(-3000));
        assert.equal((await curl(agent, [client, `https://${place.split('/', 1)[0]}/ok`])).body, 'ok');
      });
    }
  }
});

it('the chain holds, and every verdict that went out has its outcome', async () => {
  // An outcome may wait for company, and the answer is with the client before it.
  const report = await waitFor(async () => {
    const seen = await interlock.verify();
    return seen.unfinished === 0 ? seen : undefined;
  });
  assert.equal(report.ok, true);
});
