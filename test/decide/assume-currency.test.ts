// A payment without a currency takes its account's; one with a currency keeps it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assumeCurrency } from '../../src/decide/assume-currency.ts';
import { refund, request } from './bundle-fixture.ts';

const yen = (account: string): string | undefined => (account === 'main' ? 'JPY' : undefined);

describe('assuming a currency', () => {
  it("takes the account's and says so", () => {
    const { facts } = assumeCurrency(refund({ amountKnown: true, amountMinor: 5 }), yen);
    assert.deepEqual([facts['currency'], facts['currencySource'], facts['minorPerMajor']], ['JPY', 'assumed', 1]);
  });

  it('never replaces what the request names', () => {
    const { facts } = assumeCurrency(refund({ amountKnown: true, amountMinor: 5, currency: 'EUR' }), yen);
    assert.deepEqual([facts['currency'], facts['currencySource'], facts['minorPerMajor']], ['EUR', 'request', 100]);
    const looked = assumeCurrency(refund({ currency: 'KWD', currencySource: 'lookup' }), yen).facts;
    assert.deepEqual([looked['currencySource'], looked['minorPerMajor']], ['lookup', 1000]);
  });

  it('leaves an unknown account without currency and without scale, even if one was given', () => {
    const { facts } = assumeCurrency(refund({ amountKnown: true, amountMinor: 5, minorPerMajor: 100 }, 'other'), yen);
    assert.deepEqual([facts['currency'], facts['minorPerMajor'], facts['amountMinor']], [undefined, undefined, 5]);
  });

  it('looks at payments on accounts only', () => {
    const read = request('http.read', 'main');
    assert.equal(assumeCurrency(read, yen), read);
    const onHost = { ...refund({}), resource: { type: 'Host', id: 'main' } };
    assert.equal(assumeCurrency(onHost, yen).facts['currency'], undefined);
  });

  it('takes main units of its currency to minor units, exactly or not at all', () => {
    const dollars = (): string => 'USD';
    const known = assumeCurrency(refund({ amountKnown: false, amountMajor: '11.23' }), dollars).facts;
    assert.deepEqual([known['amountKnown'], known['amountMinor'], known['minorPerMajor']], [true, 1123, 100]);
    for (const amountMajor of ['11.234', '1e3', '']) {
      const { facts } = assumeCurrency(refund({ amountKnown: false, amountMajor }), dollars);
      assert.deepEqual([facts['amountKnown'], facts['amountMinor']], [false, undefined], amountMajor);
    }
    const unlisted = assumeCurrency(refund({ amountKnown: false, amountMajor: '11.23' }, 'other'), yen).facts;
    assert.equal(unlisted['amountMinor'], undefined);
  });
});
