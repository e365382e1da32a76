// What WAIT policies still ask for, and whether earlier approvals were for this.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { covers, joinRequirements, missing, sameRequirement } from '../../src/approve/requirements.ts';
import { approvalDesk, FINANCE, LEGAL, parkRequest } from '../support/approval-desk.ts';
import type { Approval } from '../../src/approve/ticket.ts';

const approval = (user: string, ...policies: string[]): Approval => ({ user, at: '', channel: 'cli', policies, scope: false });
const everybody = (): boolean => true;

test('missing is what no standing approval names', () => {
  const ticket = { waits: [FINANCE, LEGAL], approvals: [approval('fay', 'refund-large')] };
  assert.deepEqual(missing(ticket, everybody), [LEGAL]);
  assert.deepEqual(
    missing(ticket, (user) => user !== 'fay'),
    [FINANCE, LEGAL],
  );
});

// INVARIANT: a quorum counts people.
test('one who signed twice is one', () => {
  const two = { ...FINANCE, quorum: 2 };
  const twice = [approval('fay', 'refund-large'), approval('fay', 'refund-large')];
  assert.deepEqual(missing({ waits: [two], approvals: twice }, everybody), [two]);
  assert.deepEqual(missing({ waits: [two], approvals: [...twice, approval('bo', 'refund-large')] }, everybody), []);
});

test('covered is what was asked then, of the same groups, and approved', () => {
  const ticket = { waits: [FINANCE, LEGAL], approvals: [approval('fay', 'refund-large'), approval('leo', 'refund-abroad')] };
  assert.equal(covers(ticket, [FINANCE], everybody), true);
  assert.equal(covers(ticket, [{ ...FINANCE, reason: 'other words' }, LEGAL], everybody), true);
  assert.equal(covers(ticket, [FINANCE, { ...LEGAL, policy: 'new' }], everybody), false);
  assert.equal(covers(ticket, [{ ...FINANCE, approvers: ['finance', 'interns'] }], everybody), false);
  assert.equal(covers({ ...ticket, approvals: [] }, [FINANCE], everybody), false);
  assert.equal(
    covers(ticket, [FINANCE], () => false),
    false,
  );
});

test('groups are a set', () => {
  assert.equal(sameRequirement({ ...FINANCE, approvers: ['a', 'b'] }, { ...FINANCE, approvers: ['b', 'a'] }), true);
  assert.equal(sameRequirement({ ...FINANCE, approvers: ['a', 'a'] }, { ...FINANCE, approvers: ['a', 'b'] }), false);
  assert.equal(sameRequirement({ ...FINANCE, approvers: ['a'] }, { ...LEGAL, approvers: ['a'] }), false);
});

test('a repeat that asks nothing new changes nothing; one that asks more adds it and drops what it changed', async () => {
  using desk = await approvalDesk();
  const ticket = {
    ...(await desk.book.open(parkRequest({ waits: [FINANCE, LEGAL] }))),
    approvals: [approval('bo', 'refund-large', 'refund-abroad')],
  };
  assert.equal(joinRequirements(ticket, [LEGAL]), null);
  const board = { ...FINANCE, approvers: ['board'] };
  assert.deepEqual(joinRequirements(ticket, [board]), { waits: [LEGAL, board], approvals: [approval('bo', 'refund-abroad')] });
});
