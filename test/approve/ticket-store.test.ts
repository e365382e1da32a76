// Tickets on disk: what can't be read for certain stops the start instead of opening a door (threat D10).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTicket } from '../../src/approve/stored-ticket.ts';
import { openTicketStore } from '../../src/approve/ticket-store.ts';
import { approvalDesk, parkRequest } from '../support/approval-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

test('a stored ticket is read back as it was', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const store = await openTicketStore(desk.ledger.reopen());
  assert.deepEqual(store.tickets.get(ticket.id), ticket);
});

test('a damaged one is STORE_CORRUPT, also when only its grant does not fit its state', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const key = `ticket:${ticket.id}`;
  const text = desk.ledger.state.get(key) ?? assert.fail();
  assert.deepEqual(parseTicket(key, text), ticket);
  const changes: Record<string, unknown>[] = [
    { state: 'open' },
    { grant: true },
    { grant: 'false' },
    { id: 't_x' },
    { binding: 'short' },
    { approvals: null },
    { approvals: [{ user: 1, policies: [] }] },
    { approvals: [{ user: 'fay', policies: 'all' }] },
    { waits: [{}] },
    { waits: undefined },
    { expiresAt: 'never' },
    { agent: null },
    { actions: {} },
    { offers: 'all' },
    { edit: 1 },
    { scope: true },
  ];
  const damaged = [
    '',
    'null',
    '[]',
    '1',
    '"x"',
    text.slice(0, -5),
    ...changes.map((change) => JSON.stringify({ ...ticket, ...change })),
  ];
  for (const bad of damaged) {
    desk.ledger.state.set(key, bad);
    await throwsWithCode('STORE_CORRUPT', () => openTicketStore(desk.ledger));
  }
  await throwsWithCode('STORE_CORRUPT', () => parseTicket(`ticket:t_${'a'.repeat(26)}`, text));
});

test('a ticket that was stored before there were offers, scopes and outcomes has none', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const { offers: _offers, edit: _edit, scope: _scope, warning: _warning, outcome: _outcome, ...older } = ticket;
  const approvals = [{ user: 'fay', at: '', channel: 'cli', policies: ['refund-large'] }];
  assert.deepEqual(parseTicket(`ticket:${ticket.id}`, JSON.stringify({ ...older, approvals })), {
    ...ticket,
    approvals: [{ ...approvals[0], scope: false }],
  });
});
