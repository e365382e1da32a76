// Grants that stand: for whom, how often, how long; through races, restarts and revoked approvers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStanding } from '../../src/approve/standing-grant.ts';
import type { ParkRequest } from '../../src/approve/tickets.ts';
import type { RecordedAction } from '../../src/record/entry.ts';
import { approvalDesk, connected, fakeClock, FINANCE, LEGAL, MEMBERS, parkRequest, type Desk } from '../support/approval-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const REFUND: RecordedAction = {
  action: 'payment.refund',
  resource: { type: 'Account', id: 'acct_1' },
  verdict: 'WAIT',
  policies: ['refund-large'],
  facts: { inspected: true, counterparty: 'ch_1', amountMinor: 90_000 },
};
const SCOPE = '10m 3x target';

let asked = 0;
/** Another request each time: what is under way already is no use of a grant. */
const asking = (change: Partial<ParkRequest> = {}): ParkRequest => {
  asked += 1;
  const binding = asked.toString(16).padStart(64, '0');
  return parkRequest({
    actions: [REFUND],
    scope: SCOPE,
    waits: [{ ...FINANCE, grant: SCOPE }],
    exchange: 'x2',
    binding,
    ...change,
  });
};

/** A ticket approved with its scope by fay, on a desk of its own. */
async function standingDesk(request = asking(), change: Parameters<typeof approvalDesk>[0] = {}): Promise<Desk> {
  const desk = await approvalDesk(change);
  const ticket = await desk.book.open(request);
  const waiting = desk.book.wait(ticket.id, 'x1', connected());
  await new Promise((resolve) => setImmediate(resolve));
  await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli', { scope: true });
  assert.equal((await waiting).kind, 'approved');
  return desk;
}

test('later requests like it go, each with its entry, and the ticket of the approval', async () => {
  using desk = await standingDesk();
  const [grant] = desk.book.grants();
  assert.deepEqual([grant?.kind, grant?.usesLeft, grant?.by, grant?.resource], ['scoped', 3, ['fay'], 'Account acct_1']);
  const ticket = await desk.book.useStanding(asking({ binding: 'c'.repeat(64) }));
  assert.equal(ticket?.id, grant?.ticket);
  assert.equal(desk.book.grants()[0]?.usesLeft, 2);
  assert.deepEqual(desk.moves(), ['opened', 'approved', 'granted', 'spent', 'used']);
  assert.match(desk.ledger.bodies('ticket').at(-1)?.note ?? '', /uses left: 2/);
});

test('what those who gave it might not approve themselves is for others', async () => {
  const large = 100_000;
  const fayUpTo = {
    mayApprove: (...[user, ticket, groups]: Parameters<typeof MEMBERS.mayApprove>) =>
      MEMBERS.mayApprove(user, ticket, groups) &&
      (user.name === 'bo' || ticket.actions.every(({ facts }) => Number(facts['amountMinor']) < large)),
  };
  using desk = await standingDesk(asking(), { judge: fayUpTo });
  const beyond = asking({ actions: [{ ...REFUND, facts: { ...REFUND.facts, amountMinor: large } }] });
  assert.equal(desk.book.mayStand(beyond), false);
  assert.equal(await desk.book.useStanding(beyond), null);
  assert.equal(desk.book.mayStand(asking()), true);
  assert.ok(await desk.book.useStanding(asking()));
});

// INVARIANT: never wider than what was approved, nor than policy allows now.
const OTHERS: Record<string, Partial<ParkRequest>> = {
  'another agent': { agent: 'other' },
  'for another user': { user: null },
  'another action': { actions: [{ ...REFUND, action: 'payment.payout' }] },
  'another resource': { actions: [{ ...REFUND, resource: { type: 'Account', id: 'acct_2' } }] },
  'another other side': { actions: [{ ...REFUND, facts: { ...REFUND.facts, counterparty: 'ch_2' } }] },
  'two at once': { actions: [REFUND, REFUND] },
  'one more policy that waits': { waits: [FINANCE, LEGAL] },
  'a policy that asks others now': { waits: [{ ...FINANCE, approvers: ['legal'] }] },
  'a quorum now': { waits: [{ ...FINANCE, quorum: 2 }] },
  'a scope that was taken away': { scope: null },
  'a scope that is shorter now': { scope: '5m 3x target' },
  'a scope that is for one session now': { scope: 'session 10m 3x target' },
};
for (const [name, change] of Object.entries(OTHERS)) {
  test(`not for ${name}`, async () => {
    using desk = await standingDesk();
    assert.equal(await desk.book.useStanding(asking(change)), null);
    assert.equal(desk.book.grants()[0]?.usesLeft, 3);
  });
}

