// Slack's and Twilio's SDKs and npm's publishing library: what is listed arrives as they made it, what is not is their own error. Who is let in
// is for people to say.

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import type { EntityRef } from '../../src/classify/action.ts';
import { runCalls } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { MESSAGE_HOSTS, startMessageOrigin } from '../support/message-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { ticketIn } from '../support/ticket-in.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startMessageOrigin(ca));
const listed = (type: string, id: string) => ({ uid: { type, id }, attrs: { writes: true }, parents: [] });
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: Object.fromEntries(MESSAGE_HOSTS.map((host) => [host, origin.address])),
    entities: [
      ...['slack/C1', 'twilio/+15550100', 'twilio/CH1'].map((id) => listed('Channel', id)),
      listed('Package', 'npm/@acme/site'),
    ],
    config: { approvals: { holdSeconds: 1, grantSeconds: 600 } },
    policies: `@id("no-strangers")
@reason("Nothing is said or published where nobody listed it.")
forbid (principal, action in [Action::"message.send", Action::"publish.package"], resource)
unless { (resource is Channel && resource has writes) || (resource is Package && resource has writes) };`,
  }),
);
const agent = await interlock.addAgent('talker', { teams: ['engineering'] });
const maintainer = await interlock.addUser('mara', ['maintainers']);

const REST_ERROR = /RestException|RestError/;

/** What is listed, what is not, and what the client throws for it. */
const CLIENTS: Readonly<Record<string, readonly [good: string, bad: string, error: RegExp]>> = {
  slack: ['C1', 'C2', /restricted_action/],
  twilio: ['+15550100', '+15550101', REST_ERROR],
  'twilio call': ['+15550100', '+15550101', REST_ERROR],
  'twilio code': ['+15550100', '+15550101', REST_ERROR],
  'twilio flow': ['+15550100', '+15550101', REST_ERROR],
  'twilio conversation': ['CH1', 'CH2', REST_ERROR],
  npm: ['@acme/site', '@acme/other', /E403|HttpErrorGeneral/],
};

const straight = await runCalls({ env: { NODE_EXTRA_CA_CERTS: ca.certFile } }, 'messages', {
  calls: Object.entries(CLIENTS).map(([client, [good]]) => [client, good]),
  base: `https://localhost:${origin.port}`,
});
assert.ok(
  straight.every(({ ok }) => ok),
  JSON.stringify(straight),
);
const written = (method: string): boolean => method === 'POST' || method === 'PUT';
/** npm writes the registry's own address into what it publishes. */
const bodies = (from: number): Promise<string[]> =>
  Promise.all(
    origin.received
      .slice(from)
      .filter(({ method }) => written(method))
      .map(async (one) => (await one.body()).toString('latin1').replaceAll(`localhost:${origin.port}`, 'registry.example.com')),
  );
const plain = await bodies(0);
assert.equal(plain.length, Object.keys(CLIENTS).length);

const [received, judged] = [origin.received.length, (await interlock.bodies('verdict')).length];
const said = await runCalls(agent, 'messages', {
  calls: Object.entries(CLIENTS).flatMap(([client, [good, bad]]) => [
    [client, good],
    [client, bad],
  ]),
});
const arrived = await bodies(received);
const verdicts = (await interlock.bodies('verdict')).slice(judged).filter(({ verdict }) => verdict !== 'ALLOW');

for (const [index, [client, [, , error]]] of Object.entries(CLIENTS).entries()) {
  it(`${client}: what is allowed arrives as it was made, what is blocked is its own error with our reason, once`, () => {
    const [allowed, blocked] = said.slice(2 * index);
    assert.ok(allowed?.ok, JSON.stringify(allowed?.error));
    assert.equal(arrived[index], plain[index]);
    assert.match(JSON.stringify(blocked?.error), error);
    assert.match(JSON.stringify(blocked?.error), /no-strangers/);
    assert.deepEqual(
      verdicts.slice(2 * index, 2 * index + 2).map(({ verdict }) => verdict),
      ['ALLOW_LOG', 'BLOCK'],
    );
  });
}

it('nothing that was refused arrived, and nothing was tried again', () => {
  assert.equal(arrived.length, plain.length);
  assert.equal(verdicts.length, 2 * plain.length);
});

/** What lets people in, whom, and what it is said to be of. */
const INVITATIONS: ReadonlyArray<readonly [call: string, given: string, members: readonly string[], resource: EntityRef]> = [
  ['slack invite', 'C1', ['U1', 'U2'], { type: 'Channel', id: 'slack/C1' }],
  ['slack open', 'U3,U4', ['U3', 'U4'], { type: 'Host', id: 'slack.com' }],
  ['slack invite-shared', 'C1', ['eve@evil.example'], { type: 'Channel', id: 'slack/C1' }],
];

it('slack: whoever is let in is named to the approver, and comes in once, when that is approved', async () => {
  const calls = INVITATIONS.map(([call, given]) => [call, given]);
  const received = origin.received.length;
  const asked = await runCalls(agent, 'messages', { calls });
  assert.equal(origin.received.length, received);
  const tickets = await interlock.tickets();
  for (const [index, [call, , members, resource]] of INVITATIONS.entries()) {
    const said = JSON.stringify(asked[index]?.error);
    assert.match(said, /restricted_action.*message-invite/, call);
    const ticket = tickets.find(({ id }) => id === ticketIn(said));
    const [action] = ticket?.actions ?? [];
    assert.deepEqual([action?.action, action?.facts['members'], action?.resource], ['message.invite', members, resource]);
    await interlock.operator.decideTicket(ticket?.id ?? '', 'approve', maintainer);
  }
  const again = await runCalls(agent, 'messages', { calls });
  assert.ok(
    again.every(({ ok }) => ok),
    JSON.stringify(again),
  );
  assert.deepEqual(
    origin.received.slice(received).map(({ target }) => target),
    ['invite', 'open', 'inviteShared'].map((method) => `/api/conversations.${method}`),
  );
});
