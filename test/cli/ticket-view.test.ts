// The lines of a ticket, state by state.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticketJson, ticketLines } from '../../src/cli/ticket-view.ts';
import { ticketOf } from './fake-cli.ts';

test('a spent, twice approved ticket tells by whom and for what', () => {
  const approvals = [
    { user: 'one', at: '2026-01-01T00:00:05.000Z', channel: 'cli', policies: ['large'], scope: false },
    { user: 'two', at: '2026-01-01T00:00:06.000Z', channel: 'api', policies: ['odd'], scope: false },
  ] as const;
  const text = ticketLines(ticketOf('t_1', { state: 'approved', approvals, grant: true, session: 's', user: 'u' })).join('\n');
  assert.match(text, /Ticket t_1: approved, one use left/);
  assert.match(text, /support-bot \(session s, for u\)/);
  assert.match(text, /by one at .* for large\n.*by two at .* for odd/);
});

test('a denied one tells by whom', () => {
  assert.match(ticketLines(ticketOf('t_1', { state: 'denied', deniedBy: 'one' })).join('\n'), /denied +by one/);
});

test('JSON keeps the ticket and adds the shared keys', () => {
  const ticket = ticketOf('t_1', { actions: [] });
  assert.deepEqual(ticketJson(ticket), { ...ticket, action: null, verdict: 'WAIT', policies: ['large'] });
});
