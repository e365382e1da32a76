// The plan book over a ledger in memory: races, restarts, approvals, what is given back and what is not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WaitRequirement } from '../../src/decide/judgement.ts';
import type { Principal } from '../../src/identify/principal.ts';
import type { OpenPlanBook } from '../../src/plan/plan-book.ts';
import { approvalDesk, type Desk, FINANCE, fakeClock, LEGAL } from '../support/approval-desk.ts';
import { AGENT, planAction as action, planBookOf as bookOf, planStep as step, proposing } from '../support/plan-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { waitFor } from '../support/wait-for.ts';

let exchanges = 0;
const take = (book: OpenPlanBook, name: string, waits: readonly WaitRequirement[] = [], principal = AGENT, exchange = '') => {
  exchanges += 1;
  return book.take(principal, { exchange: exchange || `x${exchanges}`, actions: [action(name)], binding: null, waits });
};
const moves = (desk: Desk) => desk.ledger.bodies('plan').map((body) => body.move);

test('a plan without a step that waits is in force at once, and is taken once, in order', async () => {
  using desk = await approvalDesk();
  const book = await bookOf(desk);
  const plan = await proposing(book, [step('a'), step('b', { group: 1 })]);
  assert.equal(plan.state, 'accepted');
  assert.equal(book.look(AGENT, { actions: [action('b')], binding: null })?.['expected'], false);
  assert.equal(await take(book, 'b'), null);
  assert.equal((await take(book, 'a', [], AGENT, 'xa'))?.step, 1);
  assert.equal(await take(book, 'a'), null);
  await book.settle('xa', 'confirmed');
  assert.equal((await take(book, 'b', [], AGENT, 'xb'))?.step, 2);
  assert.equal(book.get(plan.id)?.state, 'accepted', 'what is being sent may yet be given back');
  await book.settle('xb', 'unknown');
  assert.equal(book.get(plan.id)?.state, 'completed');
  assert.equal(book.look(AGENT, { actions: [action('a')], binding: null }), null);
  book.close();
});

for (const [decision, state] of [
  ['approve', 'accepted'],
  ['deny', 'denied'],
] as const) {
  test(`decided while it is being proposed (${decision}), it is ${state} at once`, async () => {
    using desk = await approvalDesk();
    const book = await bookOf(desk);
    desk.ledger.beforeWritten = async () => {
      const [ticket] = desk.book.list({ state: 'pending' });
      if (ticket === undefined) return;
      desk.ledger.beforeWritten = null;
      await desk.book[decision](ticket.id, { token: desk.tokens.fay }, 'api');
    };
    assert.equal((await proposing(book, [step('a', { waits: [FINANCE] })])).state, state);
    book.close();
  });
}

// INVARIANT: one of any number at once.
test('of many at once one takes the step', async () => {
  using desk = await approvalDesk();
  const book = await bookOf(desk);
  await proposing(book, [step('a', { times: 2 }), step('b', { group: 1 })]);
  const taken = await Promise.all(Array.from({ length: 9 }, () => take(book, 'a')));
  assert.equal(taken.filter((one) => one !== null).length, 2);
  book.close();
});

test('only what was surely never sent is given back, and a refusal is not', async () => {
  using desk = await approvalDesk();
  const book = await bookOf(desk);
  await proposing(book, [step('a'), step('b', { group: 1 })]);
  await take(book, 'a', [], AGENT, 'x-unsent');
  await book.settle('x-unsent', 'unsent');
  assert.notEqual(await take(book, 'a', [], AGENT, 'x-refused'), null);
  await book.settle('x-refused', 'refused');
  assert.equal(await take(book, 'a'), null);
  assert.deepEqual(moves(desk).slice(2), ['consumed', 'returned', 'consumed', 'voided']);
  book.close();
});

