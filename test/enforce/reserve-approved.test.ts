// Approved requests into one budget: reserved only by what was judged in the same turn, and on record with it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBudgetBook } from '../../src/budget/budget-book.ts';
import type { Budget } from '../../src/budget/budget.ts';
import { chargesOf } from '../../src/budget/charge.ts';
import type { Judgement } from '../../src/decide/judgement.ts';
import { reserveApproved } from '../../src/enforce/reserve-approved.ts';
import { principal, refund } from '../decide/bundle-fixture.ts';
import { handMade, judgementOf, proposalOf } from '../support/exchange.ts';
import { memoryLedger } from '../support/memory-ledger.ts';

const REFUNDS: Budget = {
  name: 'refunds',
  actions: new Set(['payment.refund']),
  measure: 'sum amountMinor',
  per: 'agent',
  window: { kind: 'sliding', lengthMs: 3_600_000 },
  key: 'refunds|k',
};

async function house() {
  const ledger = memoryLedger();
  const budgets = await openBudgetBook({ ledger });
  const exchange = (id: string) => ({ ...handMade('POST', '/v1/refunds'), id });
  const judged = (amountMinor: number): Judgement => {
    const actions = [refund({ amountKnown: true, amountMinor, currency: 'EUR' })];
    const use = budgets.measure(chargesOf([REFUNDS], principal(), actions));
    return judgementOf('WAIT', proposalOf(exchange('x'), { actions }), { budget: use });
  };
  return { ledger, budgets, exchange, judged };
}

test('two that were judged by the same account: the second is judged anew, and nothing of it is written', async () => {
  const { ledger, budgets, exchange, judged } = await house();
  const [first, second] = [judged(600), judged(600)];
  assert.equal(await reserveApproved(exchange('x1'), first, { ledger, budgets }), true);
  assert.equal(await reserveApproved(exchange('x2'), second, { ledger, budgets }), false);
  const [{ body, durability, state } = assert.fail('nothing was written'), ...more] = ledger.appended;
  assert.deepEqual(body, { type: 'budget', move: 'reserved', exchange: 'x1', budgets: ['refunds'], used: [600] });
  assert.equal(durability, 'synced');
  assert.ok(state.length > 0);
  assert.deepEqual(more, []);
  assert.equal(await reserveApproved(exchange('x2'), judged(600), { ledger, budgets }), true);
  assert.deepEqual(
    budgets.list().map(({ used }) => used),
    [1200],
  );
});

test('what touches no budget writes nothing', async () => {
  const { ledger, budgets, exchange } = await house();
  const plain = judgementOf('WAIT', proposalOf(exchange('x'), { actions: [] }));
  assert.equal(await reserveApproved(exchange('x'), plain, { ledger, budgets }), true);
  assert.deepEqual(ledger.appended, []);
});
