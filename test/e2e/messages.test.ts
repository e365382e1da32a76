// Slack's and Twilio's SDKs and npm's publishing library: what is listed arrives as they made it, what is not is their own error.

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { runCalls } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { MESSAGE_HOSTS, startMessageOrigin } from '../support/message-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startMessageOrigin(ca));
const listed = (type: string, id: string) => ({ uid: { type, id }, attrs: { writes: true }, parents: [] });
const interlock = stack.use(
  await startInterlock({
    caFiles: [ca.certFile],
    hosts: Object.fromEntries(MESSAGE_HOSTS.map((host) => [host, origin.address])),
    entities: [listed('Channel', 'slack/C1'), listed('Channel', 'twilio/+15550100'), listed('Package', 'npm/@acme/site')],
    policies: `@id("no-strangers")
@reason("Nothing is said or published where nobody listed it.")
forbid (principal, action in [Action::"message.send", Action::"publish.package"], resource)
unless { (resource is Channel && resource has writes) || (resource is Package && resource has writes) };`,
  }),
);
const agent = await interlock.addAgent('talker', { teams: ['engineering'] });

/** What is listed, what is not, and what the client throws for it. */
const CLIENTS: Readonly<Record<string, readonly [good: string, bad: string, error: RegExp]>> = {
  slack: ['C1', 'C2', /restricted_action/],
  twilio: ['+15550100', '+15550101', /RestException|RestError/],
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

for (const [index, [client, [good, bad, error]]] of Object.entries(CLIENTS).entries()) {
  it(`${client}: what is allowed arrives as it was made, what is blocked is its own error with our reason, once`, async () => {
    const [received, judged] = [origin.received.length, (await interlock.bodies('verdict')).length];
    const [allowed, blocked] = await runCalls(agent, 'messages', {
      calls: [
        [client, good],
        [client, bad],
      ],
    });
    assert.ok(allowed?.ok, JSON.stringify(allowed?.error));
    assert.deepEqual(await bodies(received), [plain[index]]);
    assert.match(JSON.stringify(blocked?.error), error);
    assert.match(JSON.stringify(blocked?.error), /no-strangers/);
    const verdicts = (await interlock.bodies('verdict')).slice(judged).filter(({ verdict }) => verdict !== 'ALLOW');
    assert.deepEqual(
      verdicts.map(({ verdict }) => verdict),
      ['ALLOW_LOG', 'BLOCK'],
    );
  });
}
