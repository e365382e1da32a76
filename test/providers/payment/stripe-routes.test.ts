// Stripe's endpoints: what moves money is told from what only looks like it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripeRoute } from '../../../src/providers/payment/stripe-routes.ts';

function verb(method: string, path: string): string | null {
  const found = stripeRoute(method, path.split('/'));
  return found === null ? null : `${found.route.verb} ${found.id ?? '-'}`;
}

test('every way to move money has its verb, and the id in the path', () => {
  for (const [path, expected] of [
    ['v1/charges', 'charge -'],
    ['v1/charges/ch_1/capture', 'capture ch_1'],
    ['v1/charges/ch_1/refund', 'refund ch_1'],
    ['v1/payment_intents', 'charge -'],
    ['v1/payment_intents/pi_1/confirm', 'charge pi_1'],
    ['v1/payment_intents/pi_1/increment_authorization', 'charge pi_1'],
    ['v1/refunds', 'refund -'],
    ['v1/transfers/tr_1/reversals', 'refund tr_1'],
    ['v1/credit_notes', 'refund -'],
    ['v1/transfers', 'transfer -'],
    ['v1/payouts', 'payout -'],
    ['v1/payouts/po_1/cancel', 'payout po_1'],
    ['v1/topups', 'topup -'],
    ['v1/invoices/in_1/send', 'charge in_1'],
    ['v1/subscriptions/sub_1', 'subscribe sub_1'],
    ['v1/subscription_schedules', 'subscribe -'],
    ['v1/quotes/qt_1/accept', 'charge qt_1'],
    ['v1/refunds/re_1/cancel', 'refund re_1'],
    ['v1/treasury/inbound_transfers', 'topup -'],
    ['v2/money_management/payout_intents/pint_1/confirm', 'payout pint_1'],
    ['v1/accounts/acct_1/external_accounts/ba_1', 'config acct_1'],
    ['v1/webhook_endpoints/we_1', 'config we_1'],
  ] as const) {
    assert.equal(verb('POST', path), expected, path);
  }
  assert.equal(verb('DELETE', 'v1/subscriptions/sub_1'), 'subscribe sub_1');
});

test('near misses are no route', () => {
  for (const path of [
    'v1/refunds/re_1',
    'v1/charges/ch_1',
    'v1/charges/ch_1/refunds/re_1',
    'v1/invoices/create_preview',
    'v1/invoices/upcoming',
    'v1/customers',
    'v1/transfers/tr_1',
    'v1',
    '',
    'refunds',
    'v3/refunds',
    'v1/refunds/refunds',
    'v1/:id',
    'v1/charges/capture',
    'v1/charges//capture/x',
    'v1/payment_intents/pi_1/cancel',
    'v1/constructor',
    'v1/__proto__',
    'a/b/c/d/e/f/g/h/i',
  ]) {
    assert.equal(verb('POST', path), null, path);
  }
  for (const method of ['PUT', 'PATCH', 'GET', 'CONSTRUCTOR']) assert.equal(verb(method, 'v1/refunds'), null);
  assert.equal(verb('DELETE', 'v1/refunds'), null);
});
