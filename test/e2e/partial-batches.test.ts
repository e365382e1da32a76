// Batches that go in part, one of each format: the origin sees the permitted items alone, the client hears of each refused one in its place.

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { runClient } from '../support/agent-client.ts';
import { BATCH_HOSTS, startBatchOrigin } from '../support/batch-origin.ts';
import { startInterlock } from '../support/interlock.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const { gmail, graph, postmark, elastic, mcp } = BATCH_HOSTS;
const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startBatchOrigin(ca));
const entity = (type: string, id: string, attrs: object) => ({ uid: { type, id }, attrs, parents: [] });
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: Object.fromEntries(Object.values(BATCH_HOSTS).map((host) => [host, origin.address])),
    entities: [
      ...Object.values(BATCH_HOSTS).map((host) => entity('Host', host, { partialBatches: true })),
      entity('Tool', `${mcp}/mcp#search`, { allowed: true }),
      entity('Tool', `${mcp}/messages#search`, { allowed: true }),
      entity('McpServer', `${mcp}/mcp`, { allowed: true }),
      entity('Database', elastic, { writes: true }),
    ],
    policies: `
@id("no-drops") @reason("Nothing is deleted from {resource}.")
forbid (principal, action == Action::"database.delete", resource);`,
  }),
);
const agent = await interlock.addAgent('batcher', { teams: ['engineering'] });

