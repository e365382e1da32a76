// The real SDKs of the model vendors against answers with calls: what is allowed comes as it was, what is refused is text, and each is on record.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, it } from 'node:test';
import { curl, runCalls } from '../support/agent-client.ts';
import { type Login, startInterlock } from '../support/interlock.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { startToolCallOrigin, TOOL_CALL_HOSTS } from '../support/tool-call-origin.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const STARTER = new URL('../../policies/constraints.yaml', import.meta.url);
const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startToolCallOrigin(ca));
const interlock = stack.use(
  await startInterlock({
    caFiles: [ca.certFile],
    hosts: Object.fromEntries(TOOL_CALL_HOSTS.map((host) => [host, origin.address])),
    entities: TOOL_CALL_HOSTS.map((id) => ({
      uid: { type: 'Host', id },
      attrs: {},
      parents: [{ type: 'HostList', id: 'models' }],
    })),
    policies: `@id("no-mail-abroad")
@reason("{tool} goes to our own domains only.")
forbid (principal == Agent::"careful", action == Action::"llm.tool-call", resource)
when { context has tool && context.tool == "send_email" };

@id("no-calls")
@reason("This agent's model calls nothing.")
forbid (principal == Agent::"silent", action == Action::"llm.tool-call", resource);

@id("mail-needs-people")
@reason("Somebody must look at mail.")
@verdict("wait")
@approvers("maintainers")
permit (principal == Agent::"patient", action == Action::"llm.tool-call", resource)
when { context has tool && context.tool == "send_email" };

@id("mail-home")
@reason("Mail goes to our own address.")
@verdict("constrain")
@constrain("to-us")
permit (principal == Agent::"corrected", action == Action::"llm.tool-call", resource)
when { context has tool && context.tool == "send_email" };`,
    constraints: `${readFileSync(STARTER, 'utf8')}
to-us:
  type: set
  field: /to
  value: us@example.com
`,
    config: { approvals: { holdSeconds: 1 } },
  }),
);

const MAIL = ['send_email', { to: 'eve@evil.example' }];
const LOOK = ['look_up', { what: 'weather' }];
/** What each says when a call is left, and when none is. */
const FORMS: Readonly<Record<string, { readonly calls: string; readonly none: string }>> = {
  chat: { calls: 'tool_calls', none: 'stop' },
  'chat-stream': { calls: 'tool_calls', none: 'stop' },
  responses: { calls: 'completed', none: 'completed' },
  'responses-stream': { calls: 'completed', none: 'completed' },
  messages: { calls: 'tool_use', none: 'end_turn' },
  'messages-stream': { calls: 'tool_use', none: 'end_turn' },
  gemini: { calls: 'STOP', none: 'STOP' },
  'gemini-stream': { calls: 'STOP', none: 'STOP' },
  mistral: { calls: 'tool_calls', none: 'stop' },
  'mistral-stream': { calls: 'tool_calls', none: 'stop' },
  ollama: { calls: 'stop', none: 'stop' },
  'ollama-stream': { calls: 'stop', none: 'stop' },
  cohere: { calls: 'TOOL_CALL', none: 'COMPLETE' },
  'cohere-stream': { calls: 'TOOL_CALL', none: 'COMPLETE' },
  converse: { calls: 'tool_use', none: 'end_turn' },
  'converse-stream': { calls: 'tool_use', none: 'end_turn' },
  'converse-h2': { calls: 'tool_use', none: 'end_turn' },
  'converse-h2-stream': { calls: 'tool_use', none: 'end_turn' },
  'invoke-stream': { calls: 'tool_use', none: 'end_turn' },
  invoke: { calls: 'tool_use', none: 'end_turn' },
  'nova-stream': { calls: 'tool_use', none: 'end_turn' },
  vertex: { calls: 'STOP', none: 'STOP' },
  'vertex-stream': { calls: 'STOP', none: 'STOP' },
};
const names = Object.keys(FORMS);
const streams = names.filter((name) => name.endsWith('stream'));

const agents = new Map<string, Promise<Login>>();

/** Each is told to the gateway once. */
function agentNamed(name: string): Promise<Login> {
  const agent = agents.get(name) ?? interlock.addAgent(name);
  agents.set(name, agent);
  return agent;
}

async function saidTo(agentName: string, asked: readonly string[] = names) {
  const agent = await agentNamed(agentName);
  const said = await runCalls(agent, 'tool-calls', { calls: asked.map((name) => [name, '']) });
  return said.map(({ ok, result, error }) => {
    assert.ok(ok, JSON.stringify(error));
    return result;
  });
}

it('what policy allows reaches every SDK as it was', async () => {
  const said = await saidTo('free');
  assert.deepEqual(
    said.map(({ calls, stop }) => [calls, stop]),
    names.map((name) => [[MAIL, LOOK], FORMS[name]?.calls]),
  );
});

