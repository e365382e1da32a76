// What an agent is told of its ticket: enough to go on, and nobody's name.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outlook, ticketForAgent } from '../../src/approve/agent-ticket.ts';
import { approvalDesk, parkRequest } from '../support/approval-desk.ts';

test('state, approvers and what to do next; neither binding nor who decided', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const shown = JSON.stringify({ ...ticketForAgent(ticket), ...outlook(ticket) });
  assert.match(shown, /"state":"pending".*"approvers":\["finance"\]/);
  assert.ok(!shown.includes(ticket.binding));
  const over = await desk.book.open(parkRequest({ binding: 'c'.repeat(64) }));
  await desk.book.withdraw(over.id, 'the plan is revoked', null, 'cli');
  assert.match(JSON.stringify(outlook(desk.book.get(over.id) ?? assert.fail())), /withdrawn: nobody can approve it any more/);
  const denied = await desk.book.deny(ticket.id, { user: 'fay' }, 'cli', 'no');
  assert.ok(!JSON.stringify({ ...ticketForAgent(denied), ...outlook(denied) }).includes('fay'));
});
