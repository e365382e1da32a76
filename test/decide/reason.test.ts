// Facts in sentences.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fillReason, parseReason, placeholdersOf } from '../../src/decide/reason.ts';
import { refund, request } from './bundle-fixture.ts';

function fill(text: string, facts: Record<string, string | number | boolean | string[]> = {}): string {
  return fillReason(parseReason(text), request('http.read', 'api.example.com', facts), 'bot');
}

describe('reasons', () => {
  it('stand as written without placeholders', () => {
    assert.equal(fill('Just {so}{ } {"uid": 1}'), 'Just unknown{ } {"uid": 1}');
    assert.deepEqual(placeholdersOf(parseReason('{a} and {bC1}, not {"d"}')), ['a', 'bC1']);
  });

  it('are filled with facts and the words of the action', () => {
    assert.equal(
      fill('{agent} {action} {resource} {host} {inspected} {size}', { size: 3 }),
      'bot http.read api.example.com api.example.com true 3',
    );
  });

  it('say that an absent fact is unknown', () => {
    assert.equal(fill('of size {size}'), 'of size unknown');
  });

  it('list sets, to an end', () => {
    assert.equal(fill('{tags}', { tags: ['a', 'b'] }), 'a, b');
    assert.equal(fill('{tags}', { tags: [] }), 'none');
    assert.equal(
      fill('{tags}', { tags: Array.from({ length: 20 }, (_, i) => `d${i}`) }),
      'd0, d1, d2, d3, d4, d5, d6, d7 and 12 more',
    );
  });

  it('keep what an agent wrote plain and short, and never fill it again', () => {
    assert.equal(fill('{host}', { host: 'a\u001b[2J{agent}\n' }), 'a [2J{agent}');
    assert.ok(
      fill('{host}{path}{method}{tags}', {
        host: 'x'.repeat(9_999),
        tags: ['y'.repeat(9_999), 'z'.repeat(9_999)],
        path: 'x'.repeat(9_999),
        method: 'm'.repeat(999),
      }).length <= 600,
    );
  });

  it('tell amounts in the main unit', () => {
    const amount = (facts: Record<string, string | number | boolean>): string =>
      fillReason(parseReason('{amount}'), refund(facts), 'bot');
    assert.equal(amount({ amountKnown: true, amountMinor: 50_001, currency: 'EUR', minorPerMajor: 100 }), '500.01 EUR');
    assert.equal(amount({ amountKnown: true, amountMinor: 501, currency: 'JPY', minorPerMajor: 1 }), '501 JPY');
    assert.equal(amount({ amountKnown: true, amountMinor: 1500, currency: 'KWD', minorPerMajor: 1000 }), '1.500 KWD');
    assert.equal(amount({ amountKnown: true, amountMinor: 5 }), '5 minor units of an unknown currency');
    assert.equal(amount({ amountKnown: false }), 'an unknown amount');
  });
});
