// What gives a reservation back: no byte written, or a documented refusal by a vendor at a host of its own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { budgetFateOf } from '../../src/budget/budget-fate.ts';
import { stripe } from '../../src/providers/payment/stripe.ts';

const status = (code: number | null, result: 'sent' | 'failed' | 'unknown' = 'sent') => ({ result, status: code });

test('only what surely had no effect is given back', () => {
  assert.equal(budgetFateOf(status(null, 'failed'), null), 'returned');
  assert.equal(budgetFateOf(status(null, 'unknown'), stripe), 'spent');
  for (const code of [400, 401, 403, 404]) assert.equal(budgetFateOf(status(code), stripe), 'returned', String(code));
  for (const code of [200, 201, 301, 402, 409, 425, 429, 500, 503])
    assert.equal(budgetFateOf(status(code), stripe), 'spent', String(code));
});

test("a server that anybody could run, and one that nobody knows, give nothing back: the agent's own would answer 400 to what it took", () => {
  assert.equal(budgetFateOf(status(400), null), 'spent');
  assert.equal(budgetFateOf(status(400), { ...stripe, hosts: ['*'] }), 'spent');
});
