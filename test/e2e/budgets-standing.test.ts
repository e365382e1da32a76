// A budget and standing grants: what approvers let go for a while still fits into the budget to the cent, whoever asks at once.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { curl } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
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
    policies: `@id("first-asked") @reason("Somebody looks at the first one.") @verdict("wait") @approvers("finance") @grant("10m")
permit (principal, action == Action::"payment.refund", resource);
@id("refund-budget") @reason("Refunds of this team come to {budget.refunds} in a day.")
forbid (principal, action == Action::"payment.refund", resource) when { context.budget.refunds > 5000 };`,
    budgets: 'refunds:\n  of: payment.refund\n  measure: sum amountMinor\n  per: team\n  window: sliding 24h\n',
    config: { approvals: { holdSeconds: 0 } },
  }),
);
const one = await interlock.addAgent('support-one', { teams: ['support'], user: 'ada' });
const two = await interlock.addAgent('support-two', { teams: ['support'], user: 'bob' });
const fay = await interlock.addUser('fay', ['finance']);

const moved = (): number => stripe.movements.reduce((sum, { fields }) => sum + Number(fields['amount']), 0);

async function used(): Promise<number> {
  return (await interlock.operator.listBudgets()).reduce((sum, view) => sum + (view.used ?? 0), 0);
}

/** Each is a request of its own: the note is in its binding. */
async function refund(login: typeof one, amount: number, note: string, key = ['-u', 'sk_test_interlock:']): Promise<number> {
  const body = `charge=ch_known&amount=${amount}&metadata[note]=${note}`;
  return (await curl(login, ['https://api.stripe.com/v1/refunds', ...key, '-d', body])).status;
}

test('what stands uses nothing by itself', async () => {
  for (const login of [one, two]) {
    assert.notEqual(await refund(login, 450, 'first'), 200);
    const [ticket] = await interlock.tickets('pending');
    await interlock.operator.decideTicket(ticket?.id ?? '', 'approve', fay, { scope: true });
  }
  assert.equal(await used(), 0);
});

test('of twenty at once under two grants exactly what fits goes', async () => {
  const statuses = await Promise.all(Array.from({ length: 20 }, (_, i) => refund(i % 2 === 0 ? one : two, 450, `crowd-${i}`)));
  assert.equal(moved(), 11 * 450, JSON.stringify(statuses));
  assert.equal(statuses.filter((status) => status === 200).length, 11);
  assert.equal(statuses.filter((status) => status === 403).length, 9);
  assert.equal(await used(), 11 * 450);
  const reserved = (await interlock.bodies('budget')).filter(({ move }) => move === 'reserved');
  assert.equal(reserved.length, 11, 'each on record');
});

test('what the vendor refuses is given back', async () => {
  assert.equal(await refund(two, 50, 'no-key', []), 401);
  // The client hears its answer before what came of it is on record.
  await waitFor(async () => (await used()) === 11 * 450 || undefined);
  const given = (await interlock.bodies('budget')).filter(({ move }) => move === 'returned');
  assert.equal(given.length, 1);
  assert.equal(await refund(two, 50, 'last'), 200);
  assert.equal(await refund(one, 1, 'over'), 403);
  assert.equal(moved(), 5_000);
});

test('and it holds after a kill', async () => {
  await interlock.kill9();
  await interlock.start({ warm: true });
  const [again] = [interlock.login('support-one', one.token)];
  assert.equal(await refund(again, 1, 'after'), 403);
  assert.equal(await used(), 5_000);
  assert.equal((await interlock.verify()).ok, true);
});