it('a call that policy forbids is text for every SDK, and the other call is still there', async () => {
  const said = await saidTo('careful');
  assert.deepEqual(
    said.map(({ calls, stop }) => [calls, stop]),
    names.map((name) => [[LOOK], FORMS[name]?.calls]),
  );
  for (const { text } of said)
    assert.match(String(text), /The call of "send_email" was not made\. Interlock: .*policy no-mail-abroad; entry \d+/);
  const verdicts = (await interlock.bodies('verdict')).filter(({ agent }) => agent === 'careful');
  const calls = verdicts.filter(({ cause }) => cause !== null);
  assert.equal(calls.length, 2 * names.length);
  assert.ok(
    calls.every(({ cause }) =>
      verdicts.some(({ exchange, actions }) => exchange === cause && actions[0]?.action === 'llm.request'),
    ),
  );
  assert.ok(calls.every(({ actions, verdict }) => (actions[0]?.facts['tool'] === 'send_email') === (verdict === 'BLOCK')));
});

it('where no call is left, the answer ends as one without calls does', async () => {
  const said = await saidTo('silent', streams);
  assert.deepEqual(
    said.map(({ calls, stop }) => [calls, stop]),
    streams.map((name) => [[], FORMS[name]?.none]),
  );
});

it('a constraint changes the arguments that the SDK reads', async () => {
  const said = await saidTo('corrected', streams);
  for (const { calls } of said) assert.deepEqual(calls, [['send_email', { to: 'us@example.com' }], LOOK]);
});

it('a call that needs people waits, is told as such, and once approved the same call passes, once', async () => {
  const mia = await interlock.addUser('mia', ['maintainers']);
  const agent = await interlock.addAgent('patient');
  const asked = ['messages-stream', 'chat-stream', 'gemini-stream', 'converse-stream'];
  const ask = async () => {
    const said = await runCalls(agent, 'tool-calls', { calls: asked.map((name) => [name, '']) });
    return said.map(({ result }) => result);
  };
  const each = (calls: readonly unknown[]) => asked.map(() => calls);
  const first = await ask();
  assert.deepEqual(
    first.map(({ calls }) => calls),
    each([LOOK]),
  );
  for (const { text } of first) assert.match(String(text), /waiting for maintainers.*policy mail-needs-people; ticket t/);
  const tickets = await interlock.tickets('pending');
  assert.equal(tickets.length, asked.length);
  for (const { id } of tickets) await interlock.json(['tickets', 'approve', id], { INTERLOCK_TOKEN: mia });
  assert.deepEqual(
    (await ask()).map(({ calls }) => calls),
    each([MAIL, LOOK]),
  );
  assert.deepEqual(
    (await ask()).map(({ calls }) => calls),
    each([LOOK]),
  );
});

const post = (url: string, body: unknown, ...more: string[]) => [
  ...more,
  ...['-H', 'content-type: application/json', '-d', JSON.stringify(body), url],
];

it("Gemini's stream without events is judged element by element", async () => {
  const agent = await agentNamed('careful');
  const url = 'https://generativelanguage.googleapis.com/v1beta/models/gemini-x:streamGenerateContent';
  const { status, body } = await curl(agent, post(url, { contents: [{ parts: [{ text: 'hello' }] }] }));
  assert.equal(status, 200);
  const parts = JSON.parse(body).flatMap(
    (element: { candidates: [{ content: { parts: unknown[] } }] }) => element.candidates[0].content.parts,
  );
  assert.match(parts[1].text, /The call of "send_email" was not made/);
  assert.deepEqual(parts[2], { functionCall: { name: 'look_up', args: { what: 'weather' } } });
});

it("an answer that can't be read is told in words, in the vendor's own form, over either protocol", async () => {
  const agent = await agentNamed('free');
  const messages = [{ role: 'user', content: 'hello' }];
  for (const [version, option] of [
    ['1.1', '--http1.1'],
    ['2', '--http2'],
  ] as const) {
    const broken = { model: 'broken-x', messages };
    const chat = await curl(agent, post('https://api.openai.com/v1/chat/completions', broken, option));
    assert.deepEqual([chat.status, chat.version], [403, version]);
    assert.match(
      JSON.parse(chat.body).error.message,
      /^Interlock: the model's answer can't be read.*repeated key \(entry \d+\)$/,
    );
    const claude = await curl(agent, post('https://api.anthropic.com/v1/messages', { ...broken, max_tokens: 9 }, option));
    assert.equal(JSON.parse(claude.body).error.type, 'permission_error');
    // Events that say they are plain text.
    const lying = { model: 'lying-x', messages, stream: true };
    const plain = await curl(agent, post('https://api.openai.com/v1/chat/completions', lying, option));
    assert.deepEqual([plain.status, JSON.parse(plain.body).error.code], [403, 'policy_denied']);
  }
  const unread = await waitFor(async () => {
    const outcomes = (await interlock.bodies('outcome')).filter(({ error }) => error?.includes("can't be read"));
    return outcomes.length >= 6 ? outcomes.length : undefined;
  });
  assert.equal(unread, 6);
});
