import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkStatus, responseFields } from '../../src/http/response-head.ts';

test('hop-by-hop fields, Alt-Svc and ours are taken out, the rest stays as it came', () => {
  const raw = [
    'Content-Type',
    'text/plain',
    'Connection',
    'close, X-Hop',
    'X-Hop',
    '1',
    'Alt-Svc',
    'h3=":443"',
    'Set-Cookie',
    'a',
    'set-cookie',
    'b',
    'Interlock-Entry',
    '1',
  ];
  assert.deepEqual(responseFields(raw), ['Content-Type', 'text/plain', 'Set-Cookie', 'a', 'set-cookie', 'b']);
});

test('Connection can not strip an answer of its framing', () => {
  assert.deepEqual(
    responseFields(['Content-Length', '3', 'Connection', 'content-length, content-encoding', 'Content-Encoding', 'gzip']),
    ['Content-Length', '3', 'Content-Encoding', 'gzip'],
  );
});

for (const status of [0, 99, 101, 407, 600, 999, Number.NaN]) {
  test(`status ${status} is not passed on`, () => {
    assert.throws(() => checkStatus(status), { code: 'UPSTREAM_PROTOCOL' });
  });
}

test('final statuses pass', () => {
  for (const status of [200, 204, 304, 401, 404, 503, 599]) checkStatus(status);
});
