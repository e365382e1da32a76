// Parking: one open ticket per binding, and room for everybody (threat D11).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approvalDesk, parkRequest } from '../support/approval-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

test('one open ticket per binding: a repeat joins it, two at once make one', async () => {
  using desk = await approvalDesk();
  const [one, two] = await Promise.all([desk.book.open(parkRequest()), desk.book.open(parkRequest({ exchange: 'x2' }))]);
  assert.equal(one.id, two.id);
  assert.deepEqual(desk.moves(), ['opened', 'joined']);
  assert.notEqual((await desk.book.open(parkRequest({ binding: 'c'.repeat(64) }))).id, one.id);
});

test('limits: per agent and in all, also for a burst; one agent does not use up another', async () => {
  using desk = await approvalDesk({ limits: { tickets: 5, ticketsPerAgent: 3 } });
  const binding = (i: number): string => i.toString(16).padStart(64, '0');
  const burst = await Promise.allSettled(
    Array.from({ length: 10 }, (_, i) => desk.book.open(parkRequest({ binding: binding(i) }))),
  );
  assert.equal(burst.filter((one) => one.status === 'fulfilled').length, 3);
  await throwsWithCode('TICKET_LIMIT', () => desk.book.open(parkRequest({ binding: binding(50) })));
  await desk.book.open(parkRequest({ binding: binding(60), agent: 'other' }));
  await desk.book.open(parkRequest({ binding: binding(61), agent: 'other' }));
  const full = await throwsWithCode('TICKET_LIMIT', () => desk.book.open(parkRequest({ binding: binding(62), agent: 'third' })));
  assert.match(full.message, /5 tickets/);
  const mine = desk.book.list({ agent: 'other' })[0] ?? assert.fail();
  await desk.book.deny(mine.id, { token: desk.tokens.fay }, 'cli');
  await desk.book.open(parkRequest({ binding: binding(62), agent: 'third' }));
});

test('what is too large for a person is not parked, and a long path is marked as cut', async () => {
  using desk = await approvalDesk();
  const facts = { note: 'x'.repeat(300_000) };
  const action = { action: 'http.write', resource: { type: 'Host', id: 'h' }, verdict: 'WAIT', policies: [], facts } as const;
  await throwsWithCode('TICKET_LIMIT', () => desk.book.open(parkRequest({ actions: [action] })));
  assert.deepEqual(desk.book.list(), []);
  const ticket = await desk.book.open(parkRequest({ path: `/${'x'.repeat(5_000)}` }));
  assert.match(ticket.path, /\[2953 more characters\]$/);
});
