// A plan of real requests: approved once, taken step by step over the wire, and nothing beside it.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { curl } from '../support/agent-client.ts';
import { type Login, startInterlock } from '../support/interlock.ts';
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
    hosts: { 'api.stripe.com': stripe.address },
    entities: [{ uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] }],
    policies: `@id("no-drift")
@reason("This agent keeps to its plan.")
forbid (principal == Agent::"strict", action, resource) when { context has plan && context.plan.expected == false };`,
    config: { approvals: { holdSeconds: 1, grantSeconds: 600 } },
  }),
);
const agent = await interlock.addAgent('support-bot', { teams: ['support'], user: 'ada' });
const strict = await interlock.addAgent('strict', { teams: ['support'], user: 'ada' });
const clerk = await interlock.addUser('fiona', ['finance']);
await interlock.addUser('ada', ['finance']);

const session = (login: Login, name: string) => interlock.login(`${login.username}~${name}`, login.token);
const lookup = {
  context: {
    request: 'GET /v1/charges/ch_known HTTP/1.1\r\nHost: api.stripe.com\r\nAuthorization: Basic c2tfdGVzdF9pbnRlcmxvY2s6\r\n\r\n',
  },
};
const refundOf = (amount: number) =>
  `POST /v1/refunds HTTP/1.1\r\nHost: api.stripe.com\r\nAuthorization: Basic c2tfdGVzdF9pbnRlcmxvY2s6\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\ncharge=ch_known&amount=${amount}`;
const refundStep = (atMost: number) => ({
  title: 'refund it',
  context: { request: refundOf(atMost) },
  bounds: { amountMinor: { atMost } },
});

interface Seen {
  readonly id: string;
  readonly state: string;
  readonly ticket: string | null;
  readonly steps: ReadonlyArray<{
    readonly verdict: string;
    readonly next: boolean;
    readonly uses: readonly unknown[];
    readonly reason: string;
  }>;
  readonly blocked: ReadonlyArray<{ readonly step: number; readonly policies: readonly string[]; readonly reason: string }>;
}

async function propose(
  login: Login,
  steps: readonly object[],
  more: object = {},
): Promise<{ readonly status: number; readonly plan: Seen }> {
  const body = JSON.stringify({ title: 'make it good', steps, ...more });
  const { status, body: text } = await curl(login, [
    'http://interlock.internal/v1/plans',
    '-H',
    'Content-Type: application/json',
    '-d',
    body,
  ]);
  return { status, plan: JSON.parse(text) };
}
async function planNow(login: Login, id: string): Promise<Seen> {
  return JSON.parse((await curl(login, [`http://interlock.internal/v1/plans/${id}`])).body);
}
const get = (login: Login, path: string) => curl(login, [`https://api.stripe.com${path}`, '-u', 'sk_test_interlock:']);
const refund = (login: Login, amount: number) =>
  curl(login, ['https://api.stripe.com/v1/refunds', '-u', 'sk_test_interlock:', '-d', `charge=ch_known&amount=${amount}`]);
const approve = async (login: Login, plan: Seen) => {
  await interlock.operator.decideTicket(plan.ticket ?? '', 'approve', clerk);
  await waitFor(async () => ((await planNow(login, plan.id)).state === 'accepted' ? true : undefined));
};
const moved = (amount: number) => stripe.movements.filter((one) => one.fields['amount'] === String(amount)).length;
const movesOf = async (id: string) =>
  (await interlock.bodies('plan'))
    .filter((one) => one.plan === id)
    .map((one) => (one.step === null ? one.move : `${one.move} ${one.step}`));