// INVARIANT: an approval is for what that step waited for, by those who are approvers still.
test('its approval satisfies what the step waited for, and nothing that came later', async () => {
  using desk = await approvalDesk();
  const book = await bookOf(desk);
  const plan = await proposing(book, [step('a', { waits: [FINANCE], times: 9 }), step('b', { waits: [LEGAL] })]);
  assert.equal(plan.state, 'waiting');
  assert.equal(await take(book, 'a'), null, 'not before it is approved');
  await desk.book.approve(plan.ticket ?? '', { token: desk.tokens.fay }, 'cli');
  assert.equal(book.get(plan.id)?.state, 'waiting', 'every policy of every step must be satisfied');
  await throwsWithCode('APPROVER_REFUSED', () => desk.book.approve(plan.ticket ?? '', { token: desk.tokens.ada }, 'cli'));
  await desk.book.approve(plan.ticket ?? '', { token: desk.tokens.leo }, 'cli');
  await waitFor(() => (book.get(plan.id)?.state === 'accepted' ? true : undefined));
  assert.notEqual(await take(book, 'a', [FINANCE]), null);
  assert.equal(await take(book, 'a', [LEGAL]), null, "another step's policy");
  assert.equal(await take(book, 'a', [{ ...FINANCE, quorum: 2 }]), null, 'a quorum now');
  assert.equal(await take(book, 'a', [FINANCE, { ...LEGAL, policy: 'new' }]), null);
  await desk.directory.revokeUser('fay');
  assert.equal(await take(book, 'a', [FINANCE]), null, 'who gave it is no approver any more');
  book.close();
});

// INVARIANT: nobody is asked to sign a plan that has ended.
test('the ticket of a plan that is revoked while it waits is withdrawn, and whoever watches is told', async () => {
  using desk = await approvalDesk();
  const book = await bookOf(desk);
  const { id, ticket } = await proposing(book, [step('a', { waits: [FINANCE] })]);
  const told: string[] = [];
  desk.book.watch((moved, move) => told.push(`${move} ${moved.state}`));
  await book.revoke(id, 'cli');
  assert.deepEqual(told, ['voided expired']);
  assert.equal(desk.book.get(ticket ?? '')?.denial, 'the plan is revoked');
  assert.deepEqual(desk.book.list({ state: 'pending' }), []);
  await throwsWithCode('TICKET_STATE', () => desk.book.approve(ticket ?? '', { token: desk.tokens.fay }, 'cli'));
  assert.equal(book.get(id)?.state, 'revoked');
  book.close();
});

test('a start takes back a ticket that outlived its plan, and until then its approval brings nothing back', async () => {
  for (const approvedBetween of [false, true]) {
    using desk = await approvalDesk();
    // As if the process had been killed between the plan's write and the ticket's.
    const killed = Object.assign(Object.create(desk.book), { withdraw: () => Promise.reject(new Error('killed')) });
    const first = await bookOf({ ...desk, book: killed });
    const { id, ticket } = await proposing(first, [step('a', { waits: [FINANCE] })]);
    await first.revoke(id, 'proxy');
    assert.equal(desk.book.get(ticket ?? '')?.state, 'pending');
    if (approvedBetween) await desk.book.approve(ticket ?? '', { token: desk.tokens.fay }, 'cli');
    assert.equal(await take(first, 'a', [FINANCE]), null);
    first.close();
    using again = await desk.restart();
    const book = await bookOf(again);
    assert.equal(book.get(id)?.state, 'revoked');
    const { state, denial } = again.book.get(ticket ?? '') ?? assert.fail();
    assert.deepEqual([state, denial, again.moves().at(-1)], ['expired', 'the plan is revoked', 'voided']);
    await throwsWithCode('TICKET_STATE', () => again.book.approve(ticket ?? '', { token: desk.tokens.fay }, 'cli'));
    assert.deepEqual([again.book.grants(), await take(book, 'a', [FINANCE])], [[], null]);
    book.close();
  }
});

for (const [name, other] of Object.entries({
  'another agent': { ...AGENT, agent: 'other' },
  'another session': { ...AGENT, session: 't' },
  'no session': { ...AGENT, session: null },
  'another user': { ...AGENT, user: 'max' },
} satisfies Record<string, Principal>))
  test(`not for ${name}`, async () => {
    using desk = await approvalDesk();
    const book = await bookOf(desk);
    await proposing(book, [step('a')]);
    assert.equal(book.look(other, { actions: [action('a')], binding: null }), null);
    assert.equal(await take(book, 'a', [], other), null);
    book.close();
  });

