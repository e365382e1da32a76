// The real Stripe SDK against a local Stripe: small refunds go, large ones wait for finance, and a refusal is Stripe's own error.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, describe, it } from 'node:test';
import { runClient } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { startStripeOrigin } from '../support/stripe-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { ticketIn } from '../support/ticket-in.ts';
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
    config: { approvals: { holdSeconds: 2, grantSeconds: 600 } },
  }),
);
let agent = await interlock.addAgent('support-bot', { teams: ['support'], user: 'ada' });
const clerk = await interlock.addUser('fiona', ['finance']);
const bystander = await interlock.addUser('mallory', ['maintainers']);
const ada = await interlock.addUser('ada', ['finance']);

function refund(amount: number, note: string, charge = 'ch_known') {
  return runClient(agent, 'stripe', { args: [{ charge, amount, metadata: { note } }] });
}

function moved(note: string) {
  return stripe.movements.filter((one) => one.fields['metadata[note]'] === note);
}

async function ticketOf(note: number): Promise<string> {
  return waitFor(async () => {
    const open = await interlock.tickets('pending');
    return open.find((one) => one.actions[0]?.facts['amountMinor'] === note)?.id;
  });
}

const decide = (decision: 'approve' | 'deny', ticket: string, token: string, run = interlock.cli) =>
  run(['tickets', decision, ticket, '--json'], { INTERLOCK_TOKEN: token });

/** Asked for at once, because each is held for its time before it is refused with its ticket. */
const NOBODY_DECIDES = ['late', 'swap', 'granted', 'pending', 'all'] as const;
const heldOut = new Map(
  await Promise.all(
    NOBODY_DECIDES.map(async (note, index) => {
      const said =
        note === 'all'
          ? await runClient(agent, 'stripe', { args: [{ charge: 'ch_known', metadata: { note } }] })
          : await refund(600_000 + index, note);
      assert.ok(!said.ok, note);
      return [
        note,
        { message: String(said.error['message']), amount: 600_000 + index, ticket: ticketIn(String(said.error['message'])) },
      ] as const;
    }),
  ),
);

// What is decided from here on is held for as long as that takes.
const configuration: object = JSON.parse(await readFile(interlock.configFile, 'utf8'));
await writeFile(interlock.configFile, JSON.stringify({ ...configuration, approvals: { holdSeconds: 600, grantSeconds: 600 } }));
await interlock.restart();
agent = interlock.login(agent.username, agent.token);

function refused(note: (typeof NOBODY_DECIDES)[number]) {
  const one = heldOut.get(note);
  assert.ok(one !== undefined && one.ticket !== '', `${note}: ${one?.message}`);
  assert.equal(moved(note).length, 0, note);
  return one;
}

describe('a small refund', () => {
  it('goes out as it was sent', async () => {
    const said = await refund(12_50, 'small');
    assert.ok(said.ok, JSON.stringify(said.error));
    assert.equal(said.result['object'], 'refund');
    assert.equal(moved('small').length, 1);
    const verdict = (await interlock.bodies('verdict')).find((one) => one.actions[0]?.facts['amountMinor'] === 1250);
    assert.equal(verdict?.verdict, 'ALLOW');
    assert.deepEqual(verdict?.policies, ['refund-small']);
    assert.equal(verdict?.actions[0]?.facts['currencySource'], 'assumed');
  });

  it("goes out through Stripe's own proxy agent too", async () => {
    const said = await runClient(agent, 'stripe', {
      agent: true,
      args: [{ charge: 'ch_known', amount: 700, metadata: { note: 'agent' } }],
    });
    assert.ok(said.ok, JSON.stringify(said.error));
    assert.equal(moved('agent').length, 1);
  });
});

