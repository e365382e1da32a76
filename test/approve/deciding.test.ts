// Who may decide, that refused tries are on record, and that the first decision stands.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { InterlockError } from '../../src/errors.ts';
import { ALWAYS, approvalDesk, BINDING, connected, FINANCE, LEGAL, parkRequest } from '../support/approval-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

test('who asked can never decide their own, whatever Cedar and the groups say', async () => {
  using desk = await approvalDesk({ judge: ALWAYS });
  const ticket = await desk.book.open(parkRequest());
  for (const decide of [desk.book.approve, desk.book.deny]) {
    const error = await throwsWithCode('APPROVER_REFUSED', () => decide(ticket.id, { token: desk.tokens.ada }, 'api'));
    assert.match(error.message, /own request/);
  }
  const refused = desk.ledger.bodies('ticket').at(-1);
  assert.deepEqual([refused?.move, refused?.by, refused?.channel], ['refused', 'ada', 'api']);
  assert.equal(desk.book.get(ticket.id)?.state, 'pending');
});

test('an agent token, a session token, a wrong and a revoked one are no approver', async () => {
  using desk = await approvalDesk();
  const bot = await desk.directory.addAgent('bot', { teams: [], user: 'fay' });
  const session = await desk.directory.openSession('bot');
  const ticket = await desk.book.open(parkRequest());
  await desk.directory.revokeUser('leo');
  for (const token of [bot.token, session.token, 'ilk_u_wrong', '', desk.tokens.leo]) {
    await throwsWithCode('APPROVER_REFUSED', () => desk.book.approve(ticket.id, { token }, 'api'));
    await throwsWithCode('APPROVER_REFUSED', () => desk.book.deny(ticket.id, { token }, 'api'));
  }
  assert.equal(desk.moves().filter((move) => move === 'refused').length, 10);
  assert.equal(desk.ledger.bodies('ticket').at(-1)?.by, null);
});

test('a user outside the approver groups is refused, and the try is on record', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  for (const token of [desk.tokens.max, desk.tokens.leo])
    await throwsWithCode('APPROVER_REFUSED', () => desk.book.approve(ticket.id, { token }, 'cli'));
  assert.deepEqual(
    desk.ledger
      .bodies('ticket')
      .filter((body) => body.move === 'refused')
      .map((body) => body.by),
    ['max', 'leo'],
  );
});

test('Cedar must say true: false, and a judge that throws, refuse', async () => {
  const judges = [
    { mayApprove: () => false },
    {
      mayApprove: () => {
        throw new Error('engine gone');
      },
    },
  ];
  for (const judge of judges) {
    using desk = await approvalDesk({ judge });
    const ticket = await desk.book.open(parkRequest());
    await throwsWithCode('APPROVER_REFUSED', () => desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli'));
  }
});

test('Cedar is asked about this user, this ticket and the groups of the requirement', async () => {
  const asked: string[] = [];
  using desk = await approvalDesk({
    judge: { mayApprove: (user, ticket, groups) => asked.push(`${user.name} ${ticket.method} ${groups.join()}`) > 0 },
  });
  const ticket = await desk.book.open(parkRequest());
  await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli');
  assert.ok(asked.includes('fay POST finance'));
});

test('a WAIT that names no group can be satisfied by nobody', async () => {
  using desk = await approvalDesk({ judge: ALWAYS });
  const ticket = await desk.book.open(parkRequest({ waits: [{ ...FINANCE, approvers: [] }] }));
  await throwsWithCode('APPROVER_REFUSED', () => desk.book.approve(ticket.id, { token: desk.tokens.bo }, 'cli'));
});

test('every WAIT policy must be satisfied by one of its own: part by part, or by one person in both groups', async () => {
  using desk = await approvalDesk();
  const waits = [FINANCE, LEGAL];
  const ticket = await desk.book.open(parkRequest({ waits }));
  const part = await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli');
  assert.deepEqual([part.state, part.grant, part.approvals[0]?.policies], ['pending', false, ['refund-large']]);
  const again = await throwsWithCode('TICKET_STATE', () => desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli'));
  assert.match(again.message, /waits for legal/);
  assert.equal((await desk.book.approve(ticket.id, { token: desk.tokens.leo }, 'cli')).state, 'approved');
  const both = await desk.book.open(parkRequest({ waits, binding: 'c'.repeat(64) }));
  assert.equal((await desk.book.approve(both.id, { token: desk.tokens.bo }, 'cli')).state, 'approved');
});

test('a part approved by someone revoked since must be approved again', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest({ waits: [FINANCE, LEGAL] }));
  await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli');
  await desk.directory.revokeUser('fay');
  assert.equal((await desk.book.approve(ticket.id, { token: desk.tokens.leo }, 'cli')).state, 'pending');
  assert.equal((await desk.book.approve(ticket.id, { token: desk.tokens.bo }, 'cli')).state, 'approved');
});

test('a repeat that is asked for more makes the ticket ask for more; a changed requirement must be approved again', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest({ waits: [FINANCE, LEGAL] }));
  await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli');
  const board = { ...FINANCE, approvers: ['interns'] };
  const joined = await desk.book.open(parkRequest({ waits: [board], exchange: 'x2' }));
  assert.equal(joined.id, ticket.id);
  assert.deepEqual(
    joined.waits.map((wait) => wait.approvers[0]),
    ['legal', 'interns'],
  );
  assert.deepEqual(joined.approvals, []);
  assert.equal((await desk.book.approve(ticket.id, { token: desk.tokens.leo }, 'cli')).state, 'pending');
  assert.equal((await desk.book.approve(ticket.id, { token: desk.tokens.max }, 'cli')).state, 'approved');
});

