// The end of tickets and grants: by either clock, on record, and nothing is allowed after it (threat D9).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approvalDesk, BINDING, connected, fakeClock, FINANCE, parkRequest } from '../support/approval-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { waitFor } from '../support/wait-for.ts';

const APPROVALS = { holdSeconds: 5, ticketSeconds: 100, grantSeconds: 10 };

test("an overdue ticket can't be approved, is seen as expired, and says so on record", async () => {
  const clock = fakeClock();
  using desk = await approvalDesk({ clock, approvals: APPROVALS });
  const ticket = await desk.book.open(parkRequest());
  clock.pass(99.9);
  assert.equal(desk.book.get(ticket.id)?.state, 'pending');
  clock.pass(0.1);
  assert.equal(desk.book.get(ticket.id)?.state, 'expired');
  assert.deepEqual(desk.book.list({ state: 'pending' }), []);
  await throwsWithCode('TICKET_STATE', () => desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli'));
  assert.deepEqual(desk.moves(), ['opened', 'expired', 'refused']);
  assert.equal(desk.ledger.bodies('ticket')[1]?.channel, 'clock');
  assert.equal((await desk.book.wait(ticket.id, 'x1', connected())).kind, 'expired');
});

test('setting the wall clock back gives no second life, setting it ahead ends it', async () => {
  const clock = fakeClock();
  using desk = await approvalDesk({ clock, approvals: APPROVALS });
  const ticket = await desk.book.open(parkRequest());
  clock.pass(100);
  clock.wall -= 3_600_000;
  await throwsWithCode('TICKET_STATE', () => desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli'));
  const other = await desk.book.open(parkRequest({ binding: 'c'.repeat(64) }));
  clock.wall += 100_000;
  await throwsWithCode('TICKET_STATE', () => desk.book.approve(other.id, { token: desk.tokens.fay }, 'cli'));
});

test('a grant ends too, by either clock', async () => {
  for (const leap of [
    (clock: ReturnType<typeof fakeClock>) => (clock.wall += 10_000),
    (clock: ReturnType<typeof fakeClock>) => (clock.monotonic += 10_000),
  ]) {
    const clock = fakeClock();
    using desk = await approvalDesk({ clock, approvals: APPROVALS });
    const ticket = await desk.book.open(parkRequest());
    const granted = await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli');
    assert.equal(granted.expiresAt, new Date(clock.wall + 10_000).toISOString());
    leap(clock);
    assert.equal(await desk.book.spendGrant(BINDING, [FINANCE], 'x2'), null);
    assert.equal(desk.moves().at(-1), 'expired');
    assert.notEqual((await desk.book.open(parkRequest({ exchange: 'x2' }))).id, ticket.id);
  }
});

test('a restart does not lengthen a life, and a clock set back meanwhile gives at most the whole of it', async () => {
  const clock = fakeClock();
  const desk = await approvalDesk({ clock, approvals: APPROVALS });
  const ticket = await desk.book.open(parkRequest());
  clock.pass(60);
  const second = await desk.restart();
  clock.pass(40);
  assert.equal(second.book.get(ticket.id)?.state, 'expired');
  clock.wall -= 86_400_000;
  using third = await second.restart();
  assert.equal(third.book.get(ticket.id)?.state, 'pending');
  clock.monotonic += 100_000;
  await throwsWithCode('TICKET_STATE', () => third.book.approve(ticket.id, { token: third.tokens.fay }, 'cli'));
});

test('what ran out while nobody ran is expired at the start', async () => {
  const clock = fakeClock();
  const desk = await approvalDesk({ clock, approvals: APPROVALS });
  const ticket = await desk.book.open(parkRequest());
  clock.pass(200);
  using after = await desk.restart();
  await waitFor(() => after.moves().at(-1) === 'expired' || undefined);
  assert.equal(after.book.get(ticket.id)?.state, 'expired');
});

test('the alarm expires a ticket by itself and wakes its waiter', async () => {
  using desk = await approvalDesk({ approvals: { holdSeconds: 5, ticketSeconds: 0.05, grantSeconds: 1 } });
  const ticket = await desk.book.open(parkRequest());
  assert.equal((await desk.book.wait(ticket.id, 'x1', connected())).kind, 'expired');
  assert.deepEqual(desk.moves(), ['opened', 'expired']);
  assert.deepEqual(desk.book.counts(), { pending: 0, grants: 0, waiting: 0 });
});

test("when the entry can't be written an overdue ticket still lets nothing out and its waiter goes", async () => {
  using desk = await approvalDesk({ approvals: { holdSeconds: 5, ticketSeconds: 0.05, grantSeconds: 1 } });
  const ticket = await desk.book.open(parkRequest());
  const wait = desk.book.wait(ticket.id, 'x1', connected());
  desk.ledger.failing = true;
  assert.equal((await wait).kind, 'expired');
  await throwsWithCode('RECORD_FAILED', () => desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli'));
  desk.ledger.failing = false;
  await waitFor(() => desk.moves().at(-1) === 'expired' || undefined);
});
