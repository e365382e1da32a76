// Which ended tickets are forgotten: the oldest settled ones, long before those of whose request nobody knows what became.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEndedTickets } from '../../src/approve/ended-tickets.ts';
import { createOpenTickets } from '../../src/approve/open-tickets.ts';
import { approvalDesk, parkRequest } from '../support/approval-desk.ts';
import type { Ticket } from '../../src/approve/ticket.ts';

async function ticketLike(): Promise<(id: string, change: Partial<Ticket>) => Ticket> {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  return (id, change) => ({ ...ticket, id, ...change });
}

test('a thousand are kept, in the order in which they ended, besides those that are needed', async () => {
  const like = await ticketLike();
  const ended = createEndedTickets();
  for (let i = 0; i < 1002; i += 1) ended.see(like(`t_${i}`, { state: 'denied' }));
  assert.deepEqual(ended.beyond(new Set()), ['t_0', 't_1', 't_2']);
  assert.deepEqual(ended.beyond(new Set(['t_1'])), ['t_0', 't_2', 't_3']);
  ended.forget('t_0');
  ended.see(like('t_1', { state: 'denied' })); // told again: it stays where it is
  assert.deepEqual(ended.beyond(new Set()), ['t_1', 't_2']);
});

test('a grant that came back is open again, and one of unknown outcome is kept until it is known', async () => {
  const like = await ticketLike();
  const ended = createEndedTickets();
  ended.see(like('t_back', { state: 'spent', outcome: 'sent' }));
  ended.see(like('t_lost', { state: 'spent', outcome: 'unknown' }));
  ended.see(like('t_back', { state: 'approved', grant: true }));
  for (let i = 0; i < 1000; i += 1) ended.see(like(`t_${i}`, { state: 'expired' }));
  assert.deepEqual(ended.beyond(new Set()), ['t_0']);
  ended.see(like('t_lost', { state: 'spent', outcome: 'confirmed' }));
  assert.deepEqual(ended.beyond(new Set()), ['t_0', 't_1']);
});

test('open tickets are counted once, however often they are told of', async () => {
  const like = await ticketLike();
  const open = createOpenTickets();
  for (const id of ['t_1', 't_2', 't_1']) open.see(like(id, { agent: 'one' }));
  open.see(like('t_3', { agent: 'two', state: 'approved', grant: true }));
  assert.deepEqual([open.of('one'), open.of('two'), open.of('three'), open.total()], [2, 1, 0, 3]);
  open.see(like('t_1', { agent: 'one', state: 'spent' }));
  open.see(like('t_1', { agent: 'one', state: 'spent' }));
  open.see(like('t_3', { agent: 'two', state: 'expired' }));
  assert.deepEqual([open.of('one'), open.of('two'), open.total()], [1, 0, 1]);
});
