// HTTP/2 by hand: header blocks and frame orders that no honest client sends, and floods that should hurt only their sender.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { curl } from '../support/agent-client.ts';
import { FLAG, FRAME, frame, headerBlock, parseFrames, PREFACE, type SeenFrame } from '../support/h2-frames.ts';
import { startInterlock } from '../support/interlock.ts';
import { startOrigin } from '../support/origin.ts';
import { openTls } from '../support/raw-connection.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startOrigin({ leaf: await ca.issue(['app.e2e.test']) }));
const interlock = stack.use(
  await startInterlock({ warm: true, caFiles: [ca.certFile], hosts: { 'app.e2e.test': origin.address } }),
);
const agent = await interlock.addAgent('framer', { teams: ['engineering'] });
const bystander = await interlock.addAgent('bystander', { teams: ['engineering'] });

type Fields = readonly (readonly [string, string])[];
const GET: Fields = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':authority', 'app.e2e.test'],
  [':path', '/outer'],
];
const POST: Fields = [[':method', 'POST'], ...GET.slice(1)];
const settings = frame(FRAME.settings, FLAG.none, 0);

/** Sends frames after the preface, and gives back what came within the time. */
async function speak(
  frames: readonly Buffer[],
  waitMs = 600,
): Promise<{ readonly frames: SeenFrame[]; readonly closed: boolean }> {
  using connection = await openTls(interlock, agent, 'app.e2e.test:443', { alpn: ['h2'] });
  connection.write(Buffer.concat([PREFACE, settings, ...frames]));
  const text = await connection.rest(waitMs);
  return {
    frames: parseFrames(Buffer.from(text, 'latin1')),
    closed: connection.socket.destroyed || connection.socket.readableEnded,
  };
}

/** The status of stream 1, when there was a response: the static table's indexes 8–14 (RFC 7541 appendix A), else -1. */
function statusOf(frames: readonly SeenFrame[]): number | null {
  const head = frames.find((one) => one.type === FRAME.headers && one.stream === 1);
  if (head === undefined) return null;
  const first = head.payload[0] ?? 0;
  return [200, 204, 206, 304, 400, 404, 500][first - 0x88] ?? -1;
}

const BAD_HEADS: readonly (readonly [name: string, fields: Fields])[] = [
  ['an upper-case name', [...GET, ['X-Upper', '1']]],
  ['a space in :path', [...GET.slice(0, 3), [':path', '/outer HTTP/1.1\r\nHost: x']]],
  ['CRLF in :path', [...GET.slice(0, 3), [':path', '/outer\r\nx: y']]],
  ['an empty :path', [...GET.slice(0, 3), [':path', '']]],
  ['an absolute :path', [...GET.slice(0, 3), [':path', 'https://hidden.e2e.test/outer']]],
  ['CRLF in :method', [[':method', 'GET / HTTP/1.1\r\nx'], ...GET.slice(1)]],
  ['a space in :authority', [...GET.slice(0, 2), [':authority', 'app.e2e.test x'], [':path', '/outer']]],
  ['userinfo in :authority', [...GET.slice(0, 2), [':authority', 'u@app.e2e.test'], [':path', '/outer']]],
  ['no :path', GET.slice(0, 3)],
  ['no :method', GET.slice(1)],
  ['no :authority and no host', [GET[0] ?? [':method', 'GET'], [':scheme', 'https'], [':path', '/outer']]],
  [':method twice', [[':method', 'POST'], ...GET]],
  [':path twice', [...GET, [':path', '/smuggled']]],
  ['a pseudo field after a field', [...GET.slice(0, 3), ['x', '1'], [':path', '/outer']]],
  ['an unknown pseudo field', [...GET, [':smuggled', '1']]],
  ['connection', [...GET, ['connection', 'close']]],
  ['transfer-encoding', [...POST, ['transfer-encoding', 'chunked']]],
  ['upgrade', [...GET, ['upgrade', 'h2c']]],
  ['te: chunked', [...GET, ['te', 'chunked']]],
  ['host that contradicts :authority', [...GET, ['host', 'hidden.e2e.test']]],
  [
    'another scheme',
    [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':authority', 'app.e2e.test'],
      [':path', '/outer'],
    ],
  ],
  [
    'CONNECT',
    [
      [':method', 'CONNECT'],
      [':authority', 'hidden.e2e.test:443'],
    ],
  ],
  ['extended CONNECT', [[':method', 'CONNECT'], [':protocol', 'websocket'], ...GET.slice(1)]],
  ['content-length twice', [...POST, ['content-length', '0'], ['content-length', '5']]],
  ['content-length with a sign', [...POST, ['content-length', '+0']]],
];

/** Node's HTTP/2 leaves these fields out before anybody can see them: the request goes on without. */
const DROPPED: readonly (readonly [name: string, fields: Fields])[] = [
  ['CRLF in a value', [...GET, ['x', 'a\r\nx-smuggled: 1']]],
  ['LF in a name', [...GET, ['x\nsmuggled', '1']]],
  ['NUL in a value', [...GET, ['x', 'a\0b']]],
  ['an empty name', [...GET, ['', '1']]],
];