test('without `target` any resource of the same action will do, and with `session` only that one', async () => {
  const scope = 'session 10m';
  using desk = await standingDesk(asking({ scope, session: 's1' }));
  const elsewhere = { scope, actions: [{ ...REFUND, resource: { type: 'Account', id: 'acct_2' } }] };
  assert.notEqual(await desk.book.useStanding(asking({ ...elsewhere, session: 's1' })), null);
  assert.equal(await desk.book.useStanding(asking({ ...elsewhere, session: 's2' })), null);
  assert.equal(await desk.book.useStanding(asking({ ...elsewhere, session: null })), null);
});

test('who watches the book hears of uses and of the end, once they are on disk', async () => {
  using desk = await standingDesk(asking({ scope: '10m 2x target', waits: [{ ...FINANCE, grant: '10m 2x target' }] }));
  const [grant] = desk.book.grants();
  const heard: unknown[] = [];
  desk.book.watch((ticket, move) => heard.push([ticket.id === grant?.ticket, move, desk.moves().at(-1)]));
  const request = asking({ scope: '10m 2x target', waits: [{ ...FINANCE, grant: '10m 2x target' }] });
  assert.notEqual(await desk.book.useStanding(request), null);
  await desk.book.revokeGrant(grant?.id ?? '', null, 'cli');
  assert.deepEqual(heard, [
    [true, 'used', 'used'],
    [true, 'voided', 'voided'],
  ]);
});

test('of twenty at once exactly three go, also with a restart between', async () => {
  const desk = await standingDesk();
  const count = async (on: Desk, requests: number): Promise<number> =>
    (await Promise.all(Array.from({ length: requests }, (_, i) => on.book.useStanding(asking({ exchange: `y${i}` }))))).filter(
      (one) => one !== null,
    ).length;
  assert.equal(await count(desk, 1), 1);
  using again = await desk.restart();
  assert.equal(await count(again, 20), 2);
  assert.deepEqual(again.book.grants(), []);
  using last = await again.restart();
  assert.equal(await count(last, 3), 0);
});

test('a use that can not be written is not counted and does not go', async () => {
  using desk = await standingDesk();
  desk.ledger.failing = true;
  await throwsWithCode('RECORD_FAILED', () => desk.book.useStanding(asking()));
  desk.ledger.failing = false;
  assert.equal(desk.book.grants()[0]?.usesLeft, 3);
});

test('it ends by either clock, and a restart gives it no longer life', async () => {
  const clock = fakeClock();
  using desk = await standingDesk(asking(), { clock });
  clock.pass(599);
  assert.notEqual(await desk.book.useStanding(asking()), null);
  clock.wall -= 3_600_000;
  clock.monotonic += 2_000;
  assert.equal(await desk.book.useStanding(asking()), null);
  assert.deepEqual(desk.book.grants(), []);
  assert.deepEqual(desk.ledger.bodies('ticket').at(-1)?.move, 'expired');
});

test('a revoked approver voids it', async () => {
  using desk = await standingDesk();
  await desk.directory.revokeUser('fay');
  assert.deepEqual(desk.book.grants(), []);
  assert.equal(await desk.book.useStanding(asking()), null);
  assert.equal(desk.moves().at(-1), 'voided');
});

test('one of a quorum can not give it for the others', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(asking({ waits: [{ ...FINANCE, quorum: 2 }] }));
  await desk.book.approve(ticket.id, { token: desk.tokens.fay }, 'cli', { scope: true });
  await desk.book.approve(ticket.id, { token: desk.tokens.bo }, 'cli');
  assert.ok(![...desk.ledger.state.keys()].some((key) => key.startsWith('standing:')));
  assert.deepEqual(
    desk.book.grants().map((one) => one.kind),
    ['once'],
  );
});