test('a quorum counts distinct people who are approvers still, and each of them once', async () => {
  const two = { ...FINANCE, quorum: 2 };
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest({ waits: [two] }));
  const approve = (token: string) => desk.book.approve(ticket.id, { token }, 'cli');
  assert.equal((await approve(desk.tokens.fay)).state, 'pending');
  assert.match(desk.ledger.bodies('ticket').at(-1)?.note ?? '', /1 more of finance/);
  const again = await throwsWithCode('TICKET_STATE', () => approve(desk.tokens.fay));
  assert.match(again.message, /no part left that fay/);
  await throwsWithCode('APPROVER_REFUSED', () => approve(desk.tokens.ada));
  const restarted = await desk.restart();
  assert.equal((await restarted.book.approve(ticket.id, { user: 'bo' }, 'slack')).state, 'approved');
  assert.equal(await restarted.book.spendGrant(BINDING, [{ ...FINANCE, quorum: 3 }], 'x2'), null);
  await restarted.directory.revokeUser('fay');
  assert.equal(await restarted.book.spendGrant(BINDING, [two], 'x3'), null);
  restarted.book.close();
});

test('a user whom the door has proved decides by name, while they are active', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  await desk.directory.revokeUser('bo');
  for (const user of ['bo', 'nobody', 'ada', 'max'])
    await throwsWithCode('APPROVER_REFUSED', () => desk.book.approve(ticket.id, { user }, 'slack'));
  const approved = await desk.book.approve(ticket.id, { user: 'fay' }, 'console');
  assert.deepEqual([approved.approvals[0]?.user, approved.approvals[0]?.channel], ['fay', 'console']);
});

test('who watches hears each move after it is on record; what they throw stops nothing', async () => {
  using desk = await approvalDesk();
  const heard: string[] = [];
  desk.book.watch(() => {
    throw new Error('a watcher that fails');
  });
  const stop = desk.book.watch((ticket, move) => heard.push(`${move} ${ticket.state} ${desk.moves().includes(move)}`));
  const ticket = await desk.book.open(parkRequest());
  await desk.book.deny(ticket.id, { user: 'fay' }, 'console');
  stop();
  await desk.book.open(parkRequest());
  assert.deepEqual(heard, ['opened pending true', 'denied denied true']);
});

test('whoever may approve a part may deny the whole, and every waiter hears it', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest({ waits: [FINANCE, LEGAL] }));
  const waits = [desk.book.wait(ticket.id, 'x1', connected()), desk.book.wait(ticket.id, 'x2', connected())];
  await sleep(2);
  const denied = await desk.book.deny(ticket.id, { token: desk.tokens.leo }, 'api');
  assert.deepEqual([denied.state, denied.deniedBy], ['denied', 'leo']);
  assert.deepEqual(
    (await Promise.all(waits)).map((outcome) => outcome.kind),
    ['denied', 'denied'],
  );
  assert.deepEqual((await desk.book.wait(ticket.id, 'x3', connected())).kind, 'denied');
});

test('approve and deny at once: one decision, one verdict on record, the loser is told who won', async () => {
  for (let i = 0; i < 20; i += 1) {
    using desk = await approvalDesk();
    const ticket = await desk.book.open(parkRequest());
    const race =
      i % 2 === 0
        ? [
            desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli'),
            desk.book.deny(ticket.id, { token: desk.tokens.bo }, 'api'),
          ]
        : [
            desk.book.deny(ticket.id, { token: desk.tokens.bo }, 'api'),
            desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli'),
          ];
    const [first, second] = await Promise.allSettled(race);
    assert.equal(first?.status, 'fulfilled');
    assert.ok(second?.status === 'rejected');
    const loser: unknown = second.reason;
    assert.ok(loser instanceof InterlockError && loser.code === 'TICKET_STATE');
    assert.match(loser.message, i % 2 === 0 ? /approved by fay/ : /denied by bo/);
    assert.equal(desk.moves().filter((move) => move === 'approved' || move === 'denied').length, 1);
  }
});

test('who decides what has ended is refused, on record', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  await desk.book.deny(ticket.id, { user: 'bo' }, 'slack');
  await throwsWithCode('TICKET_STATE', () => desk.book.approve(ticket.id, { user: 'fay' }, 'console'));
  const last = desk.ledger.bodies('ticket').at(-1);
  assert.deepEqual([last?.move, last?.by, last?.channel, last?.note], ['refused', 'fay', 'console', 'it is denied already']);
});

test('refused tries of one ticket fill no disk', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  for (let i = 0; i < 50; i += 1)
    await throwsWithCode('APPROVER_REFUSED', () => desk.book.approve(ticket.id, { token: 'ilk_u_wrong' }, 'api'));
  assert.equal(desk.moves().filter((move) => move === 'refused').length, 20);
});

test('nothing an approver hands in reaches the ledger but their name', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli');
  assert.ok(!JSON.stringify(desk.ledger.appended).includes(desk.tokens.fay));
});
