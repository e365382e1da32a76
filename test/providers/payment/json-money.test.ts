// Amounts in JSON: exact, with their currency, or not at all; sums by currency.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { adyenScale, isoScale } from '../../../src/classify/currency.ts';
import { isJsonObject, readJson } from '../../../src/classify/strict-json.ts';
import {
  addMoney,
  majorAt,
  minorAt,
  type MoneyPlace,
  type MoneyReading,
  readMoney,
  sumByCurrency,
} from '../../../src/providers/payment/json-money.ts';

function money(text: string, place: MoneyPlace, scale = isoScale): MoneyReading {
  const { value } = readJson(Buffer.from(text));
  assert.ok(isJsonObject(value), text);
  return readMoney(value, place, scale);
}

const MINOR = minorAt('amount');
const MAJOR = majorAt('amount');

test('an amount comes with its currency and its scale', () => {
  assert.deepEqual(money('{"amount":{"value":1050,"currency":"eur"}}', MINOR), {
    amountMinor: 1050,
    currency: 'EUR',
    minorPerMajor: 100,
  });
  assert.deepEqual(money('{"amount":{"value":"10.5","currency":"EUR"}}', MAJOR), {
    amountMinor: 1050,
    currency: 'EUR',
    minorPerMajor: 100,
  });
  assert.equal(money('{"amount":{"value":500,"currency":"IDR"}}', MINOR, adyenScale)?.minorPerMajor, 1);
  assert.deepEqual(money('{"amount":"7"}', { value: 'amount', currency: 'code', unit: 'major', fallback: 'USD' }), {
    amountMinor: 700,
    currency: 'USD',
    minorPerMajor: 100,
    currencySource: 'api',
  });
});

test('no amount is undefined; one that can be read in two ways is null', () => {
  for (const text of ['{}', '{"amount":null}', '{"amount":{}}', '{"amount":{"currency":"EUR"}}'])
    assert.equal(money(text, MINOR), undefined, text);
  for (const text of [
    '{"amount":5}',
    '{"amount":[]}',
    '{"amount":{"value":5}}',
    '{"amount":{"value":5,"currency":""}}',
    '{"amount":{"value":5,"currency":"ZZZ"}}',
    '{"amount":{"value":5,"currency":["EUR"]}}',
    '{"amount":{"value":true,"currency":"EUR"}}',
    '{"amount":{"value":{"a":1},"currency":"EUR"}}',
    '{"amount":{"value":-5,"currency":"EUR"}}',
    '{"amount":{"value":5.0,"currency":"EUR"}}',
    '{"amount":{"value":5,"currency":"EUR","VALUE":9}}',
    '{"AMOUNT":{"value":5,"currency":"EUR"}}',
  ])
    assert.equal(money(text, MINOR), null, text);
});

test('sums stay within one currency and within what can be held exactly', () => {
  const euro = (amountMinor: number) => ({ amountMinor, currency: 'EUR', minorPerMajor: 100 as const });
  const yen = { amountMinor: 7, currency: 'JPY', minorPerMajor: 1 as const };
  assert.deepEqual(addMoney(euro(1), euro(2)), euro(3));
  assert.deepEqual(addMoney(undefined, yen), yen);
  assert.equal(addMoney(euro(1), yen), null);
  assert.equal(addMoney(euro(1), null), null);
  assert.equal(addMoney(euro(Number.MAX_SAFE_INTEGER), euro(1)), null);
  assert.deepEqual(sumByCurrency([euro(1), yen, euro(2)]), [euro(3), yen]);
  for (const readings of [[], [euro(1), undefined], [euro(1), null], [euro(Number.MAX_SAFE_INTEGER), euro(1)]])
    assert.equal(sumByCurrency(readings), null);
});

test('whatever stands there, what comes out is a safe amount or none', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(MINOR, MAJOR), (text, place) => {
      const { value } = readJson(Buffer.from(`{"amount":{"value":${text},"currency":"EUR"}}`));
      if (!isJsonObject(value)) return;
      const reading = readMoney(value, place, isoScale);
      if (reading !== null && reading !== undefined)
        assert.ok(Number.isSafeInteger(reading.amountMinor) && reading.amountMinor >= 0);
    }),
  );
});
