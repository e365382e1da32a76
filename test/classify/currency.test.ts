// Minor units, with the special cases of payment APIs.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  adyenScale,
  decimalsOf,
  isCurrency,
  isoScale,
  type MinorPerMajor,
  minorPerMajor,
  paypalScale,
} from '../../src/classify/currency.ts';

describe('currencies', () => {
  it('count in hundredths mostly, in whole units or thousandths sometimes', () => {
    assert.deepEqual(['EUR', 'USD', 'JPY', 'KRW', 'KWD', 'TND'].map(minorPerMajor), [100, 100, 1, 1, 1000, 1000]);
  });

  it('count as Stripe does where it differs from ISO 4217', () => {
    assert.deepEqual(['ISK', 'HUF', 'TWD', 'MGA', 'UGX'].map(minorPerMajor), [100, 100, 100, 1, 1]);
  });

  it('read an unknown code the way that reaches a limit first', () => {
    assert.deepEqual(['ZZZ', 'eur', '', 'XAU'].map(minorPerMajor), [1, 1, 1, 1]);
    assert.equal(isCurrency('EUR'), true);
    assert.equal(isCurrency('eur'), false);
  });
});

describe('each API', () => {
  const codes = ['HUF', 'TWD', 'ISK', 'CLP', 'CVE', 'IDR', 'MGA', 'JPY', 'KWD', 'EUR', 'ZZZ'];
  it('has its own exceptions', () => {
    assert.deepEqual(codes.map(isoScale), [100, 100, 1, 1, 100, 100, 100, 1, 1000, 100, 1]);
    assert.deepEqual(codes.map(adyenScale), [100, 100, 100, 100, 1, 1, 100, 1, 1000, 100, 1]);
    assert.deepEqual(codes.map(paypalScale), [1, 1, 1, 1, 100, 100, 100, 1, 1000, 100, 1]);
    assert.deepEqual(codes.map(minorPerMajor), [100, 100, 100, 1, 100, 100, 1, 1, 1000, 100, 1]);
  });

  it('has as many decimals as the scale says', () => {
    assert.deepEqual(
      [1, 100, 1000].map((scale) => decimalsOf(scale as MinorPerMajor)),
      [0, 2, 3],
    );
  });
});