async function post(url: string, body: string, headers: Readonly<Record<string, string>> = {}) {
  const said = await runClient(agent, 'fetch', {
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  assert.ok(said.ok, JSON.stringify(said.error));
  return { status: said.result['status'], text: String(said.result['text']) };
}

async function arrived(): Promise<string> {
  return (await origin.received.at(-1)?.body())?.toString() ?? '';
}

const INSIDE = ['ann@example.com', 'bob@example.com'] as const;
const OUTSIDE = 'eve@evil.test';
const raw = (to: string): string =>
  Buffer.from(`From: bot@example.com\r\nTo: ${to}\r\nSubject: Hi\r\n\r\nHello`).toString('base64url');

it('Gmail: a call of a multipart batch is answered with its own 403', async () => {
  const call = (to: string, at: number): string =>
    `--b\r\nContent-Type: application/http\r\nContent-ID: <c${at}>\r\n\r\nPOST /gmail/v1/users/me/messages/send\r\n` +
    `Content-Type: application/json\r\n\r\n{"raw":"${raw(to)}"}\r\n`;
  const calls = [INSIDE[0], OUTSIDE, INSIDE[1]].map(call);
  const { status, text } = await post(`https://${gmail}/batch/gmail/v1`, `${calls.join('')}--b--`, {
    'content-type': 'multipart/mixed; boundary=b',
  });
  assert.equal(status, 200, text);
  const told = [...text.matchAll(/<response-(c\d)>\r\n\r\nHTTP\/1\.1 (\d+)/g)].map(([, id, code]) => `${id} ${code}`);
  assert.deepEqual(told, ['c0 200', 'c1 403', 'c2 200']);
  assert.match(text, /mail-outside/);
  assert.equal(await arrived(), `${calls[0]}${calls[2]}--b--\r\n`);
});

it('Microsoft Graph: a request of a $batch is answered with its own 403, and what waits for it with 424', async () => {
  const request = (id: string, address: string, more: object = {}) => ({
    id,
    method: 'POST',
    url: '/me/sendMail',
    headers: { 'Content-Type': 'application/json' },
    body: { message: { subject: 'Hi', toRecipients: [{ emailAddress: { address } }] } },
    ...more,
  });
  const [first, second, third, last] = [
    request('1', INSIDE[0]),
    request('2', OUTSIDE),
    request('3', INSIDE[1], { dependsOn: ['2'] }),
    request('4', INSIDE[1]),
  ];
  const { status, text } = await post(`https://${graph}/v1.0/$batch`, JSON.stringify({ requests: [first, second, third, last] }));
  assert.equal(status, 200, text);
  const { responses } = JSON.parse(text) as { responses: { id: string; status: number }[] };
  assert.deepEqual(
    new Map(responses.map((one) => [one.id, one.status])),
    new Map([
      ['1', 202],
      ['4', 202],
      ['2', 403],
      ['3', 424],
    ]),
  );
  assert.match(text, /mail-outside/);
  assert.deepEqual(JSON.parse(await arrived()), { requests: [first, last] });
});

it('Postmark: a message of a batch is answered with its own ErrorCode', async () => {
  const messages = [INSIDE[0], OUTSIDE, INSIDE[1]].map((To) => ({ From: 'bot@example.com', To, Subject: 'Hi', TextBody: 'x' }));
  const { status, text } = await post(`https://${postmark}/email/batch`, JSON.stringify(messages));
  assert.equal(status, 200, text);
  const answers = JSON.parse(text) as { ErrorCode: number; To?: string; Message: string }[];
  assert.deepEqual(
    answers.map(({ ErrorCode, To }) => [ErrorCode, To]),
    [
      [0, INSIDE[0]],
      [403, undefined],
      [0, INSIDE[1]],
    ],
  );
  assert.match(answers[1]?.Message ?? '', /mail-outside/);
  assert.deepEqual(JSON.parse(await arrived()), [messages[0], messages[2]]);
});

it('Elasticsearch: an item of a _bulk is answered with its own 403', async () => {
  const lines = ['{"create":{"_index":"logs","_id":"1"}}', '{"a": 1}', '{"delete":{"_index":"logs","_id":"2"}}'];
  const more = ['{"update":{"_index":"logs","_id":"3"}}', '{"doc":{"a":1.0}}'];
  const { status, text } = await post(`https://${elastic}/_bulk`, `${[...lines, ...more].join('\n')}\n`, {
    'content-type': 'application/x-ndjson',
  });
  assert.equal(status, 200, text);
  const { errors, items } = JSON.parse(text) as { errors: boolean; items: Record<string, { _id: string; status: number }>[] };
  const told = items.flatMap((item) => Object.entries(item).map(([kind, one]) => `${kind} ${one._id} ${one.status}`));
  assert.deepEqual([errors, told], [true, ['create 1 201', 'delete 2 403', 'update 3 200']]);
  assert.match(text, /no-drops/);
  assert.equal(await arrived(), `${[...lines.slice(0, 2), ...more].join('\n')}\n`);
});

const rpc = (id: number, method: string, params: object = {}): object => ({ jsonrpc: '2.0', id, method, params });
const CALLS = [
  rpc(1, 'tools/call', { name: 'search' }),
  rpc(2, 'tools/call', { name: 'delete_all' }),
  { jsonrpc: '2.0', method: 'notifications/initialized' },
  rpc(3, 'tools/list'),
];

for (const accept of ['application/json', 'text/event-stream'])
  it(`MCP: a message of a JSON-RPC batch is answered with its own result, as ${accept}`, async () => {
    const { status, text } = await post(`https://${mcp}/mcp`, JSON.stringify(CALLS), { accept });
    assert.equal(status, 200, text);
    const documents: unknown[] =
      accept === 'application/json'
        ? [JSON.parse(text)]
        : (text.match(/^data: .*$/gm)?.map((line) => JSON.parse(line.slice(6))) ?? []);
    const answers = documents.flat() as { id: number; result: { isError?: boolean; tools?: { name: string }[] } }[];
    const byId = new Map(answers.map(({ id, result }) => [id, result]));
    assert.deepEqual([...byId.keys()].sort(), [1, 2, 3]);
    assert.deepEqual([byId.get(1)?.isError, byId.get(2)?.isError], [undefined, true]);
    assert.match(JSON.stringify(byId.get(2)), /mcp-tool-unlisted/);
    // The list in the same answer is filtered like any other.
    assert.deepEqual(byId.get(3)?.tools, [{ name: 'search' }]);
    assert.deepEqual(JSON.parse(await arrived()), [CALLS[0], CALLS[2], CALLS[3]]);
  });

it('MCP: where nobody would hear what was refused, all of a batch is', async () => {
  const before = origin.received.length;
  const { status, text } = await post(`https://${mcp}/messages?sessionId=1`, JSON.stringify(CALLS.slice(0, 2)), {
    accept: 'text/plain',
  });
  assert.deepEqual([status, origin.received.length], [400, before], text);
});

it('a batch of refused items alone, and one that cannot be taken apart, are refused as a whole', async () => {
  const before = origin.received.length;
  const messages = [OUTSIDE, OUTSIDE].map((To) => ({ From: 'bot@example.com', To, Subject: 'Hi', TextBody: 'x' }));
  assert.equal((await post(`https://${postmark}/email/batch`, JSON.stringify(messages))).status, 403);
  const twice = JSON.stringify({ From: 'bot@example.com', To: INSIDE[0], Subject: 'Hi', TextBody: 'x' }).replace(
    '{',
    `{"To":"${OUTSIDE}",`,
  );
  assert.equal((await post(`https://${postmark}/email/batch`, `[${twice}]`)).status === 200, false);
  assert.equal(origin.received.length, before);
});

it('each is on record as one verdict over all of its items', async () => {
  const verdicts = (await interlock.bodies('verdict')).map(({ verdict, actions }) => [
    verdict,
    ...actions.map((one) => one.verdict),
  ]);
  const mcpBatch = ['CONSTRAIN', 'ALLOW_LOG', 'BLOCK', 'ALLOW_LOG', 'ALLOW_LOG'];
  assert.deepEqual(verdicts, [
    ['CONSTRAIN', 'ALLOW', 'BLOCK', 'ALLOW'],
    ['CONSTRAIN', 'ALLOW', 'BLOCK', 'ALLOW', 'ALLOW'],
    // Postmark: two messages that are alike are one action.
    ['CONSTRAIN', 'ALLOW', 'BLOCK'],
    ['CONSTRAIN', 'ALLOW_LOG', 'BLOCK', 'ALLOW_LOG'],
    mcpBatch,
    mcpBatch,
    ['BLOCK', 'ALLOW_LOG', 'BLOCK'],
    ['BLOCK', 'BLOCK'],
    ['BLOCK', 'BLOCK'],
  ]);
});
