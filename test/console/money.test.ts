// Amounts as people read them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { amountText, fromMinor } from '../../console/model/money.ts';

test('minor units become main units with the decimals of their scale', () => {
  assert.equal(amountText({ amountMinor: 420_000, currency: 'USD', minorPerMajor: 100 }), '4,200.00 USD');
  assert.equal(amountText({ amountMinor: 1_250, currency: 'JPY', minorPerMajor: 1 }), '1,250 JPY');
  assert.equal(amountText({ amountMinor: 5, currency: 'KWD', minorPerMajor: 1000 }), '0.005 KWD');
  assert.equal(amountText({ amountMinor: -1_234_567, currency: 'EUR', minorPerMajor: 100 }), '−12,345.67 EUR');
});

test('what is not known is said, and never guessed', () => {
  assert.equal(amountText({}), null);
  assert.equal(amountText({ amountMinor: 500, currency: 'USD' }), '500 minor units of USD');
  assert.equal(amountText({ amountMinor: 500 }), '500 minor units');
  assert.equal(amountText({ amountMinor: 500, minorPerMajor: 100 }), '5.00');
});

test('assets and decimal amounts keep the digits that were sent', () => {
  assert.equal(amountText({ asset: 'BTC', assetAmount: '0.00000001' }), '0.00000001 BTC');
  assert.equal(amountText({ amountMajor: '12000.5', currency: 'EUR' }), '12,000.5 EUR');
  assert.equal(amountText({ amountMajor: '1e9', currency: 'EUR' }), '1e9 EUR');
});

test('no digit is lost or made up', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.constantFrom(1, 100, 1000), (minor, scale) => {
      const digits = fromMinor(minor, scale).replaceAll(/[,.]/g, '').replace('−', '-');
      assert.equal(Number(digits), minor === 0 ? 0 : minor);
    }),
  );
});
