// Requests whose end two parsers would see in two places. Each is refused whole: nothing of it reaches the origin.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { startInterlock } from '../support/interlock.ts';
import { startOrigin } from '../support/origin.ts';
import { openTls } from '../support/raw-connection.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const origin = stack.use(
  await startOrigin({ leaf: await ca.issue(['app.e2e.test', 'unlisted.e2e.test']), protocols: ['http/1.1'] }),
);
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { 'app.e2e.test': origin.address, 'unlisted.e2e.test': origin.address },
  }),
);
const agent = await interlock.addAgent('smuggler', { teams: ['engineering'] });

const SMUGGLED = 'POST /smuggled HTTP/1.1\r\nHost: app.e2e.test\r\nContent-Length: 0\r\n\r\n';
const HOST = 'Host: app.e2e.test\r\n';
const post = (fields: string, body = ''): string => `POST /outer HTTP/1.1\r\n${HOST}${fields}\r\n${body}`;
const chunked = (body: string): string => post('Transfer-Encoding: chunked\r\n', body);

const FRAMING: readonly (readonly [name: string, bytes: string])[] = [
  ['Content-Length with Transfer-Encoding', post(`Content-Length: 4\r\nTransfer-Encoding: chunked\r\n`, `0\r\n\r\n${SMUGGLED}`)],
  ['Transfer-Encoding with Content-Length', post(`Transfer-Encoding: chunked\r\nContent-Length: 4\r\n`, `0\r\n\r\n${SMUGGLED}`)],
  ...[
    'xchunked',
    'chunked, identity',
    'identity',
    'chunked, chunked',
    'gzip, chunked',
    'gzip',
    '"chunked"',
    'chunked;q=1',
    '\x0bchunked',
    'Chunked\r\nTransfer-Encoding: x',
    ' chunked ,',
  ].map(
    (value) =>
      [`Transfer-Encoding: ${JSON.stringify(value)}`, post(`Transfer-Encoding: ${value}\r\n`, `0\r\n\r\n${SMUGGLED}`)] as const,
  ),
  ['a space before the colon', post(`Transfer-Encoding : chunked\r\nContent-Length: ${SMUGGLED.length}\r\n`, SMUGGLED)],
  [
    'a name that only looks like it',
    post(`Transfer\u005fEncoding: chunked\r\nContent-Length: 5\r\nContent-Length: 0\r\n`, `hello${SMUGGLED}`),
  ],
  ...['4, 4', '4, 5', '+4', '-1', '0x4', '4e0', '4.0', '99999999999999999999', '4 4', ''].map(
    (value) => [`Content-Length: ${JSON.stringify(value)}`, post(`Content-Length: ${value}\r\n`, `body${SMUGGLED}`)] as const,
  ),
  ['Content-Length twice, different', post('Content-Length: 4\r\nContent-Length: 0\r\n', `body${SMUGGLED}`)],
  ['Content-Length folded', post('Content-Length:\r\n 4\r\n', `body${SMUGGLED}`)],
  ['chunk size with 0x', chunked(`0x4\r\nbody\r\n0\r\n\r\n${SMUGGLED}`)],
  ['chunk size with a sign', chunked(`+4\r\nbody\r\n0\r\n\r\n${SMUGGLED}`)],
  ['chunk size that overflows', chunked(`FFFFFFFFFFFFFFFFF\r\nbody\r\n0\r\n\r\n`)],
  ['chunk ended by a bare LF', chunked(`4\nbody\n0\n\n${SMUGGLED}`)],
  ['chunk extension with a bare LF', chunked(`4;x=\nGET\r\nbody\r\n0\r\n\r\n`)],
  ['chunk without its CRLF', chunked(`4\r\nbodyX\r\n0\r\n\r\n`)],
  ['framing in a trailer', chunked(`4\r\nbody\r\n0\r\nContent-Length: 50\r\nTransfer-Encoding: chunked\r\n\r\n`)],
];

const HEAD: readonly (readonly [name: string, bytes: string])[] = [
  ['NUL in a value', `GET /outer HTTP/1.1\r\n${HOST}X: a\0b\r\n\r\n`],
  ['a bare CR in a value', `GET /outer HTTP/1.1\r\n${HOST}X: a\rGET /smuggled HTTP/1.1\r\n\r\n`],
  ['bare LF line ends', `GET /outer HTTP/1.1\nHost: app.e2e.test\n\n`],
  ['a folded field', `GET /outer HTTP/1.1\r\n${HOST}X: a\r\n b\r\n\r\n`],
  ['a line without a colon', `GET /outer HTTP/1.1\r\n${HOST}nonsense\r\n\r\n`],
  ['an empty name', `GET /outer HTTP/1.1\r\n${HOST}: x\r\n\r\n`],
  ['HTTP/2.0 in clear text', `GET /outer HTTP/2.0\r\n${HOST}\r\n`],
  ['HTTP/9.9', `GET /outer HTTP/9.9\r\n${HOST}\r\n`],
  ['HTTP/0.9', `GET /outer\r\n\r\n`],
  ['an extra token', `GET /outer extra HTTP/1.1\r\n${HOST}\r\n`],
  ['a tab in the request line', `GET\t/outer HTTP/1.1\r\n${HOST}\r\n`],
  ['a target of 8-bit bytes', `GET /outer\xff HTTP/1.1\r\n${HOST}\r\n`],
  ['no Host', `GET /outer HTTP/1.1\r\n\r\n`],
  ['two Hosts', `GET /outer HTTP/1.1\r\n${HOST}Host: unlisted.e2e.test\r\n\r\n`],
  ['two equal Hosts', `GET /outer HTTP/1.1\r\n${HOST}${HOST}\r\n`],
  ['a Host with a comma', `GET /outer HTTP/1.1\r\nHost: app.e2e.test, unlisted.e2e.test\r\n\r\n`],
  ['a Host with a slash', `GET /outer HTTP/1.1\r\nHost: app.e2e.test/x\r\n\r\n`],
  ['a Host with userinfo', `GET /outer HTTP/1.1\r\nHost: a@app.e2e.test\r\n\r\n`],
  ['a Host with a space', `GET /outer HTTP/1.1\r\nHost: app.e2e.test unlisted\r\n\r\n`],
  ['a field of 128 KB', `GET /outer HTTP/1.1\r\n${HOST}X: ${'a'.repeat(131_072)}\r\n\r\n`],
  ['5,000 fields', `GET /outer HTTP/1.1\r\n${HOST}${'X: a\r\n'.repeat(5000)}\r\n`],
  ['a target of 256 KB', `GET /outer?${'a'.repeat(262_144)} HTTP/1.1\r\n${HOST}\r\n`],
];

