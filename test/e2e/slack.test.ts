// Sign-off in Slack, end to end: a refund waits, its card arrives, and one click by the right person lets it out exactly once.

import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { runClient } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { buttonsOf, signed, startSlackOrigin, type SignedInteraction } from '../support/slack-origin.ts';
import { startStripeOrigin } from '../support/stripe-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const TOKEN = 'xoxb-0000-dummy-token-for-tests';
const CHANNEL = 'C0FINANCE';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const secrets = mkdtempSync(join(tmpdir(), 'interlock-slack-'));
stack.defer(() => rm(secrets, { recursive: true }));
const botTokenFile = join(secrets, 'token');
const signingSecretFile = join(secrets, 'secret');
writeFileSync(botTokenFile, TOKEN, { mode: 0o600 });
writeFileSync(signingSecretFile, SECRET, { mode: 0o600 });

const ca = stack.use(await createThrowawayCa());
const stripe = stack.use(await startStripeOrigin(ca));
const slack = stack.use(
  await startSlackOrigin({ leaf: await ca.issue(['slack.com']), token: TOKEN, secret: SECRET, channels: [CHANNEL] }),
);
const person = (id: string, member: string) => ({ uid: { type: 'User', id }, attrs: { slack: member }, parents: [] });
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { 'api.stripe.com': stripe.address, 'slack.com': slack.address },
    entities: [
      { uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] },
      person('fiona', 'U0FIONA'),
      person('ada', 'U0ADA'),
      person('mallory', 'U0MALLORY'),
    ],
    config: {
      approvals: { holdSeconds: 600, grantSeconds: 600 },
      slack: { botTokenFile, signingSecretFile, channels: { finance: CHANNEL }, publicUrl: 'https://interlock.example.com/' },
    },
  }),
);
const agent = await interlock.addAgent('support-bot', { teams: ['support'], user: 'ada' });
const clerk = await interlock.addUser('fiona', ['finance']);
await interlock.addUser('ada', ['finance']);
await interlock.addUser('mallory', ['maintainers']);

function refund(amount: number, note: string) {
  return runClient(agent, 'stripe', { args: [{ charge: 'ch_known', amount, metadata: { note } }] });
}

const moved = (note: string) => stripe.movements.filter((one) => one.fields['metadata[note]'] === note);
const cardOf = (amount: string) => waitFor(() => slack.messages.find((one) => JSON.stringify(one.blocks).includes(amount)));
const titled = (amount: string, title: string) =>
  waitFor(async () => ((await cardOf(amount)).text.startsWith(title) ? cardOf(amount) : undefined));

async function send({ body, headers }: SignedInteraction): Promise<number> {
  const answer = await fetch(`${interlock.gateway.consoleUrl}/v1/slack/interactions`, { method: 'POST', headers, body });
  return answer.status;
}

