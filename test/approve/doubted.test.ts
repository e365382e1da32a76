// After a repair that lost something nothing of before lets anything out: no grant, no standing grant, no ticket, no plan, no budget.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Budget, Window } from '../../src/budget/budget.ts';
import { EXCEEDS } from '../../src/budget/budget.ts';
import { openBudgetBook } from '../../src/budget/budget-book.ts';
import { doubtedUntil, REPAIRED_AT } from '../../src/record/repaired-at.ts';
import { approvalDesk, connected, FINANCE, fakeClock, parkRequest, type Desk } from '../support/approval-desk.ts';
import { memoryLedger } from '../support/memory-ledger.ts';
import { AGENT, planAction, planBookOf, planStep, proposing } from '../support/plan-desk.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const repairedAt = (desk: Desk, ms: number): void => void desk.ledger.state.set(REPAIRED_AT, new Date(ms).toISOString());

/** A grant, a ticket that waits and a standing grant, all of now. */
async function deskWithAll(): Promise<Desk> {
  const desk = await approvalDesk({ clock: fakeClock() });
  const { book, tokens } = desk;
  const grant = await book.open(parkRequest({ binding: 'a'.repeat(64) }));
  await book.approve(grant.id, { token: tokens.fay }, 'cli');
  await book.open(parkRequest({ binding: 'c'.repeat(64), exchange: 'x9' }));
  const scope = '10m 3x target';
  const standing = await book.open(parkRequest({ scope, waits: [{ ...FINANCE, grant: scope }], exchange: 'x8' }));
  const waiting = book.wait(standing.id, 'x8', connected());
  await turn();
  await book.approve(standing.id, { token: tokens.fay }, 'cli', { scope: true });
  await waiting;
  assert.deepEqual(book.counts(), { pending: 1, grants: 1, waiting: 0 });
  assert.equal(book.grants().length, 2);
  return desk;
}

test('grants, standing grants and open tickets of before end on record, and once', async () => {
  const desk = await deskWithAll();
  repairedAt(desk, fakeClock().wall);
  using again = await desk.restart();
  assert.deepEqual([again.book.counts(), again.book.grants()], [{ pending: 0, grants: 0, waiting: 0 }, []]);
  assert.equal(await again.book.spendGrant('a'.repeat(64), [FINANCE], 'x2'), null);
  const voided = again.ledger.bodies('ticket').filter(({ move }) => move === 'voided');
  assert.deepEqual([voided.length, voided.every(({ note }) => note.includes('damaged and repaired'))], [3, true]);
  using third = await again.restart();
  assert.equal(third.ledger.bodies('ticket').filter(({ move }) => move === 'voided').length, 3);
});

test('what is of behind the repair stays, whatever restarts come; a time that does not read doubts everything', async () => {
  const desk = await deskWithAll();
  repairedAt(desk, fakeClock().wall - 1);
  const kept = await desk.restart();
  assert.deepEqual([kept.book.counts().grants, kept.book.grants().length], [1, 2]);
  kept.ledger.state.set(REPAIRED_AT, 'gone');
  assert.equal(await doubtedUntil(kept.ledger), Number.POSITIVE_INFINITY);
  using none = await kept.restart();
  assert.deepEqual([none.book.counts().grants, none.book.grants()], [0, []]);
});

test('a plan of before is revoked at the start, on record', async () => {
  using desk = await approvalDesk();
  const book = await planBookOf(desk);
  const plan = await proposing(book, [planStep('a', { times: 2 })]);
  book.close();
  repairedAt(desk, Date.parse(plan.createdAt));
  const again = await planBookOf(desk);
  assert.equal(again.get(plan.id)?.state, 'revoked');
  assert.equal(await again.take(AGENT, { exchange: 'x', actions: [planAction('a')], binding: null, waits: [] }), null);
  assert.equal(desk.ledger.bodies('plan').at(-1)?.move, 'revoked');
  const later = await proposing(again, [planStep('a')]);
  again.close();
  repairedAt(desk, Date.parse(later.createdAt) - 1);
  const third = await planBookOf(desk);
  assert.equal(third.get(later.id)?.state, 'accepted');
  third.close();
});

const HOUR = 3_600_000;
const budgetOf = (window: Window): Budget => {
  const actions = new Set(['payment.refund']);
  return { name: 'b', actions, measure: 'sum amountMinor', per: 'agent', window, key: 'b|sum amountMinor|agent|w' };
};

test('a budget is used up as long as a use of before the repair would count', async () => {
  const at = Date.UTC(2026, 5, 1, 12);
  const windows: ReadonlyArray<readonly [Window, number]> = [
    [{ kind: 'sliding', lengthMs: 24 * HOUR }, at + 24 * HOUR],
    [{ kind: 'calendar', period: 'day', timezone: 'UTC' }, Date.UTC(2026, 5, 2) - 1],
  ];
  for (const [window, until] of windows) {
    const ledger = memoryLedger();
    ledger.state.set(REPAIRED_AT, new Date(at).toISOString());
    let now = at;
    const book = await openBudgetBook({ ledger, now: () => now });
    const valueNow = (): number | undefined => {
      const charge = { budget: budgetOf(window), subject: 'bot', units: new Map([['EUR', 5]]), unknown: false, of: new Set([0]) };
      return book.measure([charge]).values[0];
    };
    assert.equal(valueNow(), EXCEEDS);
    now = until;
    assert.equal(valueNow(), EXCEEDS);
    now = until + HOUR;
    assert.equal(valueNow(), 5);
  }
});
