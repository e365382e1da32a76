// Between flat lists and HTTP/2 field blocks: nothing connection-specific, no repeat lost, and no field name that is more than a name.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHttp2Raw, toHttp2Fields } from '../../src/http/http2-fields.ts';

test('names become lower case and repeats a list', () => {
  const fields = toHttp2Fields(['X-Cased', '1', 'Set-Cookie', 'a', 'set-cookie', 'b', 'SET-COOKIE', 'c']);
  assert.deepEqual(Object.entries(fields), [
    ['x-cased', '1'],
    ['set-cookie', ['a', 'b', 'c']],
  ]);
});

for (const name of ['Connection', 'Proxy-Connection', 'Keep-Alive', 'Transfer-Encoding', 'Upgrade', 'HTTP2-Settings', 'Host']) {
  test(`${name} does not pass (RFC 9113 §8.2.2)`, () => {
    assert.deepEqual(Object.keys(toHttp2Fields([name, 'x', 'kept', 'y'])), ['kept']);
  });
}

test('a field named like a property of every object is a field', () => {
  const fields = toHttp2Fields(['__proto__', '1', 'constructor', '2', 'toString', '3']);
  assert.deepEqual(Object.entries(fields), [
    ['__proto__', '1'],
    ['constructor', '2'],
    ['tostring', '3'],
  ]);
});

test('pseudo-header fields are not fields', () => {
  assert.deepEqual(fromHttp2Raw([':status', '200', 'x-a', '1', 'x-a', '2']), ['x-a', '1', 'x-a', '2']);
});
