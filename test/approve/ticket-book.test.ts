// The ticket book: parked, decided, spent once, and whole after a restart.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { approvalDesk, BINDING, connected, fakeClock, FINANCE, LEGAL, parkRequest } from '../support/approval-desk.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

test('approved while its caller holds: spent for that caller, on disk before the wait ends', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  assert.match(ticket.id, /^t_[a-z2-7]{26}$/);
  let stateWhenWoken = '';
  const wait = desk.book.wait(ticket.id, 'x1', connected()).then((outcome) => {
    stateWhenWoken = desk.ledger.state.get(`ticket:${ticket.id}`) ?? '';
    return outcome;
  });
  await sleep(5);
  const approved = await desk.book.approve(ticket.id, desk.tokens.fay, 'cli');
  assert.equal((await wait).kind, 'approved');
  assert.equal(approved.state, 'spent');
  assert.match(stateWhenWoken, /"state":"spent"/);
  assert.deepEqual(desk.moves(), ['opened', 'approved', 'spent']);
  assert.ok(desk.ledger.appended.every((item) => item.durability === 'synced'));
  assert.equal(await desk.book.spendGrant(BINDING, [FINANCE], 'x2'), null);
});

test('approved with nobody connected: one grant, spent by one of 1,000 at once', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const approved = await desk.book.approve(ticket.id, desk.tokens.fay, 'api');
  assert.deepEqual([approved.state, approved.grant], ['approved', true]);
  const tries = await Promise.all(Array.from({ length: 1_000 }, (_, i) => desk.book.spendGrant(BINDING, [FINANCE], `x${i}`)));
  assert.equal(tries.filter((spent) => spent !== null).length, 1);
  assert.equal(desk.moves().filter((move) => move === 'spent').length, 1);
  assert.equal(desk.book.get(ticket.id)?.state, 'spent');
});

test('a grant is spent on disk before anybody may use it, and stays when the entry fails', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  await desk.book.approve(ticket.id, desk.tokens.fay, 'cli');
  desk.ledger.failing = true;
  await throwsWithCode('RECORD_FAILED', () => desk.book.spendGrant(BINDING, [FINANCE], 'x2'));
  desk.ledger.failing = false;
  assert.equal((await desk.book.spendGrant(BINDING, [FINANCE], 'x3'))?.state, 'spent');
});

test('a grant is for what was asked: a WAIT policy that came later, or other approvers, is not covered', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  await desk.book.approve(ticket.id, desk.tokens.fay, 'cli');
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
  await desk.book.approve(ticket.id, desk.tokens.fay, 'cli');
  await desk.directory.revokeUser('fay');
  assert.equal(await desk.book.spendGrant(BINDING, [FINANCE], 'x2'), null);
});

test('one open ticket per binding: a repeat joins it, two at once make one', async () => {
  using desk = await approvalDesk();
  const [one, two] = await Promise.all([desk.book.open(parkRequest()), desk.book.open(parkRequest({ exchange: 'x2' }))]);
  assert.equal(one.id, two.id);
  assert.deepEqual(desk.moves(), ['opened', 'joined']);
  assert.notEqual((await desk.book.open(parkRequest({ binding: 'c'.repeat(64) }))).id, one.id);
});

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
  await desk.book.approve(ticket.id, desk.tokens.fay, 'cli');
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
  await desk.book.approve(ticket.id, desk.tokens.fay, 'cli');
  assert.equal((await desk.book.spendGrant(BINDING, [FINANCE], 'x2'))?.id, ticket.id);
});

test('a hang-up while the approval is being written does not lose it to nobody', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const gone = new AbortController();
  const wait = desk.book.wait(ticket.id, 'x1', gone.signal);
  await sleep(2);
  desk.ledger.beforeWritten = async () => gone.abort();
  await desk.book.approve(ticket.id, desk.tokens.fay, 'cli');
  assert.equal((await wait).kind, 'approved');
});

test('a caller that begins to wait while the grant is being written gets it', async () => {
  using desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const waits: Promise<{ readonly kind: string }>[] = [];
  desk.ledger.beforeWritten = async () => {
    if (waits.length === 0) waits.push(desk.book.wait(ticket.id, 'x1', connected()));
  };
  await desk.book.approve(ticket.id, desk.tokens.fay, 'cli');
  assert.deepEqual((await Promise.all(waits)).map((outcome) => outcome.kind), ['approved']);
  assert.equal(desk.moves().filter((move) => move === 'spent').length, 1);
});

test('approved between the look for a grant and parking: the request takes the grant instead of a second ticket', async () => {
  using desk = await approvalDesk();
  const first = await desk.book.open(parkRequest());
  assert.equal(await desk.book.spendGrant(BINDING, [FINANCE], 'x2'), null);
  await desk.book.approve(first.id, desk.tokens.fay, 'cli');
  const again = await desk.book.open(parkRequest({ exchange: 'x2' }));
  assert.equal(again.id, first.id);
  assert.equal((await desk.book.wait(again.id, 'x2', connected())).kind, 'approved');
  assert.equal((await desk.book.wait(again.id, 'x3', connected())).kind, 'superseded');
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
  await throwsWithCode('RECORD_FAILED', () => desk.book.approve(ticket.id, desk.tokens.fay, 'cli'));
  assert.equal(desk.book.get(ticket.id)?.state, 'pending');
  desk.ledger.failing = false;
  await desk.book.approve(ticket.id, desk.tokens.fay, 'cli');
  assert.equal((await wait).kind, 'approved');
});

