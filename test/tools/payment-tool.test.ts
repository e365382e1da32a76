// A tool that moves money: an amount in minor units, or none.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { did } from './tools-fixture.ts';

const MINOR = 't: { action: payment.refund, amountMinor: amount, currency: currency, counterparty: charge, account: account }';
const MAJOR = 't: { action: payment.payout, amount: { argument: amount, unit: major }, currency: currency }';
const BASE = { host: 'api.openai.com', method: 'CALL', path: '/tools/t' };

test('a call is the payment that it would make', () => {
  assert.deepEqual(did(MINOR, { amount: 1250, currency: 'eur', charge: 'ch_1', account: 'stripe' }), {
    name: 'payment.refund',
    resource: { type: 'Account', id: 'stripe' },
    parents: [],
    facts: {
      ...BASE,
      inspected: true,
      amountKnown: true,
      amountMinor: 1250,
      currency: 'EUR',
      currencySource: 'request',
      minorPerMajor: 100,
      counterparty: 'ch_1',
    },
    readBy: 'b',
  });
  const major = (amount: string, currency: string) =>
    did(MAJOR, `{"amount":${amount},"currency":"${currency}"}`).facts['amountMinor'];
  assert.deepEqual(
    [major('12.5', 'USD'), major('"12.50"', 'USD'), major('12', 'JPY'), major('1.234', 'KWD')],
    [1250, 1250, 12, 1234],
  );
});

test('an amount or a currency that is not named is not known', () => {
  assert.deepEqual(did(MINOR, { charge: 'ch_1' }).facts, { ...BASE, inspected: true, amountKnown: false, counterparty: 'ch_1' });
  assert.deepEqual(did(MINOR, { amount: 5 }).facts, { ...BASE, inspected: true, amountKnown: true, amountMinor: 5 });
  assert.deepEqual(did(MAJOR, { amount: '5.5' }).facts, { ...BASE, inspected: true, amountKnown: false, amountMajor: '5.5' });
  assert.deepEqual(did(MAJOR, {}).resource, { type: 'Account', id: 't' });
});

test('what could be read otherwise is no amount', () => {
  const given = [
    '{"amount":1e3}',
    '{"amount":-1}',
    '{"amount":"1,000"}',
    '{"amount":1.5}',
    '{"amount":true}',
    '{"amount":[1]}',
    '{"amount":1,"Amount":2}',
    '{"amount":1,"currency":"XXXX"}',
    '{"amount":1,"currency":7}',
    '{"amount":1,"charge":{}}',
    '{"amount":9007199254740993}',
  ];
  for (const args of given) {
    const { resource, facts } = did(MINOR, args);
    assert.deepEqual([resource.id, facts], ['unknown', { ...BASE, inspected: false, amountKnown: false }], args);
  }
  for (const args of ['{"amount":1.555,"currency":"USD"}', '{"amount":"1e1"}', '{"amount":1.0,"currency":"JPY"}'])
    assert.deepEqual(did(MAJOR, args).facts, { ...BASE, inspected: false, amountKnown: false }, args);
});
