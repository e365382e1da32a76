// The second story: an agent refunds more than it may alone, with the real Stripe SDK, and finance decides.

import { runClient } from '../test/support/agent-client.ts';
import type { Interlock } from '../test/support/interlock.ts';
import type { StripeOrigin } from '../test/support/stripe-origin.ts';
import { waitFor } from '../test/support/wait-for.ts';
import type { Narrator } from './narrator.ts';

export async function tellRefundStory(tell: Narrator, interlock: Interlock, stripe: StripeOrigin): Promise<void> {
  tell.chapter('An agent refunds 4,200 US dollars');
  const agent = await interlock.addAgent('support-bot', { teams: ['support'] });
  const clerk = await interlock.addUser('finance-desk', ['finance']);
  const refund = (amount: number) => runClient(agent, 'stripe', { args: [{ charge: 'ch_known', amount }] });

  tell.say('support-bot may refund up to 500. It refunds 12.50 with the Stripe SDK:');
  const small = await refund(12_50);
  tell.check(small.ok && stripe.movements.length === 1, `done at once: ${String(small.result['id'])}`);

  tell.say('Then a customer talks it into refunding 4,200.00. The SDK call hangs, because Interlock holds it:');
  const asked = refund(4200_00);
  const ticket = await waitFor(async () => (await interlock.tickets('pending'))[0]);
  const shown = await interlock.cli(['tickets', 'show', ticket.id]);
  tell.quote(`$ interlock tickets show ${ticket.id}\n${shown.stdout}`);
  tell.check(stripe.movements.length === 1, 'nothing has reached Stripe');

  const own = await interlock.cli(['tickets', 'approve', ticket.id], { INTERLOCK_TOKEN: agent.token });
  tell.check(own.code === 1 && stripe.movements.length === 1, "the agent's own token cannot approve it");

  tell.say('The finance desk approves it:');
  const approved = await interlock.cli(['tickets', 'approve', ticket.id], { INTERLOCK_TOKEN: clerk });
  tell.quote(`$ interlock tickets approve ${ticket.id}\n${approved.stdout.split('\n', 1)[0] ?? ''}`);
  tell.check(approved.code === 0, 'the approval is taken');
  const large = await asked;
  tell.check(large.ok, `the SDK call returns as if nothing had been: ${String(large.result['id'])}`);
  tell.check(stripe.movements.filter((one) => one.fields['amount'] === '420000').length === 1, '4,200.00 went out exactly once');

  tell.say('It tries 4,300.00 as well, and the finance desk says no:');
  const second = refund(4300_00);
  const other = await waitFor(async () => (await interlock.tickets('pending'))[0]);
  await interlock.cli(['tickets', 'deny', other.id], { INTERLOCK_TOKEN: clerk });
  const denied = await second;
  tell.quote(`${String(denied.error['name'])}: ${String(denied.error['message'])}`);
  tell.check(!denied.ok && String(denied.error['name']).startsWith('Stripe'), "the SDK raises its own error class, with Interlock's reason in it");
  tell.check(!stripe.movements.some((one) => one.fields['amount'] === '430000'), 'not a cent of it left');
}