describe('a refund above the ceiling', () => {
  it('comes as a card, goes out once when fiona clicks, and the card says so', async () => {
    const asked = refund(4200_00, 'click');
    const card = await cardOf('4200.00 USD');
    assert.match(JSON.stringify(card.blocks), /refund-large.*0 of 1 signed by finance/);
    assert.equal(moved('click').length, 0);
    const click = slack.click(card, 'approve');
    assert.equal(await send(click), 200);
    const said = await asked;
    assert.ok(said.ok, JSON.stringify(said.error));
    await titled('4200.00 USD', 'Approved and sent');
    assert.equal(await send(click), 401, 'the same request again is a replay');
    assert.equal(moved('click').length, 1);
    const approved = (await interlock.bodies('ticket')).find(({ move }) => move === 'approved');
    assert.deepEqual([approved?.by, approved?.channel], ['fiona', 'slack']);
  });

  it('stays where it is for strangers, the one who asked, others, and forgers; then fiona denies it', async () => {
    const asked = refund(4300_00, 'deny');
    const card = await cardOf('4300.00 USD');
    const from = slack.whispers.length;
    for (const user of ['U0STRANGER', 'U0ADA', 'U0MALLORY'])
      assert.equal(await send(slack.click(card, 'approve', { user })), 200);
    await waitFor(() => (slack.whispers.length === from + 3 ? true : undefined));
    const payload: unknown = JSON.parse(new URLSearchParams(slack.click(card, 'approve').body).get('payload') ?? '');
    assert.equal(await send(signed('not-the-signing-secret', payload)), 401);
    assert.equal(await send(signed(SECRET, payload, Math.floor(Date.now() / 1000) - 400)), 401);
    assert.equal(await send(slack.click(card, 'approve', { team: 'T0OTHER' })), 200);
    assert.equal(await send(slack.click(card, 'deny')), 200);
    const said = await asked;
    assert.ok(!said.ok);
    assert.match(String(said.error['message']), /refund-large/);
    assert.equal(moved('deny').length, 0);
    await titled('4300.00 USD', 'Denied');
    // A click is answered before it is looked at.
    const refused = await waitFor(async () => {
      const moves = await interlock.bodies('ticket');
      const found = moves.filter(({ move, channel }) => move === 'refused' && channel === 'slack');
      return found.length >= 4 ? found : undefined;
    });
    assert.deepEqual(refused.map(({ by }) => by).toSorted(), ['ada', 'mallory', null, null].toSorted());
  });

  it('is told on the card when it is decided at the command line; a late click hears by whom', async () => {
    const asked = refund(4400_00, 'cli');
    const card = await cardOf('4400.00 USD');
    const late = slack.click(card, 'deny');
    const ticket = (await interlock.tickets('pending'))[0]?.id ?? '';
    const said = await interlock.cli(['tickets', 'approve', ticket], { INTERLOCK_TOKEN: clerk });
    assert.equal(said.code, 0, said.stderr);
    assert.ok((await asked).ok);
    await titled('4400.00 USD', 'Approved and sent');
    assert.equal(await send(late), 200);
    await waitFor(() => slack.whispers.find(({ text }) => text.includes('already approved by fiona')));
    assert.equal(moved('cli').length, 1);
  });

  it('goes out once with 500.00 when fiona chooses that in the Edit dialogue', async () => {
    const asked = refund(4700_00, 'edit');
    const card = await cardOf('4700.00 USD');
    assert.match(JSON.stringify(card.blocks), /May be approved instead\\nrefund-500: /);
    assert.ok(!buttonsOf(card).has('scope'), 'the policy gives nothing beyond this once');
    assert.equal(await send(slack.click(card, 'edit')), 200);
    const { view } = await waitFor(() => slack.views.at(-1));
    assert.equal(await send(slack.submit(view, 'no-such-offer', 'U0FIONA')), 200);
    await waitFor(() => slack.whispers.find(({ text }) => text.includes('does not offer no-such-offer')));
    assert.equal(moved('edit').length, 0);
    const choice = slack.submit(view, 'refund-500', 'U0FIONA');
    assert.equal(await send(choice), 200);
    const said = await asked;
    assert.ok(said.ok, JSON.stringify(said.error));
    await titled('4700.00 USD', 'Approved and sent');
    assert.match(JSON.stringify(card.blocks), /With the edit refund-500: /);
    assert.equal(await send(choice), 401, 'the same submission again is a replay');
    assert.deepEqual(
      moved('edit').map(({ fields }) => fields['amount']),
      ['50000'],
    );
    const approved = (await interlock.bodies('ticket')).findLast(({ move }) => move === 'approved');
    assert.deepEqual([approved?.by, approved?.channel], ['fiona', 'slack']);
    assert.match(approved?.note ?? '', /with the edit refund-500/);
  });

  it('can be decided while Slack is down, which the log says once; the token is nowhere', async () => {
    slack.trouble = 'down';
    const asked = refund(4500_00, 'down');
    const ticket = await waitFor(async () => (await interlock.tickets('pending'))[0]?.id);
    await interlock.operator.decideTicket(ticket, 'approve', clerk);
    assert.ok((await asked).ok);
    assert.equal(moved('down').length, 1);
    await waitFor(() => interlock.gateway.log().includes('Slack can not be reached') || undefined);
    slack.trouble = null;
    const next = refund(4600_00, 'back');
    await send(slack.click(await cardOf('4600.00 USD'), 'deny'));
    assert.ok(!(await next).ok);
    await waitFor(() => (interlock.gateway.log().includes('Slack answers again') ? true : undefined));
    assert.equal(interlock.gateway.log().split('Slack can not be reached').length, 2);
    const metrics = await (await fetch(`${interlock.gateway.consoleUrl}/metrics`)).text();
    assert.match(metrics, /interlock_slack_calls\{outcome="sent"\} [1-9]/);
    assert.ok(!interlock.gateway.log().includes(TOKEN));
    assert.ok(!JSON.stringify(await interlock.tail()).includes(TOKEN));
  });
});
