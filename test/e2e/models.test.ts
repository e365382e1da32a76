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

for (const [index, [vendor, error]] of Object.entries(VENDORS).entries()) {
  it(`${vendor}: what is allowed arrives as the SDK made it, what is blocked is its own error with our reason, once`, async () => {
    const [received, judged] = [origin.received.length, (await interlock.bodies('verdict')).length];
    const [allowed, blocked] = await runCalls(agent, 'models', {
      calls: [
        [vendor, 'lookup'],
        [vendor, 'wire_money'],
      ],
    });
    assert.ok(allowed?.ok, JSON.stringify(allowed?.error));
    const through = origin.received.slice(received);
    assert.deepEqual(
      through.map(({ digest }) => digest),
      [plain[index]],
    );
    assert.match(String(blocked?.error['name']), error, JSON.stringify(blocked));
    assert.match(JSON.stringify(blocked?.error), /no-wires/);
    const verdicts = (await interlock.bodies('verdict')).slice(judged);
    assert.deepEqual(
      verdicts.map(({ verdict, actions }) => [verdict, actions[0]?.facts['tools']]),
      [
        ['ALLOW_LOG', ['lookup']],
        ['BLOCK', ['wire_money']],
      ],
    );
  });
}

it('a tool that the provider would run waits for a maintainer, though no call of it would ever pass here', async () => {
  const received = origin.received.length;
  const [said] = await runCalls(agent, 'models', { calls: [['responses', 'crm']] });
  assert.match(JSON.stringify(said?.error), /llm-reaches-out.*ticket t/);
  assert.equal(origin.received.length, received);
  const [open] = await interlock.tickets('pending');
  assert.deepEqual(open?.actions[0]?.facts['toolHosts'], ['mcp.example.com']);
});
