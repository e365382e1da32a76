// Which object of Stripe's tells what a payment leaves unsaid, and which answers tell nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Facts } from '../../../src/classify/action.ts';
import { recognise } from '../../../src/classify/registry.ts';
import type { Lookup } from '../../../src/providers/lookup.ts';
import { stripeLookups } from '../../../src/providers/payment/stripe-lookups.ts';
import { requestView } from '../../support/request-view.ts';

function lookupsOf(path: string, form: string, headers: readonly string[] = []): readonly Lookup[] {
  const request = requestView('POST', path, {
    host: 'api.stripe.com',
    headers: ['Content-Type', 'application/x-www-form-urlencoded', ...headers],
  });
  const body = { bytes: Buffer.from(form), problem: null };
  return stripeLookups(request, body, recognise(request).classify(body).actions);
}

function told(lookup: Lookup | undefined, answer: object): Facts | null {
  assert.ok(lookup !== undefined);
  return lookup.read(Buffer.from(JSON.stringify(answer)));
}

for (const [path, form, target, answer, amountMinor] of [
  ['/v1/refunds', 'charge=ch_1', '/v1/charges/ch_1', { object: 'charge', id: 'ch_1', amount: 500, amount_refunded: 200 }, 300],
  ['/v1/charges/ch_1/refund', '', '/v1/charges/ch_1', { object: 'charge', id: 'ch_1', amount: 500, amount_refunded: 0 }, 500],
  ['/v1/charges/ch_1/capture', '', '/v1/charges/ch_1', { object: 'charge', id: 'ch_1', amount: 500, amount_refunded: 0 }, 500],
  [
    '/v1/refunds',
    'payment_intent=pi_1',
    '/v1/payment_intents/pi_1?expand%5B%5D=latest_charge',
    { object: 'payment_intent', id: 'pi_1', amount: 900, latest_charge: { amount: 800, amount_refunded: 100 } },
    700,
  ],
  [
    '/v1/payment_intents/pi_1/capture',
    '',
    '/v1/payment_intents/pi_1',
    { object: 'payment_intent', id: 'pi_1', amount: 900, amount_capturable: 400 },
    400,
  ],
  [
    '/v1/payment_intents/pi_1/confirm',
    '',
    '/v1/payment_intents/pi_1',
    { object: 'payment_intent', id: 'pi_1', amount: 900 },
    900,
  ],
  [
    '/v1/terminal/readers/tmr_1/process_payment_intent',
    'payment_intent=pi_1',
    '/v1/payment_intents/pi_1',
    { object: 'payment_intent', id: 'pi_1', amount: 9 },
    9,
  ],
  [
    '/v1/terminal/readers/tmr_1/refund_payment',
    'charge=ch_1',
    '/v1/charges/ch_1',
    { object: 'charge', id: 'ch_1', amount: 5, amount_refunded: 1 },
    4,
  ],
  [
    '/v1/application_fees/fee_1/refunds',
    '',
    '/v1/application_fees/fee_1',
    { object: 'application_fee', id: 'fee_1', amount: 5, amount_refunded: 1 },
    4,
  ],
  [
    '/v1/transfers/tr_1/reversals',
    '',
    '/v1/transfers/tr_1',
    { object: 'transfer', id: 'tr_1', amount: 5, amount_reversed: 1 },
    4,
  ],
  ['/v1/invoices/in_1/pay', '', '/v1/invoices/in_1', { object: 'invoice', id: 'in_1', amount_remaining: 7 }, 7],
] as const)
  test(`${path} ${form} is told by ${target}`, () => {
    const [lookup] = lookupsOf(path, form);
    assert.deepEqual([lookup?.method, lookup?.target, lookup?.action, lookup?.body.length], ['GET', target, 0, 0]);
    assert.deepEqual(told(lookup, { ...answer, currency: 'eur' }), { currency: 'EUR', amountMinor });
  });

test('an amount without a currency is asked for its currency, one with both is not asked for at all', () => {
  assert.equal(lookupsOf('/v1/refunds', 'charge=ch_1&amount=5').length, 1);
  assert.equal(lookupsOf('/v1/payment_intents/pi_1/increment_authorization', 'amount=5').length, 1);
  assert.deepEqual(lookupsOf('/v1/charges', 'amount=5&currency=eur'), []);
});

test('nothing is asked of what names no object, two, an odd one, or an amount that is not the whole', () => {
  for (const [path, form] of [
    ['/v1/refunds', ''],
    ['/v1/refunds', 'charge=ch_1/../../balance'],
    ['/v1/refunds', 'charge=cus_1'],
    ['/v1/refunds', 'charge=ch_1&charge=ch_2'],
    ['/v1/refunds', 'charge=ch_1&origin=customer_balance'],
    ['/v1/payment_intents/pi_1/confirm', 'amount_to_confirm=5'],
    ['/v1/charges/cus_1/refund', ''],
    ['/v1/customers', 'amount=5'],
  ] as const)
    assert.deepEqual(lookupsOf(path, form), [], `${path} ${form}`);
});

test('an answer about something else, or with odd numbers, tells nothing', () => {
  const [lookup] = lookupsOf('/v1/refunds', 'charge=ch_1');
  const charge = { object: 'charge', id: 'ch_1', amount: 500, amount_refunded: 0, currency: 'eur' };
  for (const answer of [{ ...charge, id: 'ch_2' }, { ...charge, object: 'list' }, []]) assert.equal(told(lookup, answer), null);
  assert.equal(lookup?.read(Buffer.from('{"object":"charge","id":"ch_1","id":"ch_1"}')), null);
  for (const odd of [{ amount_refunded: 600 }, { amount: 1.5 }, { amount: '500' }, { amount_refunded: null }])
    assert.deepEqual(told(lookup, { ...charge, ...odd }), { currency: 'EUR' });
});

test('the account and the version of the request go along', () => {
  assert.deepEqual(lookupsOf('/v1/refunds', 'charge=ch_1')[0]?.copiedHeaders, [
    'authorization',
    'stripe-version',
    'stripe-account',
    'stripe-context',
  ]);
});
