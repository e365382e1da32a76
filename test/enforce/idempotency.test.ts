// The vendor's key for "once": where it is found, what a binding leaves out, and what is sent in its place.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { propose } from '../../src/classify/propose.ts';
import { ownKey, pinBody, pinnedFields, withoutKey } from '../../src/enforce/idempotency.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { square } from '../../src/providers/payment/square.ts';
import { stripe } from '../../src/providers/payment/stripe.ts';
import { decisionOf, handMade } from '../support/exchange.ts';

const JSON_TYPE = ['Content-Type', 'application/json'];
const refundBody = (key: string, cents = 100) =>
  `{"idempotency_key":${JSON.stringify(key)},"payment_id":"p","amount_money":{"amount":${cents},"currency":"USD"}}`;

function squareRefund(body: string) {
  const exchange = handMade('POST', '/v2/refunds', body, { host: 'connect.squareup.com', headers: JSON_TYPE });
  return { exchange, body: { bytes: Buffer.from(body), problem: null } };
}

test('a key in a header is read when there is one of it', () => {
  const own = (provider: Provider | null, ...headers: string[]) =>
    ownKey(handMade('POST', '/v1/refunds', 'a=1', { headers }).request, { bytes: Buffer.from('a=1'), problem: null }, provider);
  assert.deepEqual(own(stripe, 'Idempotency-Key', 'k1'), { at: 'header', name: 'idempotency-key', key: 'k1' });
  assert.deepEqual(own(stripe), { at: 'header', name: 'idempotency-key', key: null });
  assert.equal(own(stripe, 'Idempotency-Key', 'k1', 'Idempotency-Key', 'k2'), null);
  assert.equal(own(stripe, 'Idempotency-Key', 'k'.repeat(256)), null);
  assert.equal(own(null, 'Idempotency-Key', 'k1'), null);
  assert.equal(own({ ...stripe, idempotency: undefined } as unknown as Provider, 'Idempotency-Key', 'k1'), null);
});

test('a key in a body is read when it is a text of its own', () => {
  const own = (body: string) => ownKey(squareRefund(body).exchange.request, squareRefund(body).body, square);
  assert.deepEqual(own(refundBody('k1')), { at: 'body', name: 'idempotency_key', key: 'k1' });
  for (const odd of ['{}', '[]', '{"idempotency_key":1}', '{"idempotency_key":"a","idempotency_key":"b"}', 'nothing'])
    assert.equal(own(odd), null, odd);
});

// INVARIANT: two requests that differ in more than the key are two bindings (threat D6).
test('a binding leaves the key out and nothing else', () => {
  const bound = (body: string) => withoutKey(squareRefund(body).exchange.request, squareRefund(body).body, square).toString();
  assert.equal(bound(refundBody('k1')), bound(refundBody('k2')));
  assert.notEqual(bound(refundBody('k1')), bound(refundBody('k1', 101)));
  assert.equal(bound('{"payment_id":"p"}'), '{"payment_id":"p"}');
  const form = { bytes: Buffer.from('a=1'), problem: null };
  assert.equal(withoutKey(handMade('POST', '/v1/refunds').request, form, stripe), form.bytes);
});

test("the first try's key replaces the request's own", async () => {
  const fields = ['Idempotency-Key', 'k2', 'X-A', '1'];
  assert.deepEqual(pinnedFields(fields, { at: 'header', name: 'idempotency-key', key: 'k1' }), [
    'X-A',
    '1',
    'idempotency-key',
    'k1',
  ]);
  assert.equal(pinnedFields(fields, null), fields);
  assert.equal(pinnedFields(fields, { at: 'body', name: 'idempotency_key', key: 'k1' }), fields);

  const { exchange } = squareRefund(refundBody('k2'));
  const decision = decisionOf('WAIT', await propose(exchange, 10_000));
  const pinned = pinBody(decision, exchange.request, { at: 'body', name: 'idempotency_key', key: 'k1' });
  assert.equal(pinned.substitute?.body.bytes.toString(), refundBody('k1'));
  assert.equal(pinned.substitute?.request.headers.get('content-length'), String(refundBody('k1').length));
  assert.deepEqual(pinned.substitute?.changed, ['idempotency_key: that of the first try']);
  assert.equal(pinBody(decision, exchange.request, { at: 'body', name: 'idempotency_key', key: 'k2' }), decision);
  assert.equal(pinBody(decision, exchange.request, null), decision);
});
