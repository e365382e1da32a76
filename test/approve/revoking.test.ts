// Taking back an approval that was not used: by whom, and that nothing goes afterwards.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approvalDesk, BINDING, FINANCE, parkRequest } from '../support/approval-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const request = parkRequest({
  scope: '10m',
  waits: [{ ...FINANCE, grant: '10m' }],
  actions: [{ action: 'a', resource: { type: 'Host', id: 'h' }, verdict: 'WAIT', policies: [], facts: { inspected: true } }],
});

async function grantedDesk() {
  const desk = await approvalDesk();
  const ticket = await desk.book.open(request);
  await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli', { scope: true });
  return desk;
}

test('both kinds are listed, and neither lets anything go once it is taken back', async () => {
  using desk = await grantedDesk();
  assert.deepEqual(
    desk.book.grants().map(({ kind, usesLeft }) => [kind, usesLeft]),
    [
      ['once', 1],
      ['scoped', null],
    ],
  );
  for (const { id } of desk.book.grants()) await desk.book.revokeGrant(id, null, 'cli');
  assert.deepEqual(desk.book.grants(), []);
  assert.equal(await desk.book.spendGrant(BINDING, request.waits, 'x2'), null);
  assert.equal(await desk.book.useStanding(request), null);
  assert.deepEqual(
    desk.ledger
      .bodies('ticket')
      .filter(({ move }) => move === 'voided')
      .map(({ by, channel }) => [by, channel]),
    [
      [null, 'cli'],
      [null, 'cli'],
    ],
  );
  using again = await desk.restart();
  assert.deepEqual(again.book.grants(), []);
});

test('an approver of the ticket may, and nobody else', async () => {
  using desk = await grantedDesk();
  const [once, scoped] = desk.book.grants();
  for (const token of [desk.tokens.max, desk.tokens.ada, desk.tokens.leo, 'wrong'])
    await throwsWithCode('APPROVER_REFUSED', () => desk.book.revokeGrant(scoped?.id ?? '', { token }, 'api'));
  await desk.book.revokeGrant(scoped?.id ?? '', { token: desk.tokens.fay }, 'api');
  assert.equal(desk.ledger.bodies('ticket').at(-1)?.by, 'fay');
  await throwsWithCode('TICKET_UNKNOWN', () => desk.book.revokeGrant(scoped?.id ?? '', null, 'cli'));
  await desk.book.spendGrant(BINDING, request.waits, 'x2');
  await throwsWithCode('TICKET_UNKNOWN', () => desk.book.revokeGrant(once?.id ?? '', null, 'cli'));
});