describe('a refund above the ceiling', () => {
  it('waits, and goes out once when finance approves in time', async () => {
    const asked = refund(4200_00, 'held');
    const ticket = await ticketOf(420_000);
    assert.equal(moved('held').length, 0, 'nothing leaves before the approval');
    const approved = await decide('approve', ticket, clerk, interlock.command);
    assert.equal(approved.code, 0, approved.stderr);
    const said = await asked;
    assert.ok(said.ok, JSON.stringify(said.error));
    assert.equal(moved('held').length, 1);
    assert.equal(moved('held')[0]?.fields['amount'], '420000');
    assert.ok((await interlock.tickets('spent')).some((one) => one.id === ticket));
  });

  it("is refused as Stripe's own error when finance says no", async () => {
    const asked = refund(4300_00, 'denied');
    const ticket = await ticketOf(430_000);
    assert.equal((await decide('deny', ticket, clerk, interlock.command)).code, 0);
    const said = await asked;
    assert.ok(!said.ok);
    assert.match(String(said.error['name']), /^Stripe/);
    assert.match(String(said.error['message']), /refund-large/);
    assert.equal(said.error['statusCode'], 403);
    assert.equal(moved('denied').length, 0);
  });

  it('names its ticket when nobody decides in time; approved later, the retry goes, once', async () => {
    const { ticket, amount } = refused('late');
    assert.equal((await decide('approve', ticket, clerk)).code, 0);
    // Another idempotency key and a new connection: the binding is the refund, not the bytes around it.
    const retry = await refund(amount, 'late');
    assert.ok(retry.ok, JSON.stringify(retry.error));
    assert.equal(moved('late').length, 1);
    const third = refund(amount, 'late');
    const again = await ticketOf(amount);
    assert.notEqual(again, ticket, 'a spent grant is not used twice: the third waits again');
    assert.equal((await decide('deny', again, clerk)).code, 0);
    assert.ok(!(await third).ok);
    assert.equal(moved('late').length, 1);
  });

  it('does not go when the retry is another refund', async () => {
    const { ticket, amount } = refused('swap');
    assert.equal((await decide('approve', ticket, clerk)).code, 0);
    const swapped = refund(amount, 'swap', 'ch_another');
    assert.equal((await decide('deny', await ticketOf(amount), clerk)).code, 0);
    assert.ok(!(await swapped).ok, 'the approval was for another charge');
    assert.equal(moved('swap').length, 0);
  });
});

describe('who may approve', () => {
  it('not somebody outside the group, not whom the agent acts for, not nobody', async () => {
    const asked = refund(4600_00, 'who');
    const ticket = await ticketOf(460_000);
    const strangers = [bystander, ada, 'no-such-token', agent.token];
    for (const refused of await Promise.all(strangers.map((token) => decide('approve', ticket, token))))
      assert.equal(refused.code, 1, refused.stdout);
    assert.equal(moved('who').length, 0);
    assert.equal((await decide('approve', ticket, clerk)).code, 0);
    assert.ok((await asked).ok);
    assert.equal(moved('who').length, 1);
    assert.equal((await decide('approve', ticket, clerk)).code, 1, 'a spent ticket cannot be approved again');
  });
});

describe('what is no plain refund', () => {
  it('waits when it does not say how much', () => {
    assert.match(refused('all').message, /refund-unknown-amount/);
  });

  it('reads pass', async () => {
    const said = await runClient(agent, 'stripe', { resource: 'charges', method: 'retrieve', args: ['ch_known'] });
    assert.equal(said.result['amount'], 500_000, JSON.stringify(said));
  });

  it('an SDK that retries makes one call of a refusal', async () => {
    const outsider = await interlock.addAgent('outsider');
    const before = (await interlock.bodies('verdict')).length;
    const asked = runClient(outsider, 'stripe', {
      args: [{ charge: 'ch_known', amount: 1, metadata: { note: 'outsider' } }],
    });
    assert.equal((await decide('deny', await ticketOf(1), clerk)).code, 0);
    assert.ok(!(await asked).ok);
    assert.equal((await interlock.bodies('verdict')).length, before + 1);
    assert.equal(moved('outsider').length, 0);
  });
});

describe('a restart', () => {
  it('keeps tickets and grants, and the chain holds', async () => {
    const granted = refused('granted');
    const pending = refused('pending');
    assert.equal((await decide('approve', granted.ticket, clerk)).code, 0);
    await interlock.restart({ warm: true });
    const anew = interlock.login(agent.username, agent.token);
    const states = new Map((await interlock.tickets()).map((one) => [one.id, one.state]));
    assert.equal(states.get(granted.ticket), 'approved');
    assert.equal(states.get(pending.ticket), 'pending');
    const retry = await runClient(anew, 'stripe', {
      args: [{ charge: 'ch_known', amount: granted.amount, metadata: { note: 'granted' } }],
    });
    assert.ok(retry.ok, JSON.stringify(retry.error));
    assert.equal(moved('granted').length, 1);
    assert.equal((await decide('approve', pending.ticket, clerk)).code, 0);
    const report = await interlock.verify();
    assert.equal(report.ok, true, JSON.stringify(report));
  });
});
