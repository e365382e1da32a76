// From parameters to a payment: accounts, amounts, currencies and counterparties with one reading each.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Payment } from '../../../src/providers/payment/payment-action.ts';
import { readPayment, stripeAccount } from '../../../src/providers/payment/stripe-payment.ts';
import { stripeRoute } from '../../../src/providers/payment/stripe-routes.ts';
import { fixtureRequest } from '../../support/fixture-request.ts';

function pay(path: string, body: string, ...headers: string[]): Omit<Payment, 'verb' | 'account'> {
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: api.stripe.com',
    'Content-Type: application/x-www-form-urlencoded',
    ...headers,
    '',
    '',
  ].join('\r\n');
  const { view } = fixtureRequest(Buffer.from(head));
  const found = stripeRoute('POST', view.segments);
  assert.ok(found);
  const {
    verb: _verb,
    account: _account,
    ...payment
  } = readPayment(view, { bytes: Buffer.from(body), problem: null }, found.route, found.id);
  return JSON.parse(JSON.stringify(payment));
}

function account(...headers: string[]): string {
  const { view } = fixtureRequest(Buffer.from(['POST / HTTP/1.1', 'Host: api.stripe.com', ...headers, '', ''].join('\r\n')));
  const reading = stripeAccount(view);
  return `${reading.account.id} ${reading.sure}`;
}

test('the account is the one that the headers name', () => {
  assert.equal(account(), 'stripe true');
  assert.equal(account('Stripe-Account: acct_1'), 'acct_1 true');
  assert.equal(account('Stripe-Context: acct_1/acct_2'), 'acct_2 true');
  assert.equal(account('Stripe-Account: acct_1', 'Stripe-Context: acct_1'), 'acct_1 true');
  for (const headers of [
    ['Stripe-Account: acct_1', 'Stripe-Account: acct_2'],
    ['Stripe-Account: acct_1', 'Stripe-Context: acct_2'],
    ['Stripe-Account: acct_1, acct_2'],
    ['Stripe-Account: stripe'],
    ['Stripe-Account:'],
    ['Stripe-Context: acct_1/'],
    ['Stripe-Account: acct_1"'],
  ]) {
    assert.equal(account(...headers), 'stripe false', headers.join());
  }
});

test('an account in doubt makes the payment uninspected', () => {
  assert.equal(pay('/v1/refunds', 'charge=ch_1&amount=5', 'Stripe-Account: stripe').inspected, false);
});

test('a negative amount counts by its size where it may be, and is unsure elsewhere', () => {
  assert.deepEqual(pay('/v1/customers/cus_1/balance_transactions', 'amount=-500&currency=usd'), {
    inspected: true,
    amountMinor: 500,
    currency: 'USD',
    counterparty: 'cus_1',
  });
  assert.deepEqual(pay('/v1/refunds', 'charge=ch_1&amount=-500'), { inspected: false, counterparty: 'ch_1' });
});

test('a refund names no currency but for a customer’s balance', () => {
  assert.deepEqual(pay('/v1/refunds', 'charge=ch_1&amount=5&currency=jpy'), {
    inspected: false,
    amountMinor: 5,
    counterparty: 'ch_1',
  });
  assert.deepEqual(pay('/v1/refunds', 'customer=cus_1&origin=customer_balance&amount=5&currency=jpy'), {
    inspected: true,
    amountMinor: 5,
    currency: 'JPY',
    counterparty: 'cus_1',
  });
  assert.equal(pay('/v1/charges', 'amount=5&currency=usd&currency=jpy').inspected, false);
  assert.equal(pay('/v1/charges', 'amount=5&currency[]=usd').inspected, false);
});

test('an amount that is not the whole one is not known', () => {
  assert.deepEqual(pay('/v1/credit_notes', 'invoice=in_1&amount=5&refund_amount=900'), { inspected: true, counterparty: 'in_1' });
  assert.deepEqual(pay('/v1/invoiceitems', 'customer=cus_1&amount=5&quantity=100'), { inspected: true, counterparty: 'cus_1' });
});

test('money that goes elsewhere names where, before who pays', () => {
  assert.equal(
    pay('/v1/payment_intents', 'amount=5&currency=usd&customer=cus_1&transfer_data[destination]=acct_9').counterparty,
    'acct_9',
  );
  assert.equal(pay('/v1/payment_intents', 'amount=5&currency=usd&customer=cus_1').counterparty, 'cus_1');
  assert.equal(pay('/v1/payment_intents', 'amount=5&currency=usd&customer=cus_1&customer=cus_2').inspected, false);
  assert.equal(pay('/v1/refunds', 'charge=%3Cb%3E&amount=5').inspected, false);
});

test('a refund of two payments at once is unsure: which of them it is of would be a guess', () => {
  for (const [path, body] of [
    ['/v1/refunds', 'charge=ch_1&payment_intent=pi_2&amount=5'],
    ['/v1/charges/ch_1/refunds', 'charge=ch_2&amount=5'],
    ['/v1/charges/ch_1/refunds', 'payment_intent=pi_2&amount=5'],
  ] as const) {
    assert.equal(pay(path, body).inspected, false, body);
  }
  assert.equal(pay('/v1/refunds', 'payment_intent=pi_2&amount=5').counterparty, 'pi_2');
  assert.equal(pay('/v1/charges/ch_1/refunds', 'amount=5').counterparty, 'ch_1');
  assert.equal(pay('/v1/terminal/readers/tmr_1/refund_payment', 'charge=ch_2&amount=5').inspected, true);
});