// INVARIANT: after an unknown outcome a repeat is for people.
test('a step lets nothing more out once nobody knows what became of a use of it, unless nothing had to be approved', async () => {
  using desk = await approvalDesk();
  const book = await bookOf(desk);
  const plan = await proposing(book, [step('a', { waits: [FINANCE], times: 3 }), step('b', { group: 1 })]);
  await desk.book.approve(plan.ticket ?? '', { token: desk.tokens.fay }, 'cli');
  await waitFor(() => (book.get(plan.id)?.state === 'accepted' ? true : undefined));
  assert.notEqual(await take(book, 'a', [FINANCE], AGENT, 'x-lost'), null);
  await book.settle('x-lost', 'unknown');
  assert.equal(await take(book, 'a', [FINANCE]), null);
  assert.notEqual(await take(book, 'a', []), null, 'a person let this one go by itself');
  book.close();
});

test('a step for one exact request is for that binding', async () => {
  using desk = await approvalDesk();
  const book = await bookOf(desk);
  await proposing(book, [step('a', { binding: 'b1' })]);
  assert.ok(book.asksForBinding(AGENT, [action('a')]));
  for (const binding of [null, 'b2'])
    assert.equal(await book.take(AGENT, { exchange: 'x', actions: [action('a')], binding, waits: [] }), null);
  assert.notEqual(await book.take(AGENT, { exchange: 'x', actions: [action('a')], binding: 'b1', waits: [] }), null);
  book.close();
});

test('it is whole again after a restart: what was being sent is unknown, and an approval in between counts', async () => {
  using desk = await approvalDesk();
  const first = await bookOf(desk);
  const plan = await proposing(first, [step('a'), step('b', { group: 1 })]);
  const waiting = await proposing(first, [step('c', { waits: [FINANCE] })], { ...AGENT, session: 'other' });
  await take(first, 'a', [], AGENT, 'x-lost');
  first.close();
  await desk.book.approve(waiting.ticket ?? '', { token: desk.tokens.fay }, 'cli');
  using again = await desk.restart();
  const book = await bookOf(again);
  assert.equal(book.get(plan.id)?.uses[0]?.fate, 'unknown');
  await book.settle('x-lost', 'unsent');
  assert.equal(await take(book, 'a'), null);
  assert.notEqual(await take(book, 'b'), null);
  assert.equal(book.get(waiting.id)?.state, 'accepted');
  book.close();
});

test('it ends by its time, by either clock, and by whoever takes it back', async () => {
  using desk = await approvalDesk();
  const clock = fakeClock();
  const book = await bookOf(desk, { clock });
  const plan = await proposing(book, [step('a')]);
  await throwsWithCode('PLAN_STATE', () => proposing(book, [step('a')]));
  clock.monotonic += 600_000;
  assert.equal(await take(book, 'a'), null);
  const next = await proposing(book, [step('a')]);
  assert.equal(book.get(plan.id)?.state, 'expired');
  await book.revoke(next.id, 'proxy');
  assert.equal(await take(book, 'a'), null);
  await throwsWithCode('PLAN_STATE', () => book.revoke(next.id, 'cli'));
  await throwsWithCode('PLAN_UNKNOWN', () => book.revoke('p_none', 'cli'));
  book.close();
});

test('a denied ticket ends its plan; a blocked step rejects it; what can not be written is not taken', async () => {
  using desk = await approvalDesk();
  const book = await bookOf(desk, { limits: { plans: 9, plansPerAgent: 1 } });
  const plan = await proposing(book, [step('a', { waits: [FINANCE] })]);
  await throwsWithCode('PLAN_LIMIT', () => proposing(book, [step('a')], { ...AGENT, session: 'other' }));
  await desk.book.deny(plan.ticket ?? '', { token: desk.tokens.fay }, 'cli', 'no');
  await waitFor(() => (book.get(plan.id)?.state === 'denied' ? true : undefined));
  assert.equal((await proposing(book, [step('a', { verdict: 'BLOCK' })])).state, 'rejected');
  await proposing(book, [step('a')]);
  desk.ledger.failing = true;
  await throwsWithCode('RECORD_FAILED', () => take(book, 'a'));
  desk.ledger.failing = false;
  assert.notEqual(await take(book, 'a'), null);
  book.close();
});
