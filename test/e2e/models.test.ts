// The real SDKs of the model vendors: an allowed request arrives as it was sent, a blocked one raises the SDK's own error, once.

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { runCalls } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { MODEL_HOSTS, startModelOrigin } from '../support/model-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startModelOrigin(ca));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: Object.fromEntries(MODEL_HOSTS.map((host) => [host, origin.address])),
    entities: MODEL_HOSTS.map((id) => ({ uid: { type: 'Host', id }, attrs: {}, parents: [{ type: 'HostList', id: 'models' }] })),
    policies: `@id("no-wires")
@reason("No model is offered a tool that wires money.")
forbid (principal, action == Action::"llm.request", resource)
when { context has tools && context.tools.contains("wire_money") };`,
    config: { approvals: { holdSeconds: 1 } },
  }),
);
const agent = await interlock.addAgent('thinker');
/** What each SDK throws for a 403. */
const VENDORS: Readonly<Record<string, RegExp>> = {
  openai: /^PermissionDeniedError$/,
  anthropic: /^PermissionDeniedError$/,
  gemini: /^ApiError$/,
  mistral: /^(?:SDKError|MistralError)$/,
  cohere: /^ForbiddenError$/,
  ollama: /^ResponseError$/,
  bedrock: /^AccessDeniedException$/,
};

/** What each SDK sends when nothing is in between. */
const vendors = Object.keys(VENDORS);
const straight = await runCalls({ env: { NODE_EXTRA_CA_CERTS: ca.certFile } }, 'models', {
  calls: vendors.map((vendor) => [vendor, 'lookup']),
  base: `https://localhost:${origin.port}`,
});
const plain = origin.received.map(({ digest }) => digest);
assert.ok(straight.every(({ ok }) => ok) && plain.length === vendors.length, JSON.stringify(straight));

const said = await runCalls(agent, 'models', {
  calls: vendors.flatMap((vendor) => [
    [vendor, 'lookup'],
    [vendor, 'wire_money'],
  ]),
});
const through = origin.received.slice(plain.length).map(({ digest }) => digest);
const verdicts = await interlock.bodies('verdict');

for (const [index, [vendor, error]] of Object.entries(VENDORS).entries()) {
  it(`${vendor}: what is allowed arrives as the SDK made it, what is blocked is its own error with our reason, once`, () => {
    const [allowed, blocked] = said.slice(2 * index, 2 * index + 2);
    assert.ok(allowed?.ok, JSON.stringify(allowed?.error));
    assert.equal(through[index], plain[index]);
    assert.match(String(blocked?.error['name']), error, JSON.stringify(blocked));
    assert.match(JSON.stringify(blocked?.error), /no-wires/);
    assert.deepEqual(
      verdicts.slice(2 * index, 2 * index + 2).map(({ verdict, actions }) => [verdict, actions[0]?.facts['tools']]),
      [
        ['ALLOW_LOG', ['lookup']],
        ['BLOCK', ['wire_money']],
      ],
    );
  });
}

it('nothing was asked twice', () => {
  assert.deepEqual([through.length, verdicts.length], [vendors.length, 2 * vendors.length]);
});

it('a tool that the provider would run waits for a maintainer, though no call of it would ever pass here', async () => {
  const received = origin.received.length;
  const [said] = await runCalls(agent, 'models', { calls: [['responses', 'crm']] });
  assert.match(JSON.stringify(said?.error), /llm-reaches-out.*ticket t/);
  assert.equal(origin.received.length, received);
  const [open] = await interlock.tickets('pending');
  assert.deepEqual(open?.actions[0]?.facts['toolHosts'], ['mcp.example.com']);
});
