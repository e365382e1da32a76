// Approvers choose something else than what was asked, or more than this once: real Stripe SDK, curl and git.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { runClient } from '../support/agent-client.ts';
import { cloneAddress, seedRepository } from '../support/git-client.ts';
import { GITHUB_TOKEN, startGithubOrigin } from '../support/github-origin.ts';
import { startInterlock } from '../support/interlock.ts';
import { sendJson, startOrigin } from '../support/origin.ts';
import { runCommand } from '../support/run-command.ts';
import { startStripeOrigin } from '../support/stripe-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { ticketIn } from '../support/ticket-in.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const stripe = stack.use(await startStripeOrigin(ca));
const github = stack.use(await startGithubOrigin(ca));
const mails: unknown[] = [];
const mail = stack.use(
  await startOrigin({
    leaf: await ca.issue(['api.resend.com']),
    answer: async (_request, response, received) => {
      mails.push(JSON.parse((await received.body()).toString('utf8')));
      sendJson(response, 200, { id: '49a3999c-0ce1-4ea6-ab68-afcd6dc2e794' });
    },
  }),
);

const POLICIES = `
@id("mail-partner")
@reason("Mail to partners waits.")
@verdict("wait")
@approvers("finance")
@offer("drop-external")
permit (principal, action == Action::"email.send", resource)
when { context has domains && context.domains.contains("partner.example") };

@id("push-release")
@reason("{ref} waits.")
@verdict("wait")
@approvers("maintainers")
@offer("as-pull-request")
permit (principal, action == Action::"repo.push", resource)
when { context has ref && context.ref == "refs/heads/release" };

@id("mail-bank")
@reason("Mail to the bank waits.")
@verdict("wait")
@approvers("finance")
@grant("2x 10m target")
permit (principal, action == Action::"email.send", resource)
when { context has domains && context.domains.contains("bank.example") };
`;
const CONSTRAINTS = `
company-recipients: { type: keep-recipients, domains: [example.com, partner.example, bank.example] }
drop-external: { type: keep-recipients, domains: [example.com] }
as-pull-request: { type: pull-request, prefix: agent/ }
refund-500: { type: set, field: amount, value: 50000 }
`;

const interlock = stack.use(
  await startInterlock({
    caFiles: [ca.certFile],
    hosts: {
      'api.stripe.com': stripe.address,
      'api.resend.com': mail.address,
      'github.com': github.web.address,
      'api.github.com': github.api.address,
    },
    policies: POLICIES,
    constraints: CONSTRAINTS,
    entities: [{ uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] }],
    config: { approvals: { holdSeconds: 30, grantSeconds: 600 } },
  }),
);
const agent = await interlock.addAgent('bot', { teams: ['support', 'engineering'] });
const clerk = await interlock.addUser('fiona', ['finance', 'maintainers']);

const approve = (ticket: string, ...choice: string[]) =>
  interlock.cli(['tickets', 'approve', ticket, ...choice, '--json'], { INTERLOCK_TOKEN: clerk });

const pendingOf = (host: string, amountMinor?: number) =>
  waitFor(async () =>
    (await interlock.tickets('pending')).find(
      (one) => one.host === host && (amountMinor === undefined || one.actions[0]?.facts['amountMinor'] === amountMinor),
    ),
  );

const refund = (amount: number, note: string) =>
  runClient(agent, 'stripe', { args: [{ charge: 'ch_known', amount, metadata: { note } }] });
const moved = (note: string) => stripe.movements.filter((one) => one.fields['metadata[note]'] === note);

/** Sends a mail; gives the answer with its head. */
async function send(subject: string, to: readonly string[]): Promise<string> {
  const { env } = interlock.login('bot', agent.token);
  const body = JSON.stringify({ from: 'a@example.com', to, subject, text: 't' });
  const fields = ['-H', 'Authorization: Bearer re_key', '-H', 'Content-Type: application/json'];
  return (await runCommand('curl', ['-sS', '-i', ...fields, '-d', body, 'https://api.resend.com/emails'], { env })).stdout;
}

/** Held until its time is up, while the others are decided. */
const heldOut = refund(4300_00, 'later');

