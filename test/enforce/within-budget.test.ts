// Many exchanges at once into one budget: each is judged by what is used in the very turn in which it is reserved and written.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openBudgetBook } from '../../src/budget/budget-book.ts';
import { createBundleJudge } from '../../src/decide/bundle-judge.ts';
import { checkFiles } from '../../src/decide/bundle.ts';
import { createEngineSlots } from '../../src/decide/engine-slots.ts';
import { sliceTexts } from '../../src/decide/slices.ts';
import type { Decision } from '../../src/enforce/decision.ts';
import { reserveWith, stillDecided, untilSettled, useOf } from '../../src/enforce/within-budget.ts';
import { filesOf, members, policy, principal, refund } from '../decide/bundle-fixture.ts';
import { handMade, proposalOf } from '../support/exchange.ts';
import { memoryLedger } from '../support/memory-ledger.ts';

const BUDGETS = `refunds:
  of: payment.refund
  measure: sum amountMinor
  per: team
  window: sliding 24h
`;
const POLICIES =
  policy('refund', 'permit (principal, action == Action::"payment.refund", resource);') +
  policy('limit', 'forbid (principal, action == Action::"payment.refund", resource) when { context.budget.refunds > 1000 };');

async function house() {
  const { bundle, findings } = checkFiles({ ...filesOf({ policies: POLICIES }), budgets: BUDGETS });
  if (bundle === null) throw new Error(JSON.stringify(findings));
  const ledger = memoryLedger();
  const budgets = await openBudgetBook({ ledger });
  const slots = createEngineSlots();
  const generation = slots.prepare(sliceTexts(bundle.slices));
  slots.activate(generation);
  const judge = createBundleJudge(bundle, slots, generation, members(), budgets);
  let exchanges = 0;

  /** Judged, held up for a while as look-ups would, then settled as the record stage does. */
  async function run(agent: string, amountMinor: number): Promise<Decision['verdict']> {
    const who = principal(agent, { teams: ['support'] });
    const exchange = { ...handMade('POST', '/v1/refunds'), id: `x${(exchanges += 1)}` };
    const proposal = proposalOf(exchange, { actions: [refund({ amountKnown: true, amountMinor, currency: 'EUR' })] });
    const decide = (): Decision => {
      const judgement = judge.judge(who, proposal.actions);
      const { verdict, reason, policies } = judgement;
      return { verdict, proposal, judgement, substitute: null, revised: null, rejudged: null, reason, policies };
    };
    let decision = decide();
    await turn();
    return untilSettled(async () => {
      if (decision.verdict === 'BLOCK') return 'BLOCK';
      const now = stillDecided(who, decision, { judge, budgets });
      if (now !== null) {
        const body = { type: 'budget', move: 'reserved', exchange: exchange.id, budgets: ['refunds'], used: [] } as const;
        await reserveWith(exchange, useOf(now), budgets, (state) => ledger.append(body, 'synced', state));
        return now.verdict;
      }
      decision = decide();
      return null;
    });
  }
  return { ledger, budgets, run, judge };
}

test('of twenty at once exactly those go that fit, and the state of each lies in the batch of its entry', async () => {
  const { ledger, budgets, run } = await house();
  const verdicts = await Promise.all(Array.from({ length: 20 }, (_, i) => run(i % 2 === 0 ? 'a' : 'b', 150)));
  assert.equal(verdicts.filter((verdict) => verdict === 'ALLOW').length, 6);
  assert.deepEqual(
    budgets.list().map(({ used, currency }) => [used, currency]),
    [[900, 'EUR']],
  );
  assert.equal(ledger.appended.length, 6);
  assert.ok(ledger.appended.every(({ state }) => state.length > 0));
  assert.equal(await run('a', 100), 'ALLOW', 'to the last cent');
  assert.equal(await run('b', 1), 'BLOCK');
  const again = await openBudgetBook({ ledger: ledger.reopen() });
  assert.deepEqual(
    again.list().map(({ used }) => used),
    [1000],
  );
});

test('what could not be written is not reserved', async () => {
  const { ledger, budgets, run } = await house();
  ledger.failing = true;
  await assert.rejects(run('a', 900));
  assert.deepEqual(budgets.list(), []);
  ledger.failing = false;
  assert.equal(await run('a', 900), 'ALLOW');
});

test('an amount or a currency that nobody knows exceeds, and what an action claims of itself is nothing', async () => {
  const { judge } = await house();
  const verdictOf = (facts: Record<string, string | number | boolean>): string =>
    judge.judge(principal(), [refund(facts)]).verdict;
  assert.equal(verdictOf({ amountKnown: true, amountMinor: 1000, currency: 'EUR' }), 'ALLOW');
  for (const facts of [
    { amountKnown: false, currency: 'EUR' },
    { amountKnown: true, amountMinor: 1 },
    { amountKnown: true, amountMinor: -1, currency: 'EUR' },
    { amountKnown: true, amountMinor: 1, currency: 'EUR', inspected: false },
  ])
    assert.equal(verdictOf(facts), 'BLOCK', JSON.stringify(facts));
  const claims = { ...refund({ amountKnown: true, amountMinor: 2000, currency: 'EUR' }), own: { budget: { refunds: 0 } } };
  assert.equal(judge.judge(principal(), [claims]).verdict, 'BLOCK');
});

test('several actions of one exchange add up, and currencies do not', async () => {
  const { judge } = await house();
  const of = (amountMinor: number, currency: string) => refund({ amountKnown: true, amountMinor, currency });
  assert.equal(judge.judge(principal(), [of(600, 'EUR'), of(600, 'EUR')]).verdict, 'BLOCK');
  assert.equal(judge.judge(principal(), [of(600, 'EUR'), of(600, 'USD')]).verdict, 'ALLOW');
  assert.equal(judge.judge(principal(), [of(600, 'EUR'), of(600, 'eur')]).verdict, 'BLOCK');
});