describe('a plan of three steps', () => {
  it('is approved once and runs through without further prompts; a second run asks again', async () => {
    const login = session(agent, 'one');
    const { status, plan } = await propose(login, [lookup, refundStep(450_000), { ...lookup, optional: true }]);
    assert.equal(status, 201, JSON.stringify(plan));
    assert.deepEqual([plan.state, plan.steps.map((step) => step.verdict)], ['waiting', ['ALLOW', 'WAIT', 'ALLOW']]);
    const [ticket] = await interlock.tickets('pending');
    assert.equal(ticket?.id, plan.ticket);
    assert.deepEqual(
      ticket?.actions.map(({ facts }) => facts['plan.step']),
      [1, 2, 3],
    );
    // Before the approval nothing of it goes ahead.
    assert.equal((await refund(login, 450_000)).status, 403);
    const own = (await interlock.tickets('pending')).find((one) => one.id !== plan.ticket);
    await interlock.operator.decideTicket(own?.id ?? '', 'deny', clerk);
    await approve(login, plan);

    assert.equal((await get(login, '/v1/charges/ch_known')).status, 200);
    assert.equal((await refund(login, 440_000)).status, 200);
    assert.equal(moved(440_000), 1);
    assert.equal((await get(login, '/v1/charges/ch_known')).status, 200);
    await waitFor(async () => ((await planNow(login, plan.id)).state === 'completed' ? true : undefined));
    assert.equal((await refund(login, 440_000)).status, 403, 'a second run asks people');
    assert.equal(moved(440_000), 1);
    const moves = await movesOf(plan.id);
    assert.deepEqual(
      moves.filter((move) => !move.startsWith('confirmed')),
      ['proposed', 'approved', 'accepted', 'consumed 1', 'consumed 2', 'consumed 3', 'completed'],
    );
    const taken = (await interlock.bodies('verdict')).filter((one) => one.plan?.id === plan.id);
    assert.deepEqual(
      taken.map((one) => one.plan?.step),
      [1, 2, 3],
    );
  });

  it('gives nothing to another session, another agent, a larger amount, or out of order', async () => {
    const login = session(agent, 'two');
    const { plan } = await propose(login, [lookup, refundStep(430_000)]);
    await approve(login, plan);
    assert.equal((await refund(login, 430_000)).status, 403, 'out of order');
    assert.equal((await get(login, '/v1/charges/ch_known')).status, 200);
    for (const other of [session(agent, 'three'), agent, session(strict, 'two')]) {
      assert.equal((await refund(other, 420_000)).status, 403);
      assert.equal(
        (await curl(other, [`http://interlock.internal/v1/plans/${plan.id}`])).status,
        other.username.startsWith('strict') ? 404 : 200,
      );
    }
    assert.equal((await refund(login, 430_001)).status, 403, 'out of its bound');
    assert.equal((await refund(login, 420_000)).status, 200);
    assert.deepEqual([moved(430_000), moved(430_001), moved(420_000)], [0, 0, 1]);
  });

  it('lets one of two identical requests at once take its step', async () => {
    const login = session(agent, 'race');
    const { plan } = await propose(login, [refundStep(410_000)]);
    await approve(login, plan);
    const both = await Promise.all([refund(login, 410_000), refund(login, 410_000)]);
    assert.deepEqual(both.map((one) => one.status).toSorted(), [200, 403]);
    assert.equal(moved(410_000), 1);
  });

  it('is rejected with a blocked step, which it names, and runs at once without one that waits', async () => {
    const blocked = await propose(session(agent, 'b'), [
      lookup,
      { context: { request: 'POST /x HTTP/1.1\r\nHost: paste.example.com\r\nContent-Length: 1\r\n\r\nx' } },
    ]);
    assert.equal(blocked.status, 422);
    assert.deepEqual([blocked.plan.state, blocked.plan.blocked.map((one) => one.step)], ['rejected', [2]]);
    assert.ok(blocked.plan.blocked[0]?.reason);
    const free = await propose(session(agent, 'free'), [lookup]);
    assert.deepEqual([free.status, free.plan.state], [201, 'accepted']);
    assert.equal((await propose(session(agent, 'free'), [lookup])).status, 409);
    assert.equal((await propose(session(agent, 'free'), [{ ...lookup, bound: {} }])).status, 400);
  });
});

it('what may have taken effect is for people, though a plan was approved before: its own step, or a request beside it', async () => {
  const twice = session(agent, 'lost');
  const { plan } = await propose(twice, [{ ...refundStep(360_000), times: 2 }]);
  await approve(twice, plan);
  stripe.losing = 1;
  assert.equal((await refund(twice, 360_000)).status, 502);
  await waitFor(async () => ((await movesOf(plan.id)).includes('unknown 1') ? true : undefined));
  assert.equal((await refund(twice, 360_000)).status, 403);
  assert.equal(moved(360_000), 1);
  const repeat = (await interlock.tickets('pending')).find((one) => one.actions[0]?.facts['amountMinor'] === 360_000);
  assert.match(
    repeat?.warning ?? '',
    new RegExp(`step 1 of plan ${plan.id}.*may have taken effect already`),
    'who decides is told',
  );

  const beside = session(agent, 'beside');
  const { plan: other } = await propose(beside, [refundStep(350_000)]);
  await approve(beside, other);
  assert.equal((await refund(agent, 350_000)).status, 403);
  const ticket = (await interlock.tickets('pending')).find((one) => one.actions[0]?.facts['amountMinor'] === 350_000);
  await interlock.operator.decideTicket(ticket?.id ?? '', 'approve', clerk);
  stripe.losing = 1;
  assert.equal((await refund(agent, 350_000)).status, 502);
  await waitFor(async () =>
    (await interlock.bodies('ticket')).find((one) => one.ticket === ticket?.id && one.move === 'unknown'),
  );
  assert.equal((await refund(beside, 350_000)).status, 403);
  assert.equal(moved(350_000), 1);
});

it('drift is forbidden by a policy that says so', async () => {
  const login = session(strict, 'drift');
  assert.equal((await get(login, '/v1/customers/cus_1')).status, 200);
  const { plan } = await propose(login, [lookup, refundStep(390_000)]);
  await approve(login, plan);
  const drift = await get(login, '/v1/customers/cus_1');
  assert.deepEqual([drift.status, /keeps to its plan/.test(drift.body)], [403, true]);
  assert.equal((await get(login, '/v1/charges/ch_known')).status, 200);
  assert.equal((await refund(login, 390_000)).status, 200);
});

it('a restart and a revocation in the middle', async () => {
  const name = 'mid';
  const { plan } = await propose(session(agent, name), [lookup, refundStep(380_000), refundStep(370_000)]);
  await approve(session(agent, name), plan);
  assert.equal((await get(session(agent, name), '/v1/charges/ch_known')).status, 200);
  await interlock.kill9();
  await interlock.start({ warm: true });
  assert.equal((await refund(session(agent, name), 380_000)).status, 200);
  assert.equal((await curl(session(agent, name), ['-X', 'DELETE', `http://interlock.internal/v1/plans/${plan.id}`])).status, 200);
  assert.equal((await refund(session(agent, name), 370_000)).status, 403);
  assert.equal(moved(370_000), 0);
  assert.equal((await interlock.verify()).ok, true);
});
