// The table of a ticket's life: which moves there are, and what the loser of a race is told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canMove, isOpen, moveTicket } from '../../src/approve/ticket-states.ts';
import { TICKET } from '../support/sample-ticket.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import type { Ticket, TicketState } from '../../src/approve/ticket.ts';

const STATES: readonly TicketState[] = ['pending', 'approved', 'denied', 'expired', 'spent'];

function ticketIn(state: TicketState): Ticket {
  const approvals = [{ user: 'fay', at: '', channel: 'cli', policies: [], scope: false }] as const;
  return { ...TICKET, state, approvals, deniedBy: state === 'denied' ? 'leo' : null, expiresAt: '2026-01-01' };
}

test('only these moves are', () => {
  const moves = STATES.flatMap((from) =>
    STATES.filter((to) => canMove({ state: from, outcome: 'sent' }, to)).map((to) => `${from} ${to}`),
  );
  assert.deepEqual(moves, [
    'pending pending',
    'pending approved',
    'pending denied',
    'pending expired',
    'pending spent',
    'approved expired',
    'approved spent',
    'spent approved',
    'spent spent',
  ]);
  for (const outcome of ['confirmed', 'unknown', null] as const)
    assert.ok(!STATES.some((to) => canMove({ state: 'spent', outcome }, to)), String(outcome));
  assert.deepEqual(
    STATES.filter((state) => isOpen(ticketIn(state))),
    ['pending', 'approved'],
  );
});

test('any other throws TICKET_STATE and says who was first', async () => {
  const told = async (from: TicketState, to: TicketState): Promise<string> =>
    (await throwsWithCode('TICKET_STATE', () => moveTicket(ticketIn(from), to))).message;
  assert.match(await told('spent', 'spent'), /approved by fay and used/);
  assert.match(await told('approved', 'denied'), /approved by fay/);
  assert.match(await told('denied', 'approved'), /denied by leo/);
  assert.match(await told('expired', 'approved'), /expired since 2026-01-01/);
});
