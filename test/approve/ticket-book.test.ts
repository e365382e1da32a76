// The ticket book: parked, decided, and whole after a restart.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { approvalDesk, BINDING, connected, fakeClock, FINANCE, parkRequest } from '../support/approval-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

test('approved while its caller holds: spent for that caller, on disk before the wait ends', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  assert.match(ticket.id, /^t_[a-z2-7]{26}$/);
  let stateWhenWoken = '';
  const wait = desk.book.wait(ticket.id, 'x1', connected()).then((outcome) => {
    stateWhenWoken = desk.ledger.state.get(`ticket:${ticket.id}`) ?? '';
    return outcome;
  });
  await sleep(5);
  const approved = await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli');
  assert.equal((await wait).kind, 'approved');
  assert.equal(approved.state, 'spent');
  assert.match(stateWhenWoken, /"state":"spent"/);
  assert.deepEqual(desk.moves(), ['opened', 'approved', 'spent']);
  assert.ok(desk.ledger.appended.every((item) => item.durability === 'synced'));
  assert.equal(await desk.book.spendGrant(BINDING, [FINANCE], 'x2'), null);
});

test('after a restart pending tickets can be decided and grants spent, once', async () => {
  const before = await approvalDesk();
  const pending = await before.book.open(parkRequest());
  const granted = await before.book.open(parkRequest({ binding: 'c'.repeat(64) }));
  await before.book.approve(granted.id, { token: before.tokens.fay }, 'cli');
  using after = await before.restart();
  assert.equal((await after.book.open(parkRequest({ exchange: 'x9' }))).id, pending.id);
  assert.equal((await after.book.approve(pending.id, { token: after.tokens.fay }, 'cli')).grant, true);
  assert.equal((await after.book.spendGrant('c'.repeat(64), [FINANCE], 'x2'))?.id, granted.id);
  using again = await after.restart();
  assert.equal(await again.book.spendGrant('c'.repeat(64), [FINANCE], 'x3'), null);
  assert.equal((await again.book.spendGrant(BINDING, [FINANCE], 'x4'))?.id, pending.id);
});

test('ended tickets are kept up to a bound, newest first to stay', async () => {
  using desk = await approvalDesk({ limits: { tickets: 5_000, ticketsPerAgent: 5_000 } });
  for (let i = 0; i < 1_010; i += 1) {
    const ticket = await desk.book.open(parkRequest({ binding: i.toString(16).padStart(64, '0') }));
    await desk.book.deny(ticket.id, { token: desk.tokens.fay }, 'cli');
  }
  assert.equal(desk.book.list().length, 1_000);
  assert.equal([...desk.ledger.state.keys()].filter((key) => key.startsWith('ticket:')).length, 1_000);
});

test('kept bodies go with their ticket, and what no open ticket owns is swept at the start', async () => {
  const dropped: string[] = [];
  const swept: ReadonlySet<string>[] = [];
  const bodies = {
    dropBody: async (ticket: string) => void dropped.push(ticket),
    sweep: async (open: ReadonlySet<string>) => void swept.push(open),
  };
  const desk = await approvalDesk({ bodies });
  const denied = await desk.book.open(parkRequest());
  const kept = await desk.book.open(parkRequest({ binding: 'c'.repeat(64) }));
  await desk.book.deny(denied.id, { token: desk.tokens.fay }, 'cli');
  assert.deepEqual(dropped, [denied.id]);
  using _after = await desk.restart();
  assert.deepEqual([...(swept.at(-1) ?? [])], [kept.id]);
});

test('an unknown ticket is TICKET_UNKNOWN', async () => {
  using desk = await approvalDesk({ clock: fakeClock() });
  await throwsWithCode('TICKET_UNKNOWN', () => desk.book.wait('t_none', 'x1', connected()));
  await throwsWithCode('TICKET_UNKNOWN', () => desk.book.approve('t_none', { token: desk.tokens.fay }, 'cli'));
  assert.equal(desk.book.get('t_none'), undefined);
});
