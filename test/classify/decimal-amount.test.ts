// Decimal text to minor units: exactly, or not at all.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decimalMinorUnits, isAssetAmount } from '../../src/classify/decimal-amount.ts';

test('decimals are taken to minor units', () => {
  assert.equal(decimalMinorUnits('10.00', 100), 1000);
  assert.equal(decimalMinorUnits('10', 100), 1000);
  assert.equal(decimalMinorUnits('10.5', 100), 1050);
  assert.equal(decimalMinorUnits('0.29', 100), 29);
  assert.equal(decimalMinorUnits('700', 1), 700);
  assert.equal(decimalMinorUnits('1.234', 1000), 1234);
  assert.equal(decimalMinorUnits('90071992547409.91', 100), Number.MAX_SAFE_INTEGER);
});

test('what readers differ on is no amount', () => {
  for (const text of [
    '1e2',
    '10,00',
    '-1',
    '+1',
    ' 1',
    '1 ',
    '',
    '.5',
    '5.',
    '01',
    '1.2.3',
    '0x1',
    '1_0',
    '１',
    'NaN',
    'Infinity',
  ])
    assert.equal(decimalMinorUnits(text, 100), null, text);
  // More decimals than the currency has, be they zeros.
  assert.equal(decimalMinorUnits('10.005', 100), null);
  assert.equal(decimalMinorUnits('10.000', 100), null);
  assert.equal(decimalMinorUnits('10.0', 1), null);
  assert.equal(decimalMinorUnits('1.2345', 1000), null);
  assert.equal(decimalMinorUnits('90071992547409.92', 100), null);
  assert.equal(decimalMinorUnits('9'.repeat(17), 1), null);
});

test('no amount is ever rounded', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      fc.constantFrom(1 as const, 100 as const, 1000 as const),
      (minor, per) => {
        const digits = String(minor).padStart(4, '0');
        const decimals = per === 1 ? 0 : per === 100 ? 2 : 3;
        const whole = digits.slice(0, digits.length - decimals).replace(/^0+(?=\d)/, '');
        const text = decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`;
        assert.equal(decimalMinorUnits(text, per), minor);
      },
    ),
  );
});

test('amounts of assets are plain decimals of bounded length', () => {
  for (const text of ['0', '0.00000001', '12', '1000000.5']) assert.ok(isAssetAmount(text), text);
  for (const text of ['1e-8', '', '-1', '00', '1.', '9'.repeat(31), `0.${'0'.repeat(31)}`]) assert.ok(!isAssetAmount(text), text);
});
