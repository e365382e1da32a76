// `enforcement: monitor` with the real gateway: everything goes out as it came, what would have been is on record, and everybody is told.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Interlock } from '../../src/client/interlock.ts';
import { curl, runClient } from '../support/agent-client.ts';
import { askGateway } from '../support/ask-gateway.ts';
import { cloneRepository, seedRepository } from '../support/git-client.ts';
import { startGithubOrigin } from '../support/github-origin.ts';
import { startInterlock } from '../support/interlock.ts';
import { startStripeOrigin } from '../support/stripe-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const stripe = stack.use(await startStripeOrigin(ca));
const github = stack.use(await startGithubOrigin(ca));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { 'api.stripe.com': stripe.address, 'github.com': github.web.address, 'api.github.com': github.api.address },
    entities: [{ uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] }],
    policies: `@id("never-999") @reason("no")
forbid(principal, action == Action::"payment.refund", resource) when { context has amountMinor && context.amountMinor == 999 };`,
    config: { enforcement: 'monitor' },
  }),
);
const agent = await interlock.addAgent('bot', { teams: ['support', 'engineering'], user: 'ada' });

async function lastVerdict(action: string) {
  return (await interlock.bodies('verdict')).findLast((one) => one.actions[0]?.action === action);
}

describe('while nothing is enforced', () => {
  it('a refund that would wait goes at once, and no ticket is opened', async () => {
    const said = await runClient(agent, 'stripe', { args: [{ charge: 'ch_known', amount: 600_000 }] });
    assert.ok(said.ok, JSON.stringify(said.error));
    assert.equal(stripe.movements.length, 1);
    const verdict = await lastVerdict('payment.refund');
    assert.deepEqual([verdict?.verdict, verdict?.enforcement, verdict?.ticket], ['WAIT', 'monitor', null]);
    assert.deepEqual(await interlock.tickets(), []);
  });

  it('a question is answered by policy and says that nothing holds anybody to it; asking for approval opens no ticket', async () => {
    const head = 'POST /v1/refunds HTTP/1.1\r\nHost: api.stripe.com\r\nContent-Type: application/x-www-form-urlencoded\r\n';
    const message = { context: { request: `${head}\r\ncharge=ch_known&amount=600000`, park: true } };
    const { status, body } = await askGateway(agent, '/access/v1/evaluation', message);
    const { verdict, enforcement, ticket, error } = body.context;
    assert.deepEqual(
      [status, body.decision, verdict, enforcement, ticket, error.code],
      [200, false, 'WAIT', 'monitor', null, 'QUESTION_FORBIDDEN'],
    );
    assert.match(error.message, /nothing is enforced here/);
    assert.deepEqual(await interlock.tickets(), []);
  });

  it('a push that would become a pull request lands where it was pushed to', async () => {
    await seedRepository(await github.createRepository('acme', 'app'));
    await using clone = await cloneRepository(agent, 'acme', 'app');
    const commit = await clone.commit('main', 'as it is\n');
    const pushed = await clone.git('push', 'origin', 'HEAD:main');
    assert.equal(pushed.code, 0, pushed.stderr);
    assert.equal(await github.refOf('acme', 'app', 'refs/heads/main'), commit);
    const verdict = await lastVerdict('repo.push');
    assert.deepEqual([verdict?.verdict, verdict?.enforcement], ['CONSTRAIN', 'monitor']);
  });

  it('a request that would be blocked goes, and an agent that is nobody is still refused', async () => {
    const said = await runClient(agent, 'stripe', { args: [{ charge: 'ch_known', amount: 999 }] });
    assert.ok(said.ok, JSON.stringify(said.error));
    const verdict = await lastVerdict('payment.refund');
    assert.deepEqual([verdict?.verdict, verdict?.enforcement], ['BLOCK', 'monitor']);
    const stranger = interlock.login('nobody', 'il_agent_nothing');
    const refused = await runClient(stranger, 'stripe', { args: [{ charge: 'ch_known', amount: 1 }] });
    assert.ok(!refused.ok, 'identity is no policy');
    assert.equal(stripe.movements.length, 2);
  });
});

describe('it is unmistakable', () => {
  it('on the health pages, in the metrics, in the log and in the start entry', async () => {
    const { consoleUrl } = interlock.gateway;
    const told = async (path: string) => (await fetch(`${consoleUrl}${path}`)).text();
    for (const path of ['/healthz', '/readyz', '/v1/sign-in']) assert.match(await told(path), /"enforcement":"monitor"/, path);
    assert.match(await told('/metrics'), /^interlock_enforcing 0$/m);
    assert.match(interlock.gateway.log(), /NOTHING IS ENFORCED/);
    assert.match(interlock.gateway.log(), /!!!!!!!!/);
    const start = (await interlock.tail()).map(({ body }) => body).find((body) => body.type === 'start');
    assert.equal(start?.type === 'start' && start.enforcement, 'monitor');
    assert.equal((await interlock.verify()).ok, true);
  });
});

it('a plan moves on as it would: what follows a step that went is no drift, and what would be blocked is no step', async () => {
  const login = interlock.login(`${agent.username}~plan`, agent.token);
  const client = new Interlock({ proxyUrl: login.env['HTTPS_PROXY'] ?? '' });
  const request = (path: string) =>
    `GET ${path} HTTP/1.1\r\nHost: api.stripe.com\r\nAuthorization: Basic c2tfdGVzdF9pbnRlcmxvY2s6\r\n\r\n`;
  const plan = await client.submitPlan({
    steps: [{ request: request('/v1/charges/ch_known') }, { request: request('/v1/refunds') }],
  });
  assert.equal(plan.state, 'accepted', JSON.stringify(plan.blocked));
  const get = (path: string) => curl(login, [`https://api.stripe.com${path}`, '-u', 'sk_test_interlock:']);
  for (const path of ['/v1/customers/cus_1', '/v1/charges/ch_known', '/v1/refunds']) await get(path);
  const seen = (await interlock.bodies('verdict')).slice(-3);
  assert.deepEqual(
    seen.map((one) => [one.actions[0]?.facts['plan.expected'], one.plan?.step]),
    [
      [false, undefined],
      [true, 1],
      [true, 2],
    ],
  );
  await waitFor(async () => ((await client.plan(plan.id)).state === 'completed' ? true : undefined));
});
