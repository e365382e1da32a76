import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHttp2Head } from '../../src/http/http2-head.ts';

const authority = { host: 'api.example.com', port: 443 };
const pseudo = [':method', 'GET', ':scheme', 'https', ':authority', 'api.example.com', ':path', '/a?b=1'];

test('pseudo-header fields become the head, split cookies are joined', () => {
  const view = readHttp2Head([...pseudo, 'cookie', 'a=1', 'x-a', '1', 'cookie', 'b=2'], authority, 'https', false);
  assert.equal(view.target, '/a?b=1');
  assert.deepEqual(view.headers.raw, ['x-a', '1', 'cookie', 'a=1; b=2']);
});

for (const [name, raw, code] of [
  [
    'another :authority',
    [':method', 'GET', ':scheme', 'https', ':authority', 'evil.example', ':path', '/'],
    'AUTHORITY_MISMATCH',
  ],
  ['a host beside it that differs', [...pseudo, 'host', 'evil.example'], 'AUTHORITY_MISMATCH'],
  ['no authority at all', [':method', 'GET', ':scheme', 'https', ':path', '/'], 'REQUEST_MALFORMED'],
  ['another scheme', [':method', 'GET', ':scheme', 'http', ':authority', 'api.example.com', ':path', '/'], 'REQUEST_MALFORMED'],
  ['transfer-encoding', [...pseudo, 'transfer-encoding', 'chunked'], 'REQUEST_MALFORMED'],
  ['connection', [...pseudo, 'connection', 'close'], 'REQUEST_MALFORMED'],
  ['upgrade', [...pseudo, 'upgrade', 'websocket'], 'REQUEST_MALFORMED'],
  [
    'extended CONNECT',
    [':method', 'CONNECT', ':protocol', 'websocket', ':scheme', 'https', ':authority', 'api.example.com', ':path', '/'],
    'REQUEST_MALFORMED',
  ],
  ['an empty path', [':method', 'GET', ':scheme', 'https', ':authority', 'api.example.com', ':path', ''], 'REQUEST_MALFORMED'],
] as const) {
  test(`refuses ${name}`, () => {
    assert.throws(() => readHttp2Head(raw, authority, 'https', false), { code });
  });
}