describe('a field that no message may hold', { concurrency: 8 }, () => {
  for (const [name, fields] of DROPPED) {
    it(`never reaches the origin: ${name}`, async () => {
      const path = `/dropped/${name.replaceAll(' ', '-')}`;
      await speak([
        frame(
          FRAME.headers,
          FLAG.endHeaders | FLAG.endStream,
          1,
          headerBlock(fields.map(([field, value]) => [field, field === ':path' ? path : value])),
        ),
      ]);
      for (const one of origin.of(path)) {
        assert.deepEqual(
          one.headers.filter((_, i) => i % 2 === 0 && !one.headers[i]?.startsWith(':')),
          [],
        );
      }
    });
  }
});

describe('a header block that HTTP/2 forbids', { concurrency: 8 }, () => {
  for (const [name, fields] of BAD_HEADS) {
    it(`is refused: ${name}`, async () => {
      const seen = await speak([frame(FRAME.headers, FLAG.endHeaders | FLAG.endStream, 1, headerBlock(fields))]);
      assert.ok(![200, 204, 206].includes(statusOf(seen.frames) ?? 0), `answered ${statusOf(seen.frames)}`);
    });
  }

  it('reached no origin', () => {
    assert.deepEqual(
      [...origin.of('/outer'), ...origin.of('/smuggled')].map((one) => one.headers),
      [],
    );
  });
});

describe('a body that is not what its head said', () => {
  const head = (length: number, path: string): Buffer =>
    frame(
      FRAME.headers,
      FLAG.endHeaders,
      1,
      headerBlock([
        [':method', 'POST'],
        [':scheme', 'https'],
        [':authority', 'app.e2e.test'],
        [':path', path],
        ['content-length', String(length)],
      ]),
    );

  for (const [name, path, frames] of [
    ['shorter', '/body/short', [head(10, '/body/short'), frame(FRAME.data, FLAG.endStream, 1, Buffer.from('five!'))]],
    ['longer', '/body/long', [head(2, '/body/long'), frame(FRAME.data, FLAG.endStream, 1, Buffer.from('five!'))]],
    [
      'reset before its end',
      '/body/reset',
      [
        head(10, '/body/reset'),
        frame(FRAME.data, FLAG.none, 1, Buffer.from('five!')),
        frame(FRAME.reset, FLAG.none, 1, Buffer.from([0, 0, 0, 8])),
      ],
    ],
  ] as const) {
    it(`${name}: the origin sees no complete request`, async () => {
      await speak(frames);
      for (const one of origin.of(path)) assert.equal(one.digest, null, 'the origin took it for complete');
    });
  }
});

describe('floods', () => {
  const request = (stream: number): Buffer =>
    frame(
      FRAME.headers,
      FLAG.endHeaders | FLAG.endStream,
      stream,
      headerBlock([...GET.slice(0, 3), [':path', `/flood/${stream}`]]),
    );
  const FLOODS: readonly (readonly [name: string, frames: () => Buffer[]])[] = [
    [
      'rapid reset',
      () =>
        Array.from({ length: 2000 }, (_, i) =>
          Buffer.concat([request(2 * i + 1), frame(FRAME.reset, 0, 2 * i + 1, Buffer.from([0, 0, 0, 8]))]),
        ),
    ],
    ['settings', () => Array.from({ length: 20_000 }, () => settings)],
    ['ping', () => Array.from({ length: 20_000 }, () => frame(FRAME.ping, 0, 0, Buffer.alloc(8)))],
    [
      'continuation',
      () => [
        frame(FRAME.headers, FLAG.none, 1, headerBlock(GET)),
        ...Array.from({ length: 2000 }, () => frame(FRAME.continuation, FLAG.none, 1, headerBlock([['x', 'a'.repeat(100)]]))),
      ],
    ],
    [
      'empty data',
      () => [
        frame(FRAME.headers, FLAG.endHeaders, 1, headerBlock(POST)),
        ...Array.from({ length: 20_000 }, () => frame(FRAME.data, FLAG.none, 1)),
      ],
    ],
    [
      'header list of 200 KB',
      () => [
        frame(FRAME.headers, FLAG.none, 1, headerBlock(GET)),
        ...Array.from({ length: 20 }, (_, i) =>
          frame(FRAME.continuation, i === 19 ? FLAG.endHeaders : FLAG.none, 1, headerBlock([[`x${i}`, 'a'.repeat(10_000)]])),
        ),
      ],
    ],
    [
      'requests without end',
      () =>
        Array.from({ length: 2000 }, (_, i) =>
          frame(FRAME.headers, FLAG.endHeaders, 2 * i + 1, headerBlock([...POST.slice(0, 3), [':path', '/flood/open']])),
        ),
    ],
  ];

  for (const [name, frames] of FLOODS) {
    it(`${name}: another agent is served meanwhile, and the gateway lives`, async () => {
      const all = frames();
      let served = false;
      const flood = async (): Promise<void> => {
        do await speak(all, 1000).catch(() => undefined);
        while (!served);
      };
      // It does not end before the bystander is served.
      const flooding = flood();
      const answer = await curl(bystander, ['https://app.e2e.test/bystander']);
      served = true;
      assert.equal(answer.status, 200, answer.stderr);
      await flooding;
      assert.equal(interlock.gateway.exitCode(), null, interlock.gateway.log().slice(-2000));
    });
  }
});

it('the chain holds', async () => {
  assert.equal((await interlock.verify()).ok, true);
});
