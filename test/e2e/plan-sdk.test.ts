// A plan asked for with the client and taken by the real Stripe SDK: once, within its bound, across a crash, and never over a stricter policy.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { Interlock } from '../../src/client/interlock.ts';
import { runClient } from '../support/agent-client.ts';
import { type Login, startInterlock } from '../support/interlock.ts';
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
    hosts: { 'api.stripe.com': stripe.address },
    entities: [{ uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] }],
    config: { approvals: { holdSeconds: 1, grantSeconds: 600 } },
  }),
);
const agent = await interlock.addAgent('support-bot', { teams: ['support'], user: 'ada' });
const fiona = await interlock.addUser('fiona', ['finance']);
const session = (name: string): Login => interlock.login(`${agent.username}~${name}`, agent.token);
const clientOf = (login: Login) => new Interlock({ proxyUrl: login.env['HTTPS_PROXY'] ?? '' });
const refund = (login: Login, amount: number) => runClient(login, 'stripe', { args: [{ charge: 'ch_known', amount }] });
const moved = (amount: number) => stripe.movements.filter((one) => one.fields['amount'] === String(amount)).length;

/** The facts as the wire has them: a typed step with these and the bound. */
async function approvedPlan(login: Login, atMost: number, times = 1): Promise<string> {
  const request = `POST /v1/refunds HTTP/1.1\r\nHost: api.stripe.com\r\nAuthorization: Bearer sk_test_interlock\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\ncharge=ch_known&amount=${atMost}`;
  const client = clientOf(login);
  const plan = await client.submitPlan({
    title: 'make it good',
    steps: [{ title: 'refund', request, bounds: { amountMinor: { atMost } }, times }],
  });
  assert.deepEqual([plan.state, plan.steps[0]?.verdict], ['waiting', 'WAIT'], JSON.stringify(plan.blocked));
  await interlock.operator.decideTicket(plan.ticket ?? '', 'approve', fiona);
  await waitFor(async () => ((await client.plan(plan.id)).state === 'accepted' ? true : undefined));
  return plan.id;
}

/** Policies added to the starter bundle, in force when this resolves. */
async function tighten(policy: string): Promise<void> {
  const before = (await interlock.bodies('bundle')).length;
  await putFile(join(interlock.policiesDir, 'tightened.cedar'), policy);
  await waitFor(async () => ((await interlock.bodies('bundle')).length > before ? true : undefined));
}

it('the refund goes once after a kill -9 between approval and use; a larger one and a second one are for people', async () => {
  const id = await approvedPlan(session('sdk'), 450_000);
  await interlock.kill9();
  await interlock.start({ warm: true });
  const login = session('sdk');
  const larger = await refund(login, 450_001);
  assert.equal(larger.ok, false);
  assert.equal((await clientOf(login).plan(id)).steps[0]?.next, true, 'what is no step takes none');
  const sent = await refund(login, 440_000);
  assert.ok(sent.ok, JSON.stringify(sent.error));
  await waitFor(async () => ((await clientOf(login).plan(id)).state === 'completed' ? true : undefined));
  const [use] = (await clientOf(login).plan(id)).steps[0]?.uses ?? [];
  assert.equal(use?.fate, 'confirmed');
  assert.equal((await refund(login, 430_000)).ok, false);
  assert.deepEqual([moved(440_000), moved(450_001), moved(430_000)], [1, 0, 0]);
  const waiting = await interlock.tickets('pending');
  assert.deepEqual(
    waiting.map((ticket) => ticket.actions[0]?.facts['amountMinor']).toSorted(),
    [430_000, 450_001],
    'both fell back to plain policy',
  );
});

it('what an operator revokes lets nothing more out', async () => {
  const login = session('revoked');
  const id = await approvedPlan(login, 420_000, 2);
  assert.ok((await refund(login, 420_000)).ok);
  assert.deepEqual(await interlock.json(['plans', 'revoke', id]), { id, revoked: true });
  assert.equal((await refund(login, 410_000)).ok, false);
  const shown = (await interlock.json(['plans', 'show', id])) as {
    readonly state: string;
    readonly steps: { uses: unknown[] }[];
  };
  assert.deepEqual([shown.state, shown.steps[0]?.uses.length, moved(410_000)], ['revoked', 1, 0]);
});

// INVARIANT: an approved plan satisfies WAIT and nothing else.
it('policy that became stricter after the approval decides: WAIT for others, a constraint, a BLOCK', async () => {
  const login = session('tight');
  const id = await approvedPlan(login, 400_000, 9);
  const next = async () => (await clientOf(login).plan(id)).steps[0]?.next;

  await tighten(`@id("legal-too") @reason("Legal looks at refunds now.") @verdict("wait") @approvers("maintainers")
    permit (principal, action == Action::"payment.refund", resource) when { context has amountMinor && context.amountMinor == 390000 };`);
  assert.equal((await refund(login, 390_000)).ok, false, 'a WAIT that nobody approved');
  assert.ok((await refund(login, 380_000)).ok);

  await tighten(`@id("capped") @reason("Refunds are capped.") @verdict("constrain") @constrain("refund-500")
    permit (principal, action == Action::"payment.refund", resource) when { context has amountMinor && context.amountMinor > 50000 };`);
  assert.ok((await refund(login, 370_000)).ok);
  assert.deepEqual([moved(370_000), moved(50_000)], [0, 1], 'what goes by the plan goes as policy changed it');

  await tighten(
    `@id("no-refunds") @reason("Refunds are stopped.") forbid (principal, action == Action::"payment.refund", resource);`,
  );
  const blocked = await refund(login, 360_000);
  assert.match(JSON.stringify(blocked.error), /Refunds are stopped/);
  assert.deepEqual([moved(390_000), moved(360_000), await next()], [0, 0, true]);
  const taken = (await interlock.bodies('verdict')).filter((one) => one.plan?.id === id).map((one) => one.verdict);
  assert.deepEqual(taken, ['WAIT', 'WAIT']);
});