describe('ambiguous framing', { concurrency: 8 }, () => {
  for (const [name, bytes] of FRAMING) {
    it(`is refused: ${name}`, async () => {
      using connection = await openTls(interlock, agent, 'app.e2e.test:443');
      connection.write(Buffer.from(bytes, 'latin1'));
      const answer = await connection.answer();
      assert.ok(answer.status === 0 || answer.status >= 400, answer.head);
      await connection.rest(300);
    });
  }

  it('let nothing through', () => {
    assert.deepEqual(
      origin.of('/smuggled').map((one) => one.headers),
      [],
    );
  });
});

describe('malformed heads', { concurrency: 8 }, () => {
  for (const [name, bytes] of HEAD) {
    it(`are refused: ${name}`, async () => {
      using connection = await openTls(interlock, agent, 'app.e2e.test:443');
      connection.write(Buffer.from(bytes, 'latin1'));
      const answer = await connection.answer();
      assert.ok(answer.status === 0 || answer.status >= 400, answer.head);
    });
  }
});

describe('none of these reached the origin', () => {
  it('not the outer request, not the one inside', () => {
    assert.deepEqual(
      [...origin.of('/outer'), ...origin.of('/smuggled')].map((one) => [one.method, one.target.slice(0, 40), one.headers]),
      [],
    );
  });
});

describe('well-formed twins still pass', () => {
  it('a chunked body, a counted body, an empty one', async () => {
    using connection = await openTls(interlock, agent, 'app.e2e.test:443');
    for (const bytes of [
      chunked('4\r\nbody\r\n0\r\n\r\n').replace('/outer', '/twin'),
      post('Content-Length: 4\r\n', 'body').replace('/outer', '/twin'),
      `GET /twin HTTP/1.1\r\n${HOST}\r\n`,
    ]) {
      connection.write(bytes);
      assert.equal((await connection.answer()).status, 200);
    }
    assert.deepEqual(
      origin.of('/twin').map((one) => one.bytes),
      [4, 4, 0],
    );
  });

  it('a chunk with extensions arrives without them, and a trailer, whatever it repeats, not at all', async () => {
    using connection = await openTls(interlock, agent, 'app.e2e.test:443');
    const trailer = 'Host: unlisted.e2e.test\r\nAuthorization: Bearer planted\r\nX-Sum: 1\r\n';
    connection.write(chunked(`4;a=b;c="d"\r\nbody\r\n0;e\r\n${trailer}\r\n`).replace('/outer', '/trailed'));
    assert.equal((await connection.answer()).status, 200);
    const [arrived] = origin.of('/trailed');
    assert.equal(String(await arrived?.body()), 'body');
    assert.deepEqual(
      [arrived?.all('host'), arrived?.all('authorization'), arrived?.all('x-sum'), arrived?.trailers],
      [['app.e2e.test'], [], [], {}],
    );
  });

  it('two pipelined requests, each with a verdict of its own', async () => {
    using connection = await openTls(interlock, agent, 'unlisted.e2e.test:443');
    connection.write(
      'GET /pipe/1 HTTP/1.1\r\nHost: unlisted.e2e.test\r\n\r\nPOST /pipe/2 HTTP/1.1\r\nHost: unlisted.e2e.test\r\nContent-Length: 2\r\n\r\nhiGET /pipe/3 HTTP/1.1\r\nHost: unlisted.e2e.test\r\n\r\n',
    );
    assert.equal((await connection.answer()).status, 200);
    assert.equal((await connection.answer()).status, 403);
    const third = await connection.answer();
    assert.ok(third.status === 200 || third.status === 0, third.head);
    assert.ok(!origin.of('/pipe/').some((one) => one.target === '/pipe/2'));
  });

  it('a Trailer field on a request without chunks harms nobody', async () => {
    using connection = await openTls(interlock, agent, 'app.e2e.test:443');
    connection.write(`GET /trailer HTTP/1.1\r\n${HOST}Trailer: X-Sum\r\n\r\n`);
    assert.ok((await connection.answer()).status >= 200);
    assert.equal(interlock.gateway.exitCode(), null);
  });
});

it('the gateway is still there, and every refusal is on record', async () => {
  assert.equal(interlock.gateway.exitCode(), null, interlock.gateway.log());
  const report = await interlock.verify();
  assert.equal(report.ok, true, JSON.stringify(report));
  // Refusals of connections are counted for a second before they are written.
  await waitFor(async () => {
    const bodies = (await interlock.tail()).map(({ body }) => body);
    const refused = bodies.some(
      (body) => body.type === 'refusals' || (body.type === 'verdict' && body.code === 'REQUEST_MALFORMED'),
    );
    return (refused && bodies.some(({ type }) => type === 'verdict')) || undefined;
  });
});
