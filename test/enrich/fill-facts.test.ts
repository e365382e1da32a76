// A look-up fills in, and never replaces.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action, Facts } from '../../src/classify/action.ts';
import { fillFacts } from '../../src/enrich/fill-facts.ts';

const BASE = { host: 'api.example.com', method: 'POST', path: '/refunds', inspected: true };

function payment(facts: Facts): Action {
  return { name: 'payment.refund', resource: { type: 'Account', id: 'a' }, parents: [], facts: { ...BASE, ...facts } };
}
const filled = (facts: Facts, ...answers: Facts[]): Facts => {
  const { host: _h, method: _m, path: _p, ...rest } = fillFacts(payment(facts), answers).facts;
  return rest;
};

test('an amount that nobody named comes with its currency, marked as looked up', () => {
  assert.deepEqual(filled({ amountKnown: false }, { amountMinor: 500, currency: 'JPY' }), {
    inspected: true,
    amountKnown: true,
    amountMinor: 500,
    currency: 'JPY',
    currencySource: 'lookup',
    minorPerMajor: 1,
  });
});

test('a look-up never replaces a fact that the request names', () => {
  const named = { amountKnown: true, amountMinor: 7, currency: 'EUR', currencySource: 'request', minorPerMajor: 100 };
  assert.deepEqual(filled(named, { amountMinor: 1, currency: 'EUR' }), { inspected: true, ...named });
  assert.deepEqual(filled({ amountKnown: true, amountMinor: 7 }, { amountMinor: 1, currency: 'USD' }), {
    inspected: true,
    amountKnown: true,
    amountMinor: 7,
    currency: 'USD',
    currencySource: 'lookup',
    minorPerMajor: 100,
  });
  const given = fillFacts(payment({ counterparty: 'ch_1' }), [
    {
      counterparty: 'ch_2',
      host: 'evil.example',
      method: 'GET',
      path: '/',
      inspected: true,
      user: 'eve',
      session: 's',
      note: 'new',
    },
  ]);
  assert.deepEqual(given.facts, { ...BASE, counterparty: 'ch_1', note: 'new' });
});

test('an amount in another currency than the request names, or in none, tells nothing', () => {
  const facts = { amountKnown: false, currency: 'EUR', currencySource: 'request', minorPerMajor: 100 };
  assert.deepEqual(filled(facts, { amountMinor: 1, currency: 'JPY' }), { inspected: true, ...facts });
  assert.deepEqual(filled({ amountKnown: false }, { amountMinor: 1 }), { inspected: true, amountKnown: false });
  assert.deepEqual(filled({ amountKnown: false }, { amountMinor: 1, currency: 'eur' }), { inspected: true, amountKnown: false });
});

test('an amount that is none stays unknown', () => {
  for (const amountMinor of [-1, 1.5, 2 ** 53, '5', Number.NaN])
    assert.equal(filled({ amountKnown: false }, { amountMinor, currency: 'EUR' })['amountKnown'], false, String(amountMinor));
});

test('answers that contradict each other leave the fact unknown', () => {
  const facts = filled(
    { amountKnown: false },
    { amountMinor: 1, currency: 'EUR', payee: 'a' },
    { amountMinor: 2, currency: 'EUR', payee: 'b' },
  );
  assert.deepEqual([facts['amountKnown'], facts['currency'], facts['payee']], [false, 'EUR', undefined]);
});

test('an action that could not be read is not touched: what it names may be something else', () => {
  const action = payment({ inspected: false, amountKnown: false });
  assert.equal(fillFacts(action, [{ amountMinor: 1, currency: 'EUR' }]), action);
});
