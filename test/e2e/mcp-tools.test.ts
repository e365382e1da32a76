// `interlock mcp` for real: the SDK's client over standard input and output and over HTTP, the command, a gateway.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request as plainRequest } from 'node:http';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { INTERLOCK_COMMAND } from '../support/gateway-process.ts';
import { startInterlock } from '../support/interlock.ts';
import { cleanEnvironment } from '../support/run-command.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const HOST = 'shop.e2e.test';
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [],
    hosts: { [HOST]: '127.0.0.1:9' },
    policies: `@id("orders") @reason("Orders wait for finance.") @verdict("wait") @approvers("finance")
      permit (principal, action == Action::"http.write", resource) when { context.path == "/orders" };`,
  }),
);
const agent = await interlock.addAgent('buyer');
const other = await interlock.addAgent('snoop');
const fay = await interlock.addUser('fay', ['finance']);

const RAW = `POST /orders HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`;
const HOST_ENTITY = { type: 'Host', id: HOST };
const READ = { action: 'http.read', resource: HOST_ENTITY, facts: { method: 'GET', path: '/', inspected: true } };
const WRITE = { ...READ, action: 'http.write', resource: { type: 'Host', id: 'elsewhere.test' } };

interface Told {
  readonly text: string;
  readonly failed: boolean;
  readonly data: { readonly [member: string]: unknown };
}

function environmentOf({ env }: { readonly env: Readonly<Record<string, string>> }): Record<string, string> {
  return { ...(cleanEnvironment() as Record<string, string>), HTTPS_PROXY: env['HTTPS_PROXY'] ?? '' };
}

async function overStdio(env: Record<string, string>): Promise<Client> {
  const client = new Client({ name: 'e2e', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ command: INTERLOCK_COMMAND, args: ['mcp'], env }));
  stack.defer(() => client.close());
  return client;
}

async function call(client: Client, name: string, args: Record<string, unknown>): Promise<Told> {
  const { content, isError, structuredContent } = await client.callTool({ name, arguments: args });
  const [first] = content as { readonly text: string }[];
  return { text: first?.text ?? '', failed: isError === true, data: (structuredContent ?? {}) as Told['data'] };
}

