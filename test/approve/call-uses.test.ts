// The approval of a model's call used for its request: for whom, how long, by whose signature, and once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ParkRequest } from '../../src/approve/tickets.ts';
import type { RecordedAction } from '../../src/record/entry.ts';
import { approvalDesk, fakeClock, FINANCE, LEGAL, MEMBERS, parkRequest, type Desk } from '../support/approval-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const COVERING = { ...FINANCE, covers: 'request' } as const;
const action = (name: string, method: string): RecordedAction => ({
  action: name,
  resource: { type: 'Account', id: 'stripe' },
  verdict: 'WAIT',
  policies: ['refund-large'],
  facts: { inspected: true, method },
});
const CALL = [action('llm.tool-call', 'CALL'), action('payment.refund', 'CALL')];
const calling = (change: Partial<ParkRequest> = {}) =>
  parkRequest({ actions: CALL, waits: [COVERING], exchange: 'call', ...change });
const asking = (change: Partial<ParkRequest> = {}) =>
  parkRequest({
    actions: [action('payment.refund', 'POST')],
    waits: [COVERING],
    exchange: 'x2',
    binding: 'c'.repeat(64),
    ...change,
  });

/** A call that fay approved and that was handed over. */
async function callDesk(
  request = calling(),
  change: Parameters<typeof approvalDesk>[0] = {},
): Promise<Desk & { readonly id: string }> {
  const desk = await approvalDesk(change);
  const { id } = await desk.book.open(request);
  await desk.book.approve(id, { token: desk.tokens.fay }, 'cli');
  assert.ok(await desk.book.spendGrant(request.binding, request.waits, 'call'));
  return { ...desk, id };
}

test('once, on record with the exchange that goes, and a look takes nothing', async () => {
  using desk = await callDesk();
  assert.ok(desk.book.mayUseCall(desk.id, asking()));
  const used = await Promise.all([
    desk.book.useCall(desk.id, asking()),
    desk.book.useCall(desk.id, asking({ binding: 'd'.repeat(64) })),
  ]);
  assert.deepEqual(used.map((ticket) => ticket?.id ?? null).toSorted(), [desk.id, null].toSorted());
  assert.deepEqual(desk.moves(), ['opened', 'approved', 'granted', 'spent', 'used']);
  assert.equal(desk.ledger.bodies('ticket').at(-1)?.exchange, 'x2');
  await desk.book.settle(desk.id, 'x2', 'confirmed');
  assert.equal(await desk.book.useCall(desk.id, asking({ binding: 'e'.repeat(64) })), null);
});

const OTHERS: Record<string, Partial<ParkRequest>> = {
  'another agent': { agent: 'other' },
  'another user': { user: null },
  'another session': { session: 's2' },
  'a policy that does not say so': { waits: [FINANCE] },
  'one more policy': { waits: [COVERING, { ...LEGAL, covers: 'request' }] },
  'a quorum now': { waits: [{ ...COVERING, quorum: 2 }] },
  'other approvers now': { waits: [{ ...COVERING, approvers: ['legal'] }] },
  'nothing that waits': { waits: [] },
};
for (const [name, change] of Object.entries(OTHERS)) {
  test(`not for ${name}`, async () => {
    using desk = await callDesk();
    assert.equal(desk.book.mayUseCall(desk.id, asking(change)), false);
    assert.equal(await desk.book.useCall(desk.id, asking(change)), null);
  });
}

const TICKETS: Record<string, Partial<ParkRequest>> = {
  'is no call': { actions: [action('payment.refund', 'POST'), action('payment.refund', 'POST')] },
  'is a call that does nothing': { actions: CALL.slice(0, 1) },
  'is a call that does two things': { actions: [...CALL, action('payment.refund', 'CALL')] },
  'did not say so': { waits: [FINANCE] },
};
for (const [name, change] of Object.entries(TICKETS)) {
  test(`not by a ticket that ${name}`, async () => {
    using desk = await callDesk(calling(change));
    assert.equal(await desk.book.useCall(desk.id, asking()), null);
  });
}

test('not for a policy of which the ticket did not say so, though it did of another', async () => {
  using desk = await approvalDesk();
  const waits = [FINANCE, { ...LEGAL, covers: 'request' } as const];
  const { id } = await desk.book.open(calling({ waits }));
  await desk.book.approve(id, { token: desk.tokens.bo }, 'cli');
  assert.ok(await desk.book.spendGrant(calling().binding, waits, 'call'));
  assert.equal(desk.book.mayUseCall(id, asking()), false);
  assert.equal(desk.book.mayUseCall(id, asking({ waits: waits.slice(1) })), true);
});

test('not before the call itself has gone', async () => {
  using desk = await approvalDesk();
  const { id } = await desk.book.open(calling());
  assert.equal(await desk.book.useCall(id, asking()), null);
  await desk.book.approve(id, { token: desk.tokens.fay }, 'cli');
  assert.equal(await desk.book.useCall(id, asking()), null);
});

test('not by a signature of somebody revoked since', async () => {
  using desk = await callDesk();
  await desk.directory.revokeUser('fay');
  assert.equal(await desk.book.useCall(desk.id, asking()), null);
});

test('not by people who might not have approved the request itself', async () => {
  const refundsAreForBo = {
    mayApprove: (...[user, ticket, groups]: Parameters<typeof MEMBERS.mayApprove>) =>
      MEMBERS.mayApprove(user, ticket, groups) && (ticket.actions[0]?.action !== 'payment.refund' || user.name === 'bo'),
  };
  using desk = await callDesk(calling(), { judge: refundsAreForBo });
  assert.equal(await desk.book.useCall(desk.id, asking()), null);
});

test('as long after the last signature as an approval may be used, whoever sets the clock back', async () => {
  const clock = fakeClock();
  using desk = await callDesk(calling(), { clock });
  clock.pass(59);
  assert.ok(desk.book.mayUseCall(desk.id, asking()));
  clock.pass(1);
  assert.equal(desk.book.mayUseCall(desk.id, asking()), false);
  clock.wall -= 3_600_000;
  assert.equal(desk.book.mayUseCall(desk.id, asking()), false);
});

test('while the same request waits its repeat does too, and of what may have arrived it is for people, also after a restart', async () => {
  using desk = await callDesk();
  const own = await desk.book.open(asking());
  assert.equal(await desk.book.useCall(desk.id, asking()), null);
  await desk.book.deny(own.id, { token: desk.tokens.fay }, 'cli');
  assert.ok(await desk.book.useCall(desk.id, asking()));
  await desk.book.settle(desk.id, 'x2', 'unknown');
  assert.ok(desk.book.isUnsettled(asking().binding));
  using again = await desk.restart();
  assert.equal(await again.book.useCall(desk.id, asking()), null);
  const repeat = await again.book.open(asking({ exchange: 'x3' }));
  assert.match(repeat.warning ?? '', /may have taken effect/);
});

test('given back when nothing was sent, and when it could not be written', async () => {
  using desk = await callDesk();
  desk.ledger.failing = true;
  await throwsWithCode('RECORD_FAILED', () => desk.book.useCall(desk.id, asking()));
  desk.ledger.failing = false;
  for (const fate of ['unsent', 'refused'] as const) {
    assert.ok(await desk.book.useCall(desk.id, asking()));
    await desk.book.settle(desk.id, 'x2', fate);
    assert.equal(desk.ledger.bodies('ticket').at(-1)?.move, 'voided');
  }
  assert.ok(await desk.book.useCall(desk.id, asking()));
});
