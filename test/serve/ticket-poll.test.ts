// Long polls of tickets: answered at the next move, bounded in number, and let go when the client hangs up.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTicketPoll } from '../../src/serve/ticket-poll.ts';
import { approvalDesk, connected, parkRequest } from '../support/approval-desk.ts';

test('it is answered at the next move of its own ticket', async () => {
  using desk = await approvalDesk();
  const poll = createTicketPoll({ tickets: desk.book });
  const ticket = await desk.book.open(parkRequest());
  const other = await desk.book.open(parkRequest({ binding: 'c'.repeat(64) }));
  let answered = false;
  const next = poll.next(ticket.id, 'fay', 30, connected()).then(() => (answered = true));
  await desk.book.deny(other.id, { user: 'fay' }, 'api');
  assert.equal(answered, false);
  assert.equal(poll.count(), 1);
  await desk.book.deny(ticket.id, { user: 'fay' }, 'api');
  await next;
  assert.equal(poll.count(), 0);
});

test('it is answered when its time is up, and at once for a ticket that waits for nobody', async () => {
  using desk = await approvalDesk();
  const poll = createTicketPoll({ tickets: desk.book });
  const ticket = await desk.book.open(parkRequest());
  const began = performance.now();
  await poll.next(ticket.id, 'fay', 0.05, connected());
  assert.ok(performance.now() - began >= 40);
  await desk.book.approve(ticket.id, { user: 'fay' }, 'api');
  await poll.next(ticket.id, 'fay', 30, connected());
  await poll.next('t_none', 'fay', 30, connected());
});

test('a hang-up and the end of the console free it', async () => {
  using desk = await approvalDesk();
  const poll = createTicketPoll({ tickets: desk.book });
  const ticket = await desk.book.open(parkRequest());
  const gone = new AbortController();
  const hungUp = poll.next(ticket.id, 'fay', 30, gone.signal);
  gone.abort();
  await hungUp;
  const closed = poll.next(ticket.id, 'fay', 30, connected());
  poll.close();
  await closed;
  await poll.next(ticket.id, 'fay', 30, connected());
  assert.equal(poll.count(), 0);
});

test('who polls too much is answered at once, and others still wait', async () => {
  using desk = await approvalDesk();
  const poll = createTicketPoll({ tickets: desk.book, max: 3, maxPerCaller: 2 });
  const ticket = await desk.book.open(parkRequest());
  const held = [poll.next(ticket.id, 'fay', 30, connected()), poll.next(ticket.id, 'fay', 30, connected())];
  await poll.next(ticket.id, 'fay', 30, connected());
  held.push(poll.next(ticket.id, 'bo', 30, connected()));
  await poll.next(ticket.id, 'leo', 30, connected());
  assert.equal(poll.count(), 3);
  poll.close();
  await Promise.all(held);
});
