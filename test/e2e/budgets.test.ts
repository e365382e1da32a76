// A small budget, two agents at once, and a kill in between: the vendor receives what fits, and not a cent more.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { curl } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { startStripeOrigin } from '../support/stripe-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const stripe = stack.use(await startStripeOrigin(ca));
const interlock = stack.use(
  await startInterlock({
    caFiles: [ca.certFile],
    hosts: { 'api.stripe.com': stripe.address },
    entities: [{ uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] }],
    policies: `@id("refund-budget")
@reason("Refunds of this team come to {budget.refunds} in a day.")
forbid (principal, action == Action::"payment.refund", resource) when { context.budget.refunds > 5000 };`,
    budgets: 'refunds:\n  of: payment.refund\n  measure: sum amountMinor\n  per: team\n  window: sliding 24h\n',
  }),
);
const one = await interlock.addAgent('support-one', { teams: ['support'], user: 'ada' });
const two = await interlock.addAgent('support-two', { teams: ['support'], user: 'bob' });
const relogged = () => [interlock.login('support-one', one.token), interlock.login('support-two', two.token)] as const;

const moved = (): number => stripe.movements.reduce((sum, { fields }) => sum + Number(fields['amount']), 0);

async function refunds(count: number, amount: number): Promise<number[]> {
  const logins = relogged();
  const answers = Array.from({ length: count }, (_, i) =>
    curl(logins[i % 2 === 0 ? 0 : 1], [
      'https://api.stripe.com/v1/refunds',
      '-u',
      'sk_test_interlock:',
      '-d',
      `charge=ch_known&amount=${amount}`,
    ]),
  );
  return (await Promise.all(answers)).map(({ status }) => status);
}

describe('a budget of 50 dollars', () => {
  it('lets out of twenty refunds at once, by two agents of a team, exactly what fits', async () => {
    const statuses = await refunds(20, 450);
    assert.equal(moved(), 11 * 450, JSON.stringify(statuses));
    assert.equal(statuses.filter((status) => status === 200).length, 11);
    assert.equal(statuses.filter((status) => status === 403).length, 9);
  });

  it('holds after a kill', async () => {
    await interlock.kill9();
    await interlock.start({ warm: true });
    assert.deepEqual(await refunds(2, 51), [403, 403]);
    assert.deepEqual(await refunds(1, 50), [200]);
    assert.deepEqual(await refunds(1, 1), [403]);
    assert.equal(moved(), 5000);
    assert.equal((await interlock.verify()).ok, true);
  });
});
