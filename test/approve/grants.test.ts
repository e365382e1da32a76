// Grants: an approval is used once, for what it was given for, and on disk before anybody acts on it (threat D7).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { approvalDesk, BINDING, connected, FINANCE, LEGAL, parkRequest } from '../support/approval-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

test('approved with nobody connected: one grant, spent by one of 1,000 at once', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const approved = await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'api');
  assert.deepEqual([approved.state, approved.grant], ['approved', true]);
  const tries = await Promise.all(Array.from({ length: 1_000 }, (_, i) => desk.book.spendGrant(BINDING, [FINANCE], `x${i}`)));
  assert.equal(tries.filter((spent) => spent !== null).length, 1);
  assert.equal(desk.moves().filter((move) => move === 'spent').length, 1);
  assert.equal(desk.book.get(ticket.id)?.state, 'spent');
});

test('a grant is spent on disk before anybody may use it, and stays when the entry fails', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli');
  desk.ledger.failing = true;
  await throwsWithCode('RECORD_FAILED', () => desk.book.spendGrant(BINDING, [FINANCE], 'x2'));
  desk.ledger.failing = false;
  assert.equal((await desk.book.spendGrant(BINDING, [FINANCE], 'x3'))?.state, 'spent');
});

test('a ticket that waits is no grant, even for a request of which nothing is asked any more', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  assert.equal(await desk.book.spendGrant(BINDING, [], 'x2'), null);
  assert.equal(desk.book.get(ticket.id)?.state, 'pending');
});

test('a grant is for what was asked: a WAIT policy that came later, or other approvers, is not covered', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli');
  assert.equal(await desk.book.spendGrant(BINDING, [FINANCE, LEGAL], 'x2'), null);
  assert.equal(await desk.book.spendGrant(BINDING, [{ ...FINANCE, approvers: ['board'] }], 'x2'), null);
  assert.equal(await desk.book.spendGrant('c'.repeat(64), [FINANCE], 'x2'), null);
  const next = await desk.book.open(parkRequest({ waits: [FINANCE, LEGAL], exchange: 'x2' }));
  assert.notEqual(next.id, ticket.id);
  assert.equal(desk.book.get(ticket.id)?.state, 'expired');
  assert.deepEqual(desk.moves().slice(-2), ['voided', 'opened']);
});

test('an approver revoked since does not stand for a grant any more', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli');
  await desk.directory.revokeUser('fay');
  assert.equal(await desk.book.spendGrant(BINDING, [FINANCE], 'x2'), null);
});

test('approved between the look for a grant and parking: the request takes the grant instead of a second ticket', async () => {
  using desk = await approvalDesk();
  const first = await desk.book.open(parkRequest());
  assert.equal(await desk.book.spendGrant(BINDING, [FINANCE], 'x2'), null);
  await desk.book.approve(first.id, { token: desk.tokens.fay }, 'cli');
  const again = await desk.book.open(parkRequest({ exchange: 'x2' }));
  assert.equal(again.id, first.id);
  assert.equal((await desk.book.wait(again.id, 'x2', connected())).kind, 'approved');
  assert.equal((await desk.book.wait(again.id, 'x3', connected())).kind, 'superseded');
});

test('a crash behind the first entry of a move leaves it whole: spent and never sendable again', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const wait = desk.book.wait(ticket.id, 'x1', connected());
  await sleep(2);
  const { append } = desk.ledger;
  desk.ledger.append = async (body, durability, state) => {
    if (body.type === 'ticket' && body.move === 'spent') desk.ledger.failing = true;
    return append(body, durability, state);
  };
  const failed = assert.rejects(wait, { code: 'RECORD_FAILED' });
  await throwsWithCode('RECORD_FAILED', () => desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli'));
  await failed;
  using after = await desk.restart();
  assert.equal(await after.book.spendGrant(BINDING, [FINANCE], 'x2'), null);
  assert.equal(after.book.get(ticket.id)?.state, 'spent');
});
