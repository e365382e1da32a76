// What a request does not say is asked of the vendor before it is judged, where the bundle wants it: the real Stripe SDK, a local Stripe.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { runClient } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { startStripeOrigin } from '../support/stripe-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { ticketIn } from '../support/ticket-in.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const stripe = stack.use(await startStripeOrigin(ca));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { 'api.stripe.com': stripe.address },
    entities: [{ uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD', lookup: true }, parents: [] }],
    policies: `
      @id("no-secret-charge") @reason("This charge is nobody's to read.")
      forbid (principal, action == Action::"http.read", resource) when { context.path == "/v1/charges/ch_secret" };`,
    config: { approvals: { holdSeconds: 1, grantSeconds: 600 } },
  }),
);
const agent = await interlock.addAgent('support-bot', { teams: ['support'] });
const clerk = await interlock.addUser('fiona', ['finance']);
stripe.charges.set('ch_part', { amount: 300_00, amount_refunded: 100_00, currency: 'eur' });
stripe.charges.set('ch_large', { amount: 9_000_00, currency: 'usd' });
stripe.charges.set('ch_yen', { amount: 80_000, currency: 'jpy' });
stripe.charges.set('ch_secret', { amount: 100, currency: 'usd' });
stripe.intents.set('pi_small', {
  amount: 400_00,
  currency: 'usd',
  latest_charge: { amount: 400_00, amount_refunded: 150_00, currency: 'usd' },
});

const refund = (fields: Readonly<Record<string, unknown>>) => runClient(agent, 'stripe', { args: [fields] });
const moved = (note: string) => stripe.movements.filter((one) => one.fields['metadata[note]'] === note);

async function verdictOf(counterparty: string) {
  const all = await interlock.bodies('verdict');
  const own = all.findLast((one) => one.actions[0]?.facts['counterparty'] === counterparty);
  assert.ok(own !== undefined);
  return { own, asked: all.filter((one) => one.cause === own.exchange), facts: own.actions[0]?.facts ?? {} };
}

describe('a refund that does not say how much', () => {
  it('goes when what is left of its charge is small, and the question is on record with its cause', async () => {
    const said = await refund({ charge: 'ch_part', metadata: { note: 'part' } });
    assert.ok(said.ok, JSON.stringify(said.error));
    assert.deepEqual(moved('part')[0]?.fields, { charge: 'ch_part', 'metadata[note]': 'part' }, 'sent as it was asked');
    const { own, asked, facts } = await verdictOf('ch_part');
    assert.deepEqual(
      [own.policies, facts['amountKnown'], facts['amountMinor'], facts['currency'], facts['currencySource']],
      [['refund-small'], true, 200_00, 'EUR', 'lookup'],
    );
    assert.deepEqual(
      asked.map((one) => [one.agent, one.verdict, one.actions[0]?.action, one.actions[0]?.facts['path']]),
      [['support-bot', 'ALLOW', 'http.read', '/v1/charges/ch_part']],
    );
  });

  it('is known by what is left of the charge of its intent', async () => {
    assert.ok((await refund({ payment_intent: 'pi_small' })).ok);
    assert.equal((await verdictOf('pi_small')).facts['amountMinor'], 250_00);
  });

  it('waits when it is large, and the approver sees how much', async () => {
    const said = await refund({ charge: 'ch_large', metadata: { note: 'large' } });
    const message = String(said.error['message']);
    assert.match(message, /refund-large/);
    const ticket = (await interlock.tickets()).find((one) => one.id === ticketIn(message));
    assert.equal(ticket?.actions[0]?.facts['amountMinor'], 9_000_00);
    await interlock.operator.decideTicket(ticket?.id ?? '', 'approve', clerk);
    const retry = await refund({ charge: 'ch_large', metadata: { note: 'large' } });
    assert.ok(retry.ok, `the same refund, asked for again, is the approved one: ${JSON.stringify(retry.error)}`);
    assert.equal(moved('large').length, 1);
  });

  it('does not go on an approval for another amount', async () => {
    stripe.charges.set('ch_grows', { amount: 1_000_00, currency: 'usd' });
    const said = await refund({ charge: 'ch_grows', metadata: { note: 'grows' } });
    const ticket = ticketIn(String(said.error['message']));
    await interlock.operator.decideTicket(ticket, 'approve', clerk);
    stripe.charges.set('ch_grows', { amount: 90_000_00, currency: 'usd' });
    const retry = await refund({ charge: 'ch_grows', metadata: { note: 'grows' } });
    assert.match(String(retry.error['message']), /what was approved has changed/);
    assert.equal(moved('grows').length, 0);
  });
});

describe('a refund that names its amount', () => {
  it('is in the currency of its charge, and its amount stays its own', async () => {
    const said = await refund({ charge: 'ch_yen', amount: 40_000 });
    assert.match(String(said.error['message']), /refund-large/, '400.00 of the assumed dollars would have been small');
    const { facts } = await verdictOf('ch_yen');
    assert.deepEqual([facts['amountMinor'], facts['currency'], facts['currencySource']], [40_000, 'JPY', 'lookup']);
  });
});

describe('a look-up that fails', () => {
  it('leaves the amount unknown: no such charge, or policy forbids the question', async () => {
    for (const charge of ['ch_unknown', 'ch_secret']) {
      const said = await refund({ charge });
      assert.match(String(said.error['message']), /refund-unknown-amount/, charge);
      assert.equal((await verdictOf(charge)).facts['amountKnown'], false);
    }
    assert.deepEqual(
      (await verdictOf('ch_secret')).asked.map((one) => [one.verdict, one.policies]),
      [['BLOCK', ['no-secret-charge']]],
    );
  });
});
