// What became of the request that an approval let out, and what a repeat is told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Desk } from '../support/approval-desk.ts';
import { approvalDesk, BINDING, connected, FINANCE, parkRequest } from '../support/approval-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

/** A ticket whose approval was spent for exchange `x1`. */
async function spent(desk: Desk): Promise<string> {
  const ticket = await desk.book.open(parkRequest());
  const wait = desk.book.wait(ticket.id, 'x1', connected());
  await new Promise((resolve) => setTimeout(resolve, 2));
  await desk.book.approve(ticket.id, { user: 'fay' }, 'cli');
  assert.equal((await wait).kind, 'approved');
  return ticket.id;
}

test('an answer confirms it, on record, and a repeat is a request like any other', async () => {
  using desk = await approvalDesk();
  const id = await spent(desk);
  assert.equal(desk.book.get(id)?.outcome, 'sent');
  await desk.book.settle(id, 'x1', 'confirmed');
  assert.deepEqual([desk.book.get(id)?.state, desk.book.get(id)?.outcome], ['spent', 'confirmed']);
  assert.equal(desk.moves().at(-1), 'confirmed');
  assert.equal((await desk.book.open(parkRequest({ exchange: 'x2' }))).warning, null);
});

test('without an answer nobody knows: whoever decides about the repeat is told so, also after a restart', async () => {
  using desk = await approvalDesk();
  const id = await spent(desk);
  await desk.book.settle(id, 'x1', 'unknown');
  assert.equal(desk.moves().at(-1), 'unknown');
  assert.equal(await desk.book.spendGrant(BINDING, [FINANCE], 'x2'), null);
  using later = await desk.restart();
  const again = await later.book.open(parkRequest({ exchange: 'x2' }));
  assert.match(again.warning ?? '', new RegExp(`${id}.*may have taken effect`));
  assert.equal((await later.book.open(parkRequest({ binding: 'c'.repeat(64) }))).warning, null);
});

// INVARIANT: a stop in the middle of a send is unknown, never "not sent" (threat D10).
test('what was being sent when the process ended is unknown', async () => {
  using desk = await approvalDesk();
  const id = await spent(desk);
  using later = await desk.restart();
  assert.equal(later.book.get(id)?.outcome, 'unknown');
  assert.equal(later.moves().at(-1), 'unknown');
  await later.book.settle(id, 'x1', 'unsent');
  assert.equal(later.book.get(id)?.state, 'spent');
});

test('while it is being sent, a repeat waits for a person who is told that too', async () => {
  using desk = await approvalDesk();
  const id = await spent(desk);
  assert.match((await desk.book.open(parkRequest({ exchange: 'x2' }))).warning ?? '', new RegExp(`being sent right now.*${id}`));
});

test('what was surely never written is given back, once', async () => {
  using desk = await approvalDesk();
  const id = await spent(desk);
  await desk.book.settle(id, 'x1', 'unsent');
  await desk.book.settle(id, 'x1', 'unsent');
  assert.deepEqual([desk.book.get(id)?.state, desk.book.get(id)?.grant, desk.book.get(id)?.outcome], ['approved', true, null]);
  assert.equal(desk.moves().filter((move) => move === 'returned').length, 1);
  const [first, second] = await Promise.all([
    desk.book.spendGrant(BINDING, [FINANCE], 'x2'),
    desk.book.spendGrant(BINDING, [FINANCE], 'x3'),
  ]);
  assert.deepEqual([first?.id, second], [id, null]);
});

test('it is not given back beside a newer ticket of the same request', async () => {
  using desk = await approvalDesk();
  const id = await spent(desk);
  const newer = await desk.book.open(parkRequest({ exchange: 'x2' }));
  await desk.book.settle(id, 'x1', 'unsent');
  assert.deepEqual([desk.book.get(id)?.state, desk.book.get(id)?.outcome], ['spent', null]);
  assert.equal((await desk.book.open(parkRequest({ exchange: 'x3' }))).id, newer.id);
});

test('what policy refused after the approval stays spent, and was not sent', async () => {
  using desk = await approvalDesk();
  const id = await spent(desk);
  await desk.book.settle(id, 'x1', 'refused');
  assert.deepEqual([desk.book.get(id)?.state, desk.book.get(id)?.outcome], ['spent', null]);
  assert.equal((await desk.book.open(parkRequest({ exchange: 'x2' }))).warning, null);
});

// INVARIANT: only the exchange that the approval was spent for knows.
test("another exchange's word changes nothing, and neither does one about a ticket that nobody knows", async () => {
  using desk = await approvalDesk();
  const id = await spent(desk);
  await desk.book.settle(id, 'x9', 'unsent');
  await desk.book.settle('t_nobody', 'x1', 'unsent');
  assert.equal(desk.book.get(id)?.outcome, 'sent');
  await throwsWithCode('TICKET_STATE', () => desk.book.approve(id, { user: 'bo' }, 'cli'));
});

test('what can not be written stays as it was, and does not throw', async () => {
  using desk = await approvalDesk();
  const id = await spent(desk);
  desk.ledger.failing = true;
  await desk.book.settle(id, 'x1', 'confirmed');
  assert.equal(desk.book.get(id)?.outcome, 'sent');
});

// INVARIANT: the vendor does it once, because every try of it carries one key.
test('the key of the first try stays with the ticket, and goes on to the repeat of a lost one', async () => {
  using desk = await approvalDesk();
  const place = { at: 'header', name: 'idempotency-key' } as const;
  const own = (key: string | null) => parkRequest({ idempotency: { ...place, key } });
  const first = await desk.book.open(own('k1'));
  assert.equal((await desk.book.open(own('k2'))).idempotency?.key, 'k1');
  const wait = desk.book.wait(first.id, 'x1', connected());
  await new Promise((resolve) => setTimeout(resolve, 2));
  await desk.book.approve(first.id, { user: 'fay' }, 'cli');
  await wait;
  await desk.book.settle(first.id, 'x1', 'unknown');
  const repeat = await desk.book.open(own('k3'));
  assert.notEqual(repeat.id, first.id);
  assert.deepEqual(repeat.idempotency, { ...place, key: 'k1' });
  const other = await desk.book.open(parkRequest({ binding: 'c'.repeat(64), idempotency: { ...place, key: null } }));
  assert.match(other.idempotency?.key ?? '', /^interlock-/);
});
