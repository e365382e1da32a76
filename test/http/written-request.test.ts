// A request as text: what the wire would take is taken, and what it would refuse is refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorCode } from '../../src/errors.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { readWrittenRequest, writtenBody } from '../../src/http/written-request.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const read = (text: string) => readWrittenRequest(Buffer.from(text));

test('a request as it goes over the wire', async () => {
  const written = read('POST /v1/refunds?a=1 HTTP/1.1\r\nHost: api.stripe.com\r\nContent-Length: 9\r\n\r\namount=12');
  assert.deepEqual(
    [
      written.view.method,
      written.view.scheme,
      written.view.authority,
      written.view.path,
      written.view.query,
      written.view.hasBody,
    ],
    ['POST', 'https', { host: 'api.stripe.com', port: 443 }, '/v1/refunds', 'a=1', true],
  );
  const body = writtenBody(written, createMemoryBudget(1000));
  assert.equal((await body.inspect({ kind: 'whole' }, 1000)).bytes.toString(), 'amount=12');
});

test('as an editor writes it: line feeds, no length, a whole URL', () => {
  const { view, bytes } = read('POST http://crm.example.com:8000/notes HTTP/1.1\nContent-Type: text/plain\n\nhello\n');
  assert.deepEqual([view.scheme, view.authority, view.target], ['http', { host: 'crm.example.com', port: 8000 }, '/notes']);
  assert.equal(bytes.toString(), 'hello\n');
  assert.equal(view.headers.get('content-length'), '6');
});

test('a request without a body may end anywhere after its fields', () => {
  for (const end of ['', '\n', '\n\n', '\r\n\r\n'])
    assert.equal(read(`GET / HTTP/1.1\nHost: a.example.com${end}`).view.hasBody, false);
});

test('a coded body is decoded when it is read, as on the wire', async () => {
  const { gzipSync } = await import('node:zlib');
  const head = Buffer.from('POST / HTTP/1.1\r\nHost: a.example.com\r\nContent-Encoding: gzip\r\n\r\n');
  const written = readWrittenRequest(Buffer.concat([head, gzipSync('secret')]));
  const body = await writtenBody(written, createMemoryBudget(1000)).inspect({ kind: 'whole' }, 1000);
  assert.equal(body.bytes.toString(), 'secret');
});

const REFUSED: readonly (readonly [string, string, ErrorCode])[] = [
  ['no version', 'GET /\nHost: a.example.com\n\n', 'REQUEST_MALFORMED'],
  ['HTTP/2 in its line', 'GET / HTTP/2\nHost: a.example.com\n\n', 'REQUEST_MALFORMED'],
  ['no host', 'GET / HTTP/1.1\nAccept: */*\n\n', 'REQUEST_MALFORMED'],
  ['two hosts', 'GET / HTTP/1.1\nHost: a.example.com\nHost: b.example.com\n\n', 'REQUEST_MALFORMED'],
  ['URL and Host differ', 'GET https://a.example.com/ HTTP/1.1\nHost: b.example.com\n\n', 'AUTHORITY_MISMATCH'],
  ['a length that is not true', 'POST / HTTP/1.1\nHost: a.example.com\nContent-Length: 3\n\nab', 'REQUEST_MALFORMED'],
  ['two lengths', 'POST / HTTP/1.1\nHost: a.example.com\nContent-Length: 2\nContent-Length: 2\n\nab', 'REQUEST_MALFORMED'],
  ['chunked', 'POST / HTTP/1.1\nHost: a.example.com\nTransfer-Encoding: chunked\n\n0\r\n\r\n', 'REQUEST_MALFORMED'],
  ['a folded line', 'GET / HTTP/1.1\nHost: a.example.com\nX: a\n  b\n\n', 'REQUEST_MALFORMED'],
  ['a space before a colon', 'GET / HTTP/1.1\nHost : a.example.com\n\n', 'REQUEST_MALFORMED'],
  ['a lone carriage return', 'GET / HTTP/1.1\nHost: a.example.com\nX: a\rY: b\n\n', 'REQUEST_MALFORMED'],
  ['dot segments', 'GET /a/../b HTTP/1.1\nHost: a.example.com\n\n', 'REQUEST_MALFORMED'],
  ['a head without end', `GET / HTTP/1.1\nHost: a.example.com\nX: ${'a'.repeat(70_000)}`, 'REQUEST_MALFORMED'],
];

for (const [what, text, code] of REFUSED) {
  test(`${what}: refused`, async () => {
    await throwsWithCode(code, () => read(text));
  });
}