test('a stored one that can not be read stops the start', async () => {
  using desk = await standingDesk();
  const [key, text] = [...desk.ledger.state].find(([name]) => name.startsWith('standing:')) ?? assert.fail();
  assert.equal(parseStanding(key, text).usesLeft, 3);
  for (const change of [
    { usesLeft: 0 },
    { scope: 'forever' },
    { waits: null },
    { agent: 1 },
    { expiresAt: 'never' },
    { id: 'g_x' },
  ])
    await throwsWithCode('STORE_CORRUPT', () => parseStanding(key, JSON.stringify({ ...JSON.parse(text), ...change })));
  await throwsWithCode('STORE_CORRUPT', () => parseStanding(key, '{'));
});

// INVARIANT: what may have taken effect already is not sent again without a person (threat D7).
test('a use of which nobody knows what became: the very same request needs a person, who is told, also after a restart', async () => {
  using desk = await standingDesk();
  const same = asking({ binding: 'c'.repeat(64), exchange: 'x5' });
  const first = await desk.book.useStanding(same);
  assert.ok(first !== null);
  assert.equal(await desk.book.useStanding({ ...same, exchange: 'x6' }), null, 'while it is being sent');
  await desk.book.settle(first.id, 'x5', 'unknown');
  assert.equal(desk.moves().at(-1), 'unknown');
  assert.equal(await desk.book.useStanding({ ...same, exchange: 'x7' }), null);
  assert.notEqual(await desk.book.useStanding(asking({ binding: 'd'.repeat(64), exchange: 'x8' })), null, 'another request goes');
  using later = await desk.restart();
  assert.equal(await later.book.useStanding({ ...same, exchange: 'x9' }), null);
  const ticket = await later.book.open({ ...same, exchange: 'x9' });
  assert.match(ticket.warning ?? '', /earlier try/);
  // Somebody knew, and said yes: with the answer it is behind them.
  const waiting = later.book.wait(ticket.id, 'x9', connected());
  await new Promise((resolve) => setImmediate(resolve));
  await later.book.approve(ticket.id, { user: 'fay' }, 'cli');
  await waiting;
  await later.book.settle(ticket.id, 'x9', 'confirmed');
  assert.notEqual(await later.book.useStanding({ ...same, exchange: 'x10' }), null);
});

test('an answered use, and one that was never sent, leave nothing behind', async () => {
  using desk = await standingDesk();
  for (const [exchange, fate] of [
    ['x5', 'confirmed'],
    ['x6', 'unsent'],
    ['x7', 'refused'],
  ] as const) {
    const ticket = await desk.book.useStanding(asking({ binding: 'c'.repeat(64), exchange }));
    assert.ok(ticket !== null, fate);
    await desk.book.settle(ticket.id, exchange, fate);
  }
  assert.ok(![...desk.ledger.state.keys()].some((key) => key.startsWith('standing-send:')));
});

// INVARIANT: a request that waits for people and its repeat are one: approved later, it would go a second time (threat D7).
test('a repeat of what waits joins it, though a grant that came later fits', async () => {
  using desk = await approvalDesk();
  const waiting = asking({ exchange: 'w1' });
  await desk.book.open(waiting);
  const other = await desk.book.open(asking({ exchange: 'w2' }));
  await desk.book.approve(other.id, { user: 'fay' }, 'cli', { scope: true });
  assert.equal(await desk.book.useStanding({ ...waiting, exchange: 'w3' }), null);
  assert.notEqual(await desk.book.useStanding(asking({ exchange: 'w4' })), null);
});

test('parked and sent by a grant at once: it is one of both, or who decides is told of the other', async () => {
  using desk = await standingDesk();
  const same = asking({ exchange: 'p1' });
  const [ticket, sent] = await Promise.all([desk.book.open(same), desk.book.useStanding({ ...same, exchange: 'p2' })]);
  assert.ok(sent === null || ticket.warning !== null);
});

test('a grant under which a hundred answers are missing lets nothing more out', async () => {
  const wide = '10m target';
  using desk = await standingDesk(asking({ scope: wide, waits: [{ ...FINANCE, grant: wide }] }));
  const next = (i: number) =>
    desk.book.useStanding(asking({ scope: wide, waits: [{ ...FINANCE, grant: wide }], exchange: `y${i}` }));
  for (let i = 0; i < 100; i += 1) {
    const ticket = await next(i);
    assert.ok(ticket !== null, String(i));
    await desk.book.settle(ticket.id, `y${i}`, 'unknown');
  }
  assert.equal(await next(100), null);
});