test('limits: per agent and in all, also for a burst; one agent does not use up another', async () => {
  using desk = await approvalDesk({ limits: { tickets: 5, ticketsPerAgent: 3 } });
  const binding = (i: number): string => i.toString(16).padStart(64, '0');
  const burst = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => desk.book.open(parkRequest({ binding: binding(i) }))));
  assert.equal(burst.filter((one) => one.status === 'fulfilled').length, 3);
  await throwsWithCode('TICKET_LIMIT', () => desk.book.open(parkRequest({ binding: binding(50) })));
  await desk.book.open(parkRequest({ binding: binding(60), agent: 'other' }));
  await desk.book.open(parkRequest({ binding: binding(61), agent: 'other' }));
  const full = await throwsWithCode('TICKET_LIMIT', () => desk.book.open(parkRequest({ binding: binding(62), agent: 'third' })));
  assert.match(full.message, /5 tickets/);
  const mine = desk.book.list({ agent: 'other' })[0] ?? assert.fail();
  await desk.book.deny(mine.id, desk.tokens.fay, 'cli');
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

test('after a restart pending tickets can be decided and grants spent, once', async () => {
  const before = await approvalDesk();
  const pending = await before.book.open(parkRequest());
  const granted = await before.book.open(parkRequest({ binding: 'c'.repeat(64) }));
  await before.book.approve(granted.id, before.tokens.fay, 'cli');
  using after = await before.restart();
  assert.equal((await after.book.open(parkRequest({ exchange: 'x9' }))).id, pending.id);
  assert.equal((await after.book.approve(pending.id, after.tokens.fay, 'cli')).grant, true);
  assert.equal((await after.book.spendGrant('c'.repeat(64), [FINANCE], 'x2'))?.id, granted.id);
  using again = await after.restart();
  assert.equal(await again.book.spendGrant('c'.repeat(64), [FINANCE], 'x3'), null);
  assert.equal((await again.book.spendGrant(BINDING, [FINANCE], 'x4'))?.id, pending.id);
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
  await throwsWithCode('RECORD_FAILED', () => desk.book.approve(ticket.id, desk.tokens.fay, 'cli'));
  await failed;
  using after = await desk.restart();
  assert.equal(await after.book.spendGrant(BINDING, [FINANCE], 'x2'), null);
  assert.equal(after.book.get(ticket.id)?.state, 'spent');
});

test('ended tickets are kept up to a bound, newest first to stay', async () => {
  using desk = await approvalDesk({ limits: { tickets: 5_000, ticketsPerAgent: 5_000 } });
  for (let i = 0; i < 1_010; i += 1) {
    const ticket = await desk.book.open(parkRequest({ binding: i.toString(16).padStart(64, '0') }));
    await desk.book.deny(ticket.id, desk.tokens.fay, 'cli');
  }
  assert.equal(desk.book.list().length, 1_000);
  assert.equal([...desk.ledger.state.keys()].filter((key) => key.startsWith('ticket:')).length, 1_000);
});

test('kept bodies go with their ticket, and what no open ticket owns is swept at the start', async () => {
  const dropped: string[] = [];
  const swept: ReadonlySet<string>[] = [];
  const bodies = {
    dropBody: async (ticket: string) => void dropped.push(ticket),
    sweep: async (open: ReadonlySet<string>) => void swept.push(open),
  };
  const desk = await approvalDesk({ bodies });
  const denied = await desk.book.open(parkRequest());
  const kept = await desk.book.open(parkRequest({ binding: 'c'.repeat(64) }));
  await desk.book.deny(denied.id, desk.tokens.fay, 'cli');
  assert.deepEqual(dropped, [denied.id]);
  using _after = await desk.restart();
  assert.deepEqual([...(swept.at(-1) ?? [])], [kept.id]);
});

test('closing ends every wait as held out', async () => {
  const desk = await approvalDesk();
  const ticket = await desk.book.open(parkRequest());
  const wait = desk.book.wait(ticket.id, 'x1', connected());
  await sleep(2);
  desk.book.close();
  assert.equal((await wait).kind, 'held-out');
});

test('an unknown ticket is TICKET_UNKNOWN', async () => {
  using desk = await approvalDesk({ clock: fakeClock() });
  await throwsWithCode('TICKET_UNKNOWN', () => desk.book.wait('t_none', 'x1', connected()));
  await throwsWithCode('TICKET_UNKNOWN', () => desk.book.approve('t_none', desk.tokens.fay, 'cli'));
  assert.equal(desk.book.get('t_none'), undefined);
});
