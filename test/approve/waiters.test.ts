// Held exchanges: which of them an approval reaches, and what happens to the others.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createWaiters } from '../../src/approve/waiters.ts';
import { approvalDesk, BINDING, connected, FINANCE, parkRequest } from '../support/approval-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

/** How a wait ended, long before holdSeconds would have ended it anyway. */
async function soon(wait: Promise<{ readonly kind: string }>): Promise<string> {
  return Promise.race([wait.then(({ kind }) => kind), sleep(500, 'still waiting')]);
}

test('approval goes to the newest waiter still connected, older ones are superseded', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const gone = new AbortController();
  const old = desk.book.wait(ticket.id, 'x1', connected());
  await sleep(2);
  const middle = desk.book.wait(ticket.id, 'x2', connected());
  await sleep(2);
  const newest = desk.book.wait(ticket.id, 'x3', gone.signal);
  await sleep(2);
  gone.abort();
  assert.equal((await newest).kind, 'held-out');
  await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli');
  assert.deepEqual([(await old).kind, (await middle).kind], ['superseded', 'approved']);
  assert.equal(desk.ledger.bodies('ticket').at(-1)?.exchange, 'x2');
});

test('a client that hangs up leaves the ticket open; approved later, its retry takes the grant', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const gone = new AbortController();
  const wait = desk.book.wait(ticket.id, 'x1', gone.signal);
  await sleep(2);
  gone.abort();
  await wait;
  assert.equal(desk.book.get(ticket.id)?.state, 'pending');
  assert.deepEqual(desk.book.counts(), { pending: 1, grants: 0, waiting: 0 });
  await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli');
  assert.equal((await desk.book.spendGrant(BINDING, [FINANCE], 'x2'))?.id, ticket.id);
});

test('a client that was gone before its request began to wait takes no grant: its retry does', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli');
  assert.equal((await desk.book.wait(ticket.id, 'x1', AbortSignal.abort())).kind, 'held-out');
  assert.equal((await desk.book.spendGrant(BINDING, [FINANCE], 'x2'))?.id, ticket.id);
});

test('a hang-up while the approval is being written does not lose it to nobody', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const gone = new AbortController();
  const wait = desk.book.wait(ticket.id, 'x1', gone.signal);
  await sleep(2);
  desk.ledger.beforeWritten = async () => gone.abort();
  await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli');
  assert.equal((await wait).kind, 'approved');
});

test('a caller that begins to wait while the grant is being written gets it', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const waits: Promise<{ readonly kind: string }>[] = [];
  desk.ledger.beforeWritten = async () => {
    if (waits.length === 0) waits.push(desk.book.wait(ticket.id, 'x1', connected()));
  };
  await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli');
  assert.deepEqual(
    (await Promise.all(waits)).map((outcome) => outcome.kind),
    ['approved'],
  );
  assert.equal(desk.moves().filter((move) => move === 'spent').length, 1);
});

test('held until holdSeconds have passed, and the ticket stays open', async () => {
  using desk = await approvalDesk({ approvals: { holdSeconds: 0.03, ticketSeconds: 60, grantSeconds: 60 } });
  const ticket = await desk.book.open(parkRequest());
  assert.equal((await desk.book.wait(ticket.id, 'x1', connected())).kind, 'held-out');
  assert.equal(desk.book.get(ticket.id)?.state, 'pending');
});

test('a failed entry leaves the ticket pending and its waiter waiting', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const wait = desk.book.wait(ticket.id, 'x1', connected());
  await sleep(2);
  desk.ledger.failing = true;
  await throwsWithCode('RECORD_FAILED', () => desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli'));
  assert.equal(desk.book.get(ticket.id)?.state, 'pending');
  desk.ledger.failing = false;
  await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli');
  assert.equal((await wait).kind, 'approved');
});

test('closing ends every wait as held out', async () => {
  const desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const wait = desk.book.wait(ticket.id, 'x1', connected());
  await sleep(2);
  desk.book.close();
  assert.equal((await wait).kind, 'held-out');
  assert.equal(await soon(desk.book.wait(ticket.id, 'x2', connected())), 'held-out');
  desk.book.close();
});

test('closing while an approval is being written leaves its request to that approval', async () => {
  const desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const other = await desk.book.open(parkRequest({ binding: 'c'.repeat(64), exchange: 'x2' }));
  const waits = [desk.book.wait(ticket.id, 'x1', connected()), desk.book.wait(other.id, 'x2', connected())];
  await sleep(2);
  desk.ledger.beforeWritten = async () => desk.book.close();
  await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli');
  assert.deepEqual(await Promise.all(waits.map(soon)), ['approved', 'held-out']);
  assert.equal(desk.book.get(ticket.id)?.state, 'spent');
});

test('one ticket holds a bounded number of exchanges: the oldest gives way', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const first = desk.book.wait(ticket.id, 'x0', connected());
  await sleep(2);
  const others = Array.from({ length: 32 }, (_, i) => desk.book.wait(ticket.id, `x${i + 1}`, connected()));
  assert.equal((await first).kind, 'superseded');
  assert.equal(desk.book.counts().waiting, 32);
  desk.book.close();
  assert.deepEqual([...new Set((await Promise.all(others)).map((outcome) => outcome.kind))], ['held-out']);
});

test('a client that hung up while its approval failed to be written is let go afterwards', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const waiters = createWaiters(5);
  const gone = new AbortController();
  const wait = waiters.hold(ticket.id, 'x1', gone.signal, () => ticket);
  const taken = waiters.takeNewest(ticket.id);
  gone.abort();
  assert.equal(waiters.count(), 1);
  waiters.putBack(ticket.id, taken ?? assert.fail());
  assert.equal(await soon(wait), 'held-out');
  assert.equal(waiters.count(), 0);
  assert.equal(waiters.takeNewest(ticket.id), null);
});

test('a wait that was taken when all were closed ends once it is put back', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const waiters = createWaiters(5);
  const wait = waiters.hold(ticket.id, 'x1', connected(), () => ticket);
  const taken = waiters.takeNewest(ticket.id);
  waiters.close(() => ticket);
  assert.equal(waiters.count(), 1);
  waiters.putBack(ticket.id, taken ?? assert.fail());
  assert.equal(await soon(wait), 'held-out');
});

test('a client that hung up before it began to wait is not waited for', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  assert.equal((await desk.book.wait(ticket.id, 'x1', AbortSignal.abort())).kind, 'held-out');
  assert.equal(desk.book.counts().waiting, 0);
});