describe('an offer that is chosen while the client waits', () => {
  it('sends the capped refund, and only that, with a verdict of its own', async () => {
    const asked = refund(4200_00, 'capped');
    const ticket = await pendingOf('api.stripe.com', 420_000);
    assert.deepEqual(
      ticket.offers.map((offer) => [offer.constraint, offer.actions[0]?.facts['amountMinor']]),
      [['refund-500', 50_000]],
    );
    assert.equal(moved('capped').length, 0);
    assert.equal((await approve(ticket.id, '--edit', 'refund-500')).code, 0);
    const said = await asked;
    assert.ok(said.ok, JSON.stringify(said.error));
    assert.deepEqual(
      moved('capped').map((one) => one.fields['amount']),
      ['50000'],
    );
    const verdicts = (await interlock.bodies('verdict')).filter((one) => one.ticket === ticket.id);
    assert.deepEqual(
      verdicts.map((one) => one.verdict),
      ['WAIT', 'CONSTRAIN'],
    );
    assert.deepEqual(verdicts[1]?.constraints, ['refund-500']);
    assert.equal(verdicts[1]?.substitute[0]?.facts['amountMinor'], 50_000);
    assert.ok((verdicts[1]?.changed.length ?? 0) > 0);
    const moves = (await interlock.bodies('ticket')).filter((one) => one.ticket === ticket.id);
    assert.match(moves.find((one) => one.move === 'approved')?.note ?? '', /with the edit refund-500/);
  });

  it('drops the recipients outside, and says so to the client', async () => {
    const asked = send('partner', ['b@example.com', 'c@partner.example']);
    const ticket = await pendingOf('api.resend.com');
    assert.deepEqual(
      ticket.offers.map((offer) => offer.constraint),
      ['drop-external'],
    );
    await approve(ticket.id, '--edit', 'drop-external');
    const stdout = await asked;
    assert.match(stdout, /^interlock-verdict: constrain; entry=\d+; changed="/im, stdout);
    assert.deepEqual(mails, [{ from: 'a@example.com', to: ['b@example.com'], subject: 'partner', text: 't' }]);
  });

  it('makes a pull request of a push whose pack is still unread', async () => {
    await seedRepository(await github.createRepository('acme', 'app'));
    await using clone = await cloneAddress(agent, `https://x-access-token:${GITHUB_TOKEN}@github.com/acme/app.git`);
    const commit = await clone.commit('one', 'one\n');
    const pushing = clone.git('push', 'origin', 'HEAD:refs/heads/release');
    const ticket = await pendingOf('github.com');
    assert.match(ticket.offers[0]?.changed.join() ?? '', /refs\/heads\/release to refs\/heads\/agent\/bot\/release/);
    await approve(ticket.id, '--edit', 'as-pull-request');
    const pushed = await pushing;
    assert.equal(pushed.code, 0, pushed.stderr);
    assert.equal(await github.refOf('acme', 'app', 'refs/heads/release'), null);
    assert.equal(await github.refOf('acme', 'app', 'refs/heads/agent/bot/release'), commit);
    assert.match(pushed.stderr, /remote: Interlock: release was not changed/);
  });
});

describe('an offer that is chosen when the client has gone', () => {
  it('is what the same request becomes when it is repeated, once', async () => {
    const first = await heldOut;
    assert.ok(!first.ok);
    const ticket = ticketIn(String(first.error['message']));
    await approve(ticket, '--edit', 'refund-500');
    await interlock.restart({ warm: true });
    const back = interlock.login('bot', agent.token);
    const again = await runClient(back, 'stripe', {
      args: [{ charge: 'ch_known', amount: 4300_00, metadata: { note: 'later' } }],
    });
    assert.ok(again.ok, JSON.stringify(again.error));
    assert.deepEqual(
      moved('later').map((one) => one.fields['amount']),
      ['50000'],
    );
  });
});

describe('a standing grant', () => {
  const toBank = (subject: string) => send(subject, ['b@example.com', 'd@bank.example']);

  it('lets exactly as many go as it says, is listed, and ends', async () => {
    const asked = toBank('one');
    const ticket = await pendingOf('api.resend.com');
    assert.equal(ticket.scope, '10m 2x target');
    assert.equal((await approve(ticket.id, '--scope')).code, 0);
    assert.match(await asked, /^HTTP\/2 200/m);
    const [grant] = await interlock.operator.listGrants();
    assert.equal(grant?.usesLeft, 2);
    const said = await Promise.all([toBank('two'), toBank('three'), toBank('four')]);
    assert.equal(said.filter((one) => /^HTTP\/2 200/m.test(one)).length, 2, said.join('\n'));
    assert.equal(mails.length, 4);
    assert.deepEqual(await interlock.operator.listGrants(), []);
    const used = (await interlock.bodies('ticket')).filter((one) => one.move === 'used' && one.ticket === ticket.id);
    assert.equal(used.length, 2);
    const verdicts = (await interlock.bodies('verdict')).filter((one) => one.ticket === ticket.id);
    assert.deepEqual(
      verdicts.map((one) => one.verdict),
      ['WAIT', 'WAIT', 'WAIT'],
    );
  });

  it('is taken back by hand, and leaves a whole chain', async () => {
    const [waiting] = await interlock.tickets('pending');
    assert.ok(waiting !== undefined);
    await approve(waiting.id, '--scope');
    const grants = (await interlock.json(['grants', 'list'])) as readonly { id: string; kind: string }[];
    assert.deepEqual(grants.map((one) => one.kind).toSorted(), ['once', 'scoped']);
    for (const { id } of grants) assert.equal((await interlock.cli(['grants', 'revoke', id])).code, 0);
    assert.deepEqual(await interlock.operator.listGrants(), []);
    const voided = (await interlock.bodies('ticket')).filter((one) => one.move === 'voided');
    assert.deepEqual(
      voided.map((one) => [one.by, one.channel]),
      [
        [null, 'cli'],
        [null, 'cli'],
      ],
    );
    assert.equal((await interlock.verify()).ok, true);
  });
});
