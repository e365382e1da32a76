// One approval, one effect: answers that get lost, connections that never come about, clients that leave, and kills in between.

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { curl } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { putFile } from '../support/put-file.ts';
import { startStripeOrigin } from '../support/stripe-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const stripe = stack.use(await startStripeOrigin(ca));
const interlock = stack.use(
  await startInterlock({
    caFiles: [ca.certFile],
    hosts: { 'api.stripe.com': stripe.address, 'unmet.e2e.test': '127.0.0.1:1' },
    entities: [{ uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] }],
    policies: `@id("unmet")
@reason("Somebody looks at this first.")
@verdict("wait")
@approvers("finance")
permit (principal, action == Action::"http.write", resource == Host::"unmet.e2e.test");`,
    config: { approvals: { holdSeconds: 600, grantSeconds: 600 } },
  }),
);
const support = await interlock.addAgent('support-bot', { teams: ['support'], user: 'ada' });
const clerk = await interlock.addUser('fiona', ['finance']);

/** A refund over the ceiling, as curl sends it; `key` is what an SDK makes up anew for each try. */
function refund(amount: number, key: string | null, login = support, leave?: AbortSignal) {
  const header = key === null ? [] : ['-H', `Idempotency-Key: ${key}`];
  const body = `charge=ch_known&amount=${amount}`;
  return curl(login, ['https://api.stripe.com/v1/refunds', '-u', 'sk_test_interlock:', '-d', body, ...header], leave);
}

const ticketFor = (amount: number) =>
  waitFor(async () => (await interlock.tickets('pending')).find((one) => one.actions[0]?.facts['amountMinor'] === amount));
const ticketNow = async (id: string) => (await interlock.tickets()).find((one) => one.id === id);
const approve = (id: string) => interlock.operator.decideTicket(id, 'approve', clerk);
/** Waits until the ticket tells this outcome. */
const outcome = (id: string, what: string) => waitFor(async () => ((await ticketNow(id))?.outcome === what ? true : undefined));
/** An approval that nobody took: its client waited, left, and was seen to leave before anyone decided. */
async function grantOfOneWhoLeft(amount: number, key: string, login: typeof support) {
  const leave = new AbortController();
  const asked = refund(amount, key, login, leave.signal);
  const ticket = await ticketFor(amount);
  // A ticket is there before its request waits, and only of one that waits can it be seen that it left.
  await held(1);
  leave.abort();
  await asked;
  await held(0);
  await approve(ticket.id);
  return ticket;
}
const held = (count: number) => waitFor(async () => ((await areHeld(count)) ? true : undefined));
async function areHeld(count: number): Promise<boolean> {
  const text = await (await fetch(`${interlock.gateway.consoleUrl}/metrics`)).text();
  return new RegExp(`^interlock_exchanges_held ${count}$`, 'm').test(text);
}
/** A change of the bundle's files that is in force when this resolves. */
async function loaded(change: () => Promise<void>): Promise<void> {
  const before = (await interlock.bodies('bundle')).length;
  await change();
  await waitFor(async () => ((await interlock.bodies('bundle')).length > before ? true : undefined));
}
const movesOf = async (id: string) =>
  (await interlock.bodies('ticket')).filter((one) => one.ticket === id).map((one) => one.move);
const moved = (amount: number) => stripe.movements.filter((one) => one.fields['amount'] === String(amount));

describe('an answer that got lost', () => {
  it('leaves the outcome unknown; the repeat waits again, says so, and the vendor does it once', async () => {
    stripe.losing = 1;
    const first = refund(410_001, 'try-one');
    const ticket = await ticketFor(410_001);
    await approve(ticket.id);
    assert.equal((await first).status, 502, (await first).body);
    assert.equal(moved(410_001).length, 1, 'it took effect, and nobody heard of it');
    await outcome(ticket.id, 'unknown');

    const second = refund(410_001, 'try-two');
    const repeat = await ticketFor(410_001);
    assert.notEqual(repeat.id, ticket.id);
    assert.match(repeat.warning ?? '', new RegExp(`${ticket.id}.*may have taken effect`));
    await approve(repeat.id);
    assert.equal((await second).status, 200);
    assert.deepEqual(
      moved(410_001).map((one) => one.idempotencyKey),
      ['try-one'],
    );
  });

  it('is warned of after a restart too, and a request without a key got one', async () => {
    stripe.losing = 1;
    const first = refund(410_002, null);
    await approve((await ticketFor(410_002)).id);
    assert.equal((await first).status, 502, (await first).body);
    await interlock.restart();
    const login = interlock.login(support.username, support.token);
    const second = refund(410_002, null, login);
    const repeat = await ticketFor(410_002);
    assert.notEqual(repeat.warning, null);
    await approve(repeat.id);
    assert.equal((await second).status, 200);
    assert.equal(moved(410_002).length, 1);
    assert.match(moved(410_002)[0]?.idempotencyKey ?? '', /^interlock-/);
  });
});

