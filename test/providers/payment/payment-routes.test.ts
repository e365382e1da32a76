// Calls by method and path: exactly those of the table, words before ids.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routeFinder } from '../../../src/providers/payment/payment-routes.ts';

const find = routeFinder({
  'POST v2/payments/:id': 'update',
  'POST v2/payments/cancel': 'cancel',
  'POST v2/:id/:id/x': 'two',
  'PUT v2/payments/:id': 'put',
});

test('words come before ids, and ids are told in order', () => {
  assert.deepEqual(find('POST', ['v2', 'payments', 'p1']), { route: 'update', ids: ['p1'] });
  assert.deepEqual(find('POST', ['v2', 'payments', 'cancel']), { route: 'cancel', ids: [] });
  assert.deepEqual(find('POST', ['v2', 'a', 'b', 'x']), { route: 'two', ids: ['a', 'b'] });
  assert.deepEqual(find('PUT', ['v2', 'payments', 'cancel']), { route: 'put', ids: ['cancel'] });
});

test('everything else is no call', () => {
  for (const path of [
    '',
    'v2',
    'v2/payments',
    'v2/Payments/p1',
    'v3/payments/p1',
    'v2/payments/p1/x/y',
    'constructor/payments/p1',
  ])
    assert.equal(find('POST', path.split('/')), null, path);
  for (const method of ['GET', 'post', 'PATCH', 'constructor'])
    assert.equal(find(method, ['v2', 'payments', 'p1']), null, method);
});
