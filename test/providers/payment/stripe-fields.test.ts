// Stripe's parameters: with the query merged in or left out, what is judged is the same, or nothing is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldName } from '../../../src/classify/form.ts';
import { stripeFields } from '../../../src/providers/payment/stripe-fields.ts';
import { fixtureRequest } from '../../support/fixture-request.ts';

const FORM = 'application/x-www-form-urlencoded';
const ROOTS = new Set(['amount', 'charge']);

function read(path: string, body: string, type: string = FORM): string | null {
  const { view } = fixtureRequest(
    Buffer.from(`POST ${path} HTTP/1.1\r\nHost: api.stripe.com\r\n${type === '' ? '' : `Content-Type: ${type}\r\n`}\r\n`),
  );
  const fields = stripeFields(view, { bytes: Buffer.from(body), problem: null }, ROOTS);
  return fields?.map((field) => `${fieldName(field.path)}=${field.value}`).join(' ') ?? null;
}

test('only judged parameters are handed on', () => {
  assert.equal(read('/v1/refunds', 'charge=ch_1&amount=5&metadata[amount]=6&reason=x'), 'charge=ch_1 amount=5');
  assert.equal(
    read('/v2/x', '{"amount":{"value":5,"currency":"usd"},"memo":"m"}', 'application/json'),
    'amount[value]=5 amount[currency]=usd',
  );
  assert.equal(read('/v1/refunds', '', ''), '');
});

test('a judged parameter of the query must be in the body as well', () => {
  assert.equal(read('/v1/refunds?amount=5', 'charge=ch_1&amount=5'), 'charge=ch_1 amount=5');
  assert.equal(read('/v1/refunds?expand[]=x', 'amount=5'), 'amount=5');
  for (const query of ['amount=5', 'amount=6', 'amount[]=5', '%61mount=5', 'charge=ch_2']) {
    assert.equal(read(`/v1/refunds?${query}`, 'charge=ch_1'), null, query);
  }
});

test('a content type that the version does not read is not read here', () => {
  assert.equal(read('/v1/refunds', '{"amount":5}', 'application/json'), null);
  assert.equal(read('/v2/x', 'amount=5'), null);
  for (const type of ['', 'text/plain', 'multipart/form-data; boundary=x', `${FORM}; charset=latin1`, `${FORM}, text/plain`]) {
    assert.equal(read('/v1/refunds', 'amount=5', type), null, type);
  }
});

test('what a lenient reader would take for a judged parameter spoils all', () => {
  for (const body of [
    'Amount=5',
    'a.mount=5',
    '{"amount":5}',
    'amount=5&amount%20=6',
    '_stripe_account=acct_1',
    'Stripe_Account=acct_1',
    'amount=5;amount=6',
    `${'x'.repeat(65)}=1`,
  ]) {
    assert.equal(read('/v1/refunds', body), null, body);
  }
  assert.equal(read('/v2/x', '[1]', 'application/json'), null);
  assert.equal(read('/v1/refunds', Array.from({ length: 501 }, (_, i) => `amount[${i}]=1`).join('&')), null);
});

test('a body that was not read is no parameters', () => {
  const { view } = fixtureRequest(
    Buffer.from(`POST /v1/refunds HTTP/1.1\r\nHost: api.stripe.com\r\nContent-Type: ${FORM}\r\n\r\n`),
  );
  assert.equal(stripeFields(view, { bytes: Buffer.alloc(0), problem: 'larger than 1048576 bytes' }, ROOTS), null);
});

test('a coded body is none: a server that ignores codings reads a form in the header of the gzip', () => {
  const head = `POST /v1/refunds HTTP/1.1\r\nHost: api.stripe.com\r\nContent-Type: ${FORM}\r\nContent-Encoding: gzip\r\n\r\n`;
  const { view } = fixtureRequest(Buffer.from(head));
  assert.equal(stripeFields(view, { bytes: Buffer.from('charge=ch_1&amount=5'), problem: null }, ROOTS), null);
});