describe('a client that leaves', () => {
  it('after the approval does not undo it: what came of it is known', async () => {
    const pause = Promise.withResolvers<void>();
    stripe.pause = pause.promise;
    const leave = new AbortController();
    const asked = refund(410_003, 'left', interlock.login(support.username, support.token), leave.signal);
    const ticket = await ticketFor(410_003);
    await approve(ticket.id);
    await waitFor(() => (moved(410_003).length === 1 ? true : undefined));
    leave.abort();
    await asked;
    pause.resolve();
    stripe.pause = null;
    await outcome(ticket.id, 'confirmed');
    assert.equal(moved(410_003).length, 1);
  });

  it('while it waits leaves its ticket open, and its retry takes the grant, once', async () => {
    const login = interlock.login(support.username, support.token);
    await grantOfOneWhoLeft(410_004, 'one', login);
    // Two identical retries at once: one takes the grant, the other waits for a decision of its own.
    const retries = [refund(410_004, 'two', login), refund(410_004, 'three', login)];
    const other = await ticketFor(410_004);
    await interlock.operator.decideTicket(other.id, 'deny', clerk);
    assert.deepEqual((await Promise.all(retries)).map((one) => one.status).toSorted(), [200, 403]);
    assert.deepEqual(
      moved(410_004).map((one) => one.idempotencyKey),
      ['one'],
    );
  });
});

describe('between the approval and its use', () => {
  it('another agent of the same team gets nothing of it', async () => {
    const login = interlock.login(support.username, support.token);
    const ticket = await grantOfOneWhoLeft(410_010, 'mine', login);
    const other = await interlock.addAgent('support-other', { teams: ['support'], user: 'ada' });
    const theirs = refund(410_010, 'theirs', other);
    const own = await ticketFor(410_010);
    assert.notEqual(own.id, ticket.id);
    await interlock.operator.decideTicket(own.id, 'deny', clerk);
    assert.equal((await theirs).status, 403);
    assert.equal(moved(410_010).length, 0);
    assert.equal((await refund(410_010, 'again', login)).status, 200);
    assert.deepEqual(
      moved(410_010).map((one) => one.idempotencyKey),
      ['mine'],
    );
  });

  it('a policy that forbids it by then decides, though people said yes', async () => {
    const asked = refund(410_011, 'late', interlock.login(support.username, support.token));
    const ticket = await ticketFor(410_011);
    const file = join(interlock.policiesDir, 'tightened.cedar');
    await loaded(() =>
      putFile(
        file,
        '@id("frozen") @reason("No refunds today.") forbid (principal, action == Action::"payment.refund", resource);',
      ),
    );
    await approve(ticket.id);
    const said = await asked;
    assert.equal(said.status, 403, said.body);
    assert.match(said.body, /frozen/);
    assert.equal(moved(410_011).length, 0);
    await loaded(() => rm(file));
  });
});

describe('a connection that never came about', () => {
  it('gives the approval back', async () => {
    const login = interlock.login(support.username, support.token);
    const asked = curl(login, ['https://unmet.e2e.test/', '-d', 'x']);
    const ticket = await waitFor(async () => (await interlock.tickets('pending')).find((one) => one.host === 'unmet.e2e.test'));
    // A ticket is there before its request waits: approved in between it would be a grant first.
    await held(1);
    await approve(ticket.id);
    assert.equal((await asked).status, 502);
    await waitFor(async () => ((await ticketNow(ticket.id))?.state === 'approved' ? true : undefined));
    assert.deepEqual(await movesOf(ticket.id), ['opened', 'approved', 'spent', 'returned']);
  });
});

describe('a kill', () => {
  it('while it is being sent leaves the outcome unknown, on record', async () => {
    const pause = Promise.withResolvers<void>();
    stripe.pause = pause.promise;
    const asked = refund(410_005, 'killed', interlock.login(support.username, support.token));
    const ticket = await ticketFor(410_005);
    await approve(ticket.id);
    await waitFor(() => (moved(410_005).length === 1 ? true : undefined));
    await interlock.kill9();
    pause.resolve();
    stripe.pause = null;
    await asked;
    await interlock.start({ warm: true });
    await outcome(ticket.id, 'unknown');
    assert.equal((await movesOf(ticket.id)).at(-1), 'unknown');
    const second = refund(410_005, 'again', interlock.login(support.username, support.token));
    const repeat = await ticketFor(410_005);
    assert.notEqual(repeat.warning, null);
    await approve(repeat.id);
    assert.equal((await second).status, 200);
    assert.equal(moved(410_005).length, 1);
  });
});

it('the chain is whole', async () => {
  assert.equal((await interlock.verify()).ok, true);
});