describe('over standard input and output', () => {
  let client: Client;
  before(async () => {
    client = await overStdio(environmentOf(agent));
  });

  it('lists tools with schemas, and says which of them only read', async () => {
    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint]),
      [
        ['check_action', true],
        ['what_may_i_do', true],
        ['explain_refusal', true],
        ['ticket_status', true],
        ['request_approval', false],
        ['submit_plan', false],
        ['plan_status', true],
        ['end_plan', false],
      ],
    );
    for (const { inputSchema, outputSchema, description } of tools)
      assert.ok(inputSchema['additionalProperties'] === false && outputSchema !== undefined && description !== undefined);
  });

  it('tells what would become of an action, and why', async () => {
    const yes = await call(client, 'check_action', READ);
    assert.match(yes.text, /^Yes \(ALLOW/);
    assert.equal(yes.data['decision'], true);
    const no = await call(client, 'check_action', WRITE);
    assert.match(no.text, /^No \(/);
    assert.equal(no.data['decision'], false);
    const why = await call(client, 'explain_refusal', WRITE);
    assert.match(why.text, /http\.write on Host "elsewhere\.test"[^]*method = "GET"/);
    const may = await call(client, 'what_may_i_do', { resource: HOST_ENTITY });
    assert.match(may.text, /Permitted:\n[^]*- http\.read \(ALLOW[^]*Hangs on more facts: .*payment\.charge/);
    assert.ok(Array.isArray(may.data['results']));
  });

  it('asks for approval ahead and follows the ticket, which nobody else sees', async () => {
    const asked = await call(client, 'request_approval', { request: RAW });
    const { id } = (asked.data['context'] as { readonly ticket: { readonly id: string } }).ticket;
    assert.match(asked.text, /No \(WAIT\): .*[^]*Orders wait for finance/);
    assert.match((await call(client, 'explain_refusal', { ticket: id })).text, /is pending: .*Orders wait for finance/);
    const foreign = await call(await overStdio(environmentOf(other)), 'ticket_status', { ticket: id });
    assert.deepEqual([foreign.failed, /NOT_FOUND/.test(foreign.text)], [true, true]);
    const waiting = call(client, 'ticket_status', { ticket: id, waitSeconds: 20 });
    await interlock.operator.decideTicket(id, 'approve', fay);
    assert.equal((await waiting).data['state'], 'approved');
  });

  it('submits a plan, which people approve once, and follows it; a blocked step is named', async () => {
    const order = { request: RAW, title: 'order it' };
    const asked = await call(client, 'submit_plan', { title: 'buy', steps: [{ ...READ, title: 'look' }, order] });
    const { id, ticket, state } = asked.data;
    assert.equal(state, 'waiting', asked.text);
    assert.match(asked.text, /1\. look: http\.read on .*: ALLOW\n2\. order it: http\.write .*: WAIT/);
    const waiting = call(client, 'ticket_status', { ticket, waitSeconds: 20 });
    await interlock.operator.decideTicket(String(ticket), 'approve', fay);
    await waiting;
    await waitFor(async () =>
      (await call(client, 'plan_status', { plan: id })).data['state'] === 'accepted' ? true : undefined,
    );
    assert.match((await call(client, 'plan_status', { plan: id })).text, /1\. look.*may be taken now/);
    const foreign = await overStdio(environmentOf(other));
    for (const tool of ['plan_status', 'end_plan']) assert.match((await call(foreign, tool, { plan: id })).text, /NOT_FOUND/);
    assert.match((await call(client, 'submit_plan', { steps: [READ] })).text, /PLAN_STATE/);
    assert.equal((await call(client, 'end_plan', { plan: id })).data['state'], 'revoked');

    const rejected = await call(client, 'submit_plan', { steps: [READ, { ...WRITE, bounds: { method: { any: true } } }] });
    assert.deepEqual([rejected.failed, rejected.data['state']], [false, 'rejected'], rejected.text);
    assert.match(rejected.text, /Step 2 is in its way: /);
    const kept = (await interlock.json(['plans', 'list', '--state', 'rejected'])) as unknown[];
    assert.equal(kept.length, 1);
    for (const wrong of [{ steps: [] }, { steps: [{}] }, { steps: [{ ...READ, bounds: { path: { atMost: 1, any: true } } }] }])
      assert.ok((await call(client, 'submit_plan', wrong)).failed);
  });

  it('takes no hostile ticket, no question that is two, and tells no token', async () => {
    for (const ticket of ['../me', 't_../../v1/me', `t_${'a'.repeat(26)}\r\nX: y`, 't_%2e%2e', 'x'.repeat(100_000), ''])
      for (const tool of ['ticket_status', 'explain_refusal']) assert.ok((await call(client, tool, { ticket })).failed, ticket);
    assert.match((await call(client, 'ticket_status', { ticket: `t_${'a'.repeat(26)}` })).text, /NOT_FOUND/);
    for (const wrong of [
      {},
      { ...READ, request: RAW },
      { request: RAW, facts: {} },
      { action: 'http.read' },
      { ...READ, park: true },
      { ...READ, facts: { deep: { er: 1 } } },
      { ...READ, action: 'no.such' },
      { ...READ, facts: { ...READ.facts, user: 'fay' } },
      { ticket: `t_${'a'.repeat(26)}`, request: RAW },
    ]) {
      const told = await call(client, 'explain_refusal', wrong);
      assert.ok((told.failed || told.data['decision'] === false) && !told.text.includes(agent.token), told.text);
    }
  });
});

it('says in plain words that the gateway is not there, or knows no such token', async () => {
  const nowhere = await overStdio({ ...environmentOf(agent), HTTPS_PROXY: 'http://buyer:secret-token@127.0.0.1:1' });
  const unreachable = await call(nowhere, 'check_action', READ);
  assert.match(unreachable.text, /UNREACHABLE[^]*Is the gateway running/);
  assert.doesNotMatch(unreachable.text, /secret-token/);
  const stranger = await overStdio({
    ...environmentOf(agent),
    HTTPS_PROXY: (agent.env['HTTPS_PROXY'] ?? '').replace(agent.token, 'wrong'),
  });
  assert.match((await call(stranger, 'check_action', READ)).text, /IDENTITY_REJECTED/);
});

describe('over HTTP', () => {
  let child: ChildProcess;
  let url: URL;
  before(async () => {
    child = spawn(INTERLOCK_COMMAND, ['mcp', '--http', '127.0.0.1:0', '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: environmentOf(agent),
    });
    const [line] = await once(createInterface({ input: child.stdout ?? assert.fail() }), 'line');
    url = new URL((JSON.parse(String(line)) as { readonly url: string }).url);
  });
  after(async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    assert.equal(child.exitCode, 0);
  });

  it('answers sessions side by side', async () => {
    const clients = await Promise.all(
      [1, 2].map(async () => {
        const client = new Client({ name: 'e2e', version: '1.0.0' });
        await client.connect(new StreamableHTTPClientTransport(url));
        stack.defer(() => client.close());
        return client;
      }),
    );
    for (const client of clients) assert.equal((await call(client, 'check_action', READ)).data['decision'], true);
  });

  it('answers no web page, and no name that was pointed here', async () => {
    for (const headers of [
      { origin: 'https://evil.test' },
      { origin: 'null' },
      { origin: 'http://localhost:3000' },
      { host: 'evil.test' },
      { host: `evil.test:${url.port}` },
      { 'sec-fetch-site': 'cross-site' },
    ])
      assert.equal(await statusOf(url, headers), 403, JSON.stringify(headers));
    assert.equal(await statusOf(url, { host: `localhost:${url.port}`, 'mcp-session-id': 'none' }), 404);
  });
});

function statusOf(url: URL, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const more = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers };
    plainRequest(url, { method: 'POST', headers: more }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end('{}');
  });
}
