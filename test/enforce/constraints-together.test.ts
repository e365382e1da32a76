// Constraints that only help together are found, the fewest first, and it is told when not all combinations were tried.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ConstraintTrial } from '../../src/enforce/constraint-trial.ts';
import { MAX_TRIES } from '../../src/enforce/constraints-together.ts';
import { bundle, explained } from './trial-bundle.ts';

const CHARGE = Buffer.from(
  'POST /v1/payment_intents HTTP/1.1\nHost: api.stripe.com\nAuthorization: Bearer sk_test_1\nContent-Type: application/x-www-form-urlencoded\n\namount=90000&currency=eur&customer=cus_1&description=one',
);
const PERMIT = '@id("charges") @reason("Charges are fine.") permit (principal, action == Action::"payment.charge", resource);\n';
const forbid = (id: string, when: string): string =>
  `@id("${id}") @reason("Not so.") forbid (principal, action == Action::"payment.charge", resource) when { ${when} };\n`;
const LARGE = forbid('not-large', 'context has amountMinor && context.amountMinor > 1000');
const EURO = forbid('not-euro', 'context has currency && context.currency == "EUR"');
const CUSTOMER = forbid('not-them', 'context has counterparty && context.counterparty == "cus_1"');
const set = (name: string, field: string, value: string): string =>
  `${name}:\n  type: set\n  field: ${field}\n  value: ${value}\n`;
const CONSTRAINTS =
  set('ten', 'amount', '1000') +
  set('dollars', 'currency', 'usd') +
  set('other', 'customer', 'cus_2') +
  set('say-so', 'description', 'two');

/** No policy of the starter bundle is about charges but those given. */
async function tried(policies: string, constraints = CONSTRAINTS) {
  return explained(CHARGE, await bundle({ payment: () => PERMIT + policies, constraints }));
}

const usable = (trials: readonly ConstraintTrial[]): number => trials.filter(({ rewrites }) => rewrites).length;
const pairs = (trials: readonly ConstraintTrial[]): number => (usable(trials) * (usable(trials) - 1)) / 2;
const triples = (trials: readonly ConstraintTrial[]): number => (pairs(trials) * (usable(trials) - 2)) / 3;

describe('together', () => {
  test('two that pass, when neither does alone', async () => {
    const { verdict, trials, together } = await tried(LARGE + EURO);
    assert.equal(verdict, 'BLOCK');
    assert.ok(trials.every(({ outcome }) => outcome === 'fails'));
    assert.deepEqual(
      together.passing.map(({ constraints, way }) => [constraints, way]),
      [[['ten', 'dollars'], 'agent']],
    );
    const [action] = together.passing[0]?.substitute.actions ?? [];
    assert.deepEqual([action?.facts['amountMinor'], action?.facts['currency']], [1_000, 'USD']);
    assert.equal(together.passing[0]?.substitute.verdict, 'ALLOW');
    assert.equal(together.left, 0);
  });

  test('three, when no two pass; of more than three none is found', async () => {
    const { trials, together } = await tried(LARGE + EURO + CUSTOMER);
    assert.deepEqual(
      together.passing.map(({ constraints }) => constraints),
      [['ten', 'dollars', 'other']],
    );
    assert.equal(together.tried, pairs(trials) + triples(trials));
    const four = await tried(LARGE + EURO + CUSTOMER + forbid('never', 'context.path like "/v1/*"'));
    assert.deepEqual(four.together.passing, []);
  });

  test('nothing is tried where one alone is enough, nor what can not be carried out or changes nothing', async () => {
    assert.deepEqual((await tried(LARGE)).together, { passing: [], tried: 0, left: 0 });
    // The bundle's own refund-500 is another one that changes the amount.
    const { trials, together } = await tried(LARGE + EURO, set('ten', 'amount', '1000') + set('same', 'currency', 'eur'));
    assert.match(trials.find(({ constraint }) => constraint === 'same')?.why ?? '', /changes nothing/);
    assert.deepEqual([together.passing, together.tried], [[], 1]);
  });

  test('a permit may ask for several where no forbid stands', async () => {
    const small = PERMIT.replace(';\n', ' when { context.amountMinor <= 1000 && context.currency == "USD" };\n').replace(
      'when { ',
      'when { context has amountMinor && context has currency && ',
    );
    const { together } = await explained(CHARGE, await bundle({ payment: () => small, constraints: CONSTRAINTS }));
    assert.deepEqual(
      together.passing.map(({ constraints, way }) => [constraints, way]),
      [[['ten', 'dollars'], 'policy']],
    );
  });

  test('tries are bounded, and what was left out is told', async () => {
    const many = Array.from({ length: 20 }, (_, i) => set(`n${i}`, 'description', `n${i}`)).join('');
    const { trials, together } = await tried(LARGE + EURO, many);
    assert.deepEqual([together.passing, together.tried], [[], MAX_TRIES]);
    assert.equal(together.left, pairs(trials) + triples(trials) - MAX_TRIES);
    assert.ok(together.left > 1_000);
  });
});
