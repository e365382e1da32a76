// Which parts of a request say who asks.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { credentialsOf, isCredential } from '../../src/http/credential-fields.ts';
import { HeaderList } from '../../src/http/headers.ts';

test('known names and names like theirs are credentials; what is made anew for each try is not', () => {
  for (const name of ['authorization', 'x-api-key', 'x-shop-access-token', 'acme-secret', 'cookie'])
    assert.ok(isCredential(name), name);
  for (const name of ['accept', 'x-csrf-token', 'idempotency-token', 'authority']) assert.ok(!isCredential(name), name);
});

test('fields and parameters are found however they are spelled, and their order does not count', () => {
  const a = credentialsOf(new HeaderList(['Authorization', 'Bearer 1', 'X-API-KEY', 'k']), 'page=1&api_key=q&KEY=z');
  const b = credentialsOf(new HeaderList(['x-api-key', 'k', 'accept', '*/*', 'authorization', 'Bearer 1']), 'KEY=z&api_key=q');
  assert.deepEqual(a, b);
  assert.deepEqual(a, ['?KEY=z', '?api_key=q', 'authorization: Bearer 1', 'x-api-key: k']);
});

test('a request without any has none', () => {
  assert.deepEqual(credentialsOf(new HeaderList(['accept', '*/*']), 'page=2'), []);
});
