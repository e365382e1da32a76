// Payments as policy reads them: exact amounts or none.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { paymentAction, readCurrency, readMinorUnits } from '../../../src/providers/payment/payment-action.ts';
import { fixtureRequest } from '../../support/fixture-request.ts';

const { view } = fixtureRequest(Buffer.from('POST /v1/refunds HTTP/1.1\r\nHost: api.stripe.com\r\n\r\n'));
const account = { type: 'Account', id: 'acct_1' };

test('an amount is known exactly when it is told', () => {
  const known = paymentAction(view, {
    verb: 'refund',
    account,
    inspected: true,
    amountMinor: 0,
    currency: 'JPY',
    counterparty: 'ch_1',
  });
  assert.deepEqual(known, {
    name: 'payment.refund',
    resource: account,
    parents: [],
    facts: {
      host: 'api.stripe.com',
      method: 'POST',
      path: '/v1/refunds',
      inspected: true,
      amountKnown: true,
      amountMinor: 0,
      currency: 'JPY',
      currencySource: 'request',
      minorPerMajor: 1,
      counterparty: 'ch_1',
    },
  });
  const unknown = paymentAction(view, { verb: 'refund', account, inspected: true });
  assert.deepEqual(unknown.facts, {
    host: 'api.stripe.com',
    method: 'POST',
    path: '/v1/refunds',
    inspected: true,
    amountKnown: false,
  });
});

test('only plain integers that are held exactly are amounts', () => {
  for (const text of [
    '1e3',
    '10.00',
    '+5',
    ' 5',
    '5 ',
    '',
    '-',
    '0x10',
    '1_000',
    '１',
    '9007199254740992',
    '-9007199254740992',
    '9'.repeat(400),
    '-0',
    'NaN',
    '1,000',
  ]) {
    assert.equal(readMinorUnits(text), null, text);
  }
  fc.assert(fc.property(fc.maxSafeInteger(), (amount) => assert.equal(readMinorUnits(String(amount)), amount)));
});

test('currencies are folded to upper case', () => {
  assert.deepEqual(['usd', 'Eur', 'usdc'].map(readCurrency), ['USD', 'EUR', 'USDC']);
  for (const text of ['', 'us', 'usd ', 'u$d', 'dollar', 'ＵＳＤ', 'uſd']) assert.equal(readCurrency(text), null, text);
});
