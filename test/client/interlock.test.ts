// The client against a proxy by hand: what it sends, what it makes of answers, and that no message tells the token.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { AskError, Interlock } from '../../src/client/interlock.ts';

const YES = '{"decision":true,"context":{}}';
let answer: readonly [status: number, body: string] = [200, YES];
const heard: { readonly request: IncomingMessage; readonly body: string }[] = [];
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    heard.push({ request, body: Buffer.concat(chunks).toString() });
    response.writeHead(answer[0]).end(answer[1]);
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
after(() => server.close());
const client = new Interlock({
  proxyUrl: `http://bot:s%3Ecret@127.0.0.1:${(server.address() as AddressInfo).port}`,
  timeoutMs: 60_000,
});
const sent = (): unknown => JSON.parse(heard.at(-1)?.body ?? '');

test('asks in absolute form with the token, whatever is asked', async () => {
  const resource = { type: 'Host', id: 'a.example.com' };
  await client.evaluate({ action: 'http.read', resource, facts: { method: 'GET' }, obligations: true });
  assert.deepEqual(sent(), {
    action: { name: 'http.read', properties: { method: 'GET' } },
    resource,
    context: { obligations: true },
  });
  const { url, headers } = heard.at(-1)?.request ?? {};
  assert.equal(url, 'http://interlock.internal/access/v1/evaluation');
  assert.equal(headers?.['proxy-authorization'], `Basic ${Buffer.from('bot:s>cret').toString('base64')}`);
  await client.evaluate({ request: Buffer.from([0xff]), park: true });
  assert.deepEqual(sent(), { context: { request: { base64: '/w==' }, park: true } });
  await client.evaluate({ mcp: { server: 'https://a/mcp', tool: 't' } });
  assert.deepEqual(sent(), { context: { mcp: { server: 'https://a/mcp', tool: 't' } } });
  answer = [200, '{"evaluations":[{"decision":true,"context":{}}]}'];
  assert.deepEqual(await client.evaluateAll([{ request: 'GET' }], 'permit_on_first_permit'), [{ decision: true, context: {} }]);
  assert.deepEqual(await client.evaluateAll([]), []);
  answer = [200, '{"results":[],"context":{}}'];
  await client.searchActions({ resource, parents: [resource] });
  assert.deepEqual(sent(), { resource: { ...resource, properties: { parents: [resource] } }, context: { facts: {} } });
  answer = [200, '{"id":"t_1","state":"pending"}'];
  await client.ticket('t_1/../x', { waitSeconds: 9_999 });
  assert.equal(heard.at(-1)?.request.url, 'http://interlock.internal/v1/tickets/t_1%2F..%2Fx?waitSeconds=300');
});

test('a plan goes as its steps, and a rejected one is an answer', async () => {
  answer = [201, '{"id":"p_1","state":"waiting","steps":[]}'];
  const resource = { type: 'Account', id: 'stripe' };
  const bounds = { amountMinor: { atMost: 500 } };
  const typed = { action: 'payment.refund', resource, facts: { currency: 'USD' }, bounds, times: 2 };
  await client.submitPlan({
    title: 'it',
    steps: [{ request: 'GET', title: 'look' }, { anyOrder: [typed, { ...typed, optional: true }] }],
  });
  const told = { action: { name: 'payment.refund', properties: { currency: 'USD' } }, resource, context: {}, bounds, times: 2 };
  assert.deepEqual(sent(), {
    title: 'it',
    steps: [{ context: { request: 'GET' }, title: 'look' }, { anyOrder: [told, { ...told, optional: true }] }],
  });
  answer = [422, '{"id":"p_1","state":"rejected","steps":[],"blocked":[]}'];
  assert.equal((await client.submitPlan({ steps: [] })).state, 'rejected');
  answer = [422, '{"detail":"none"}'];
  await assert.rejects(client.submitPlan({ steps: [] }), { code: 'UNREADABLE' });
  answer = [409, '{"code":"PLAN_STATE","detail":"one is open"}'];
  await assert.rejects(client.submitPlan({ steps: [] }), { code: 'PLAN_STATE', status: 409 });
  answer = [200, '{"id":"p_1","state":"revoked","steps":[]}'];
  await client.plan('p_1/..');
  assert.deepEqual(
    [heard.at(-1)?.request.method, heard.at(-1)?.request.url],
    ['GET', 'http://interlock.internal/v1/plans/p_1%2F..'],
  );
  await client.endPlan('p_1');
  assert.deepEqual([heard.at(-1)?.request.method, heard.at(-1)?.body], ['DELETE', '']);
});

test('what is no answer is an error with a code, and never tells the token', async () => {
  for (const [status, body, code] of [
    [403, '{"code":"QUESTION_FORBIDDEN","detail":"no"}', 'QUESTION_FORBIDDEN'],
    [404, '{"detail":"none"}', 'NOT_FOUND'],
    [407, 'x', 'IDENTITY_REJECTED'],
    [200, 'x', 'UNREADABLE'],
    [200, YES, 'UNREADABLE'],
    [502, '', 'REFUSED'],
  ] as const) {
    answer = [status, body];
    await assert.rejects(
      client.ticket('t'),
      (error) => error instanceof AskError && error.code === code && error.status === status,
    );
  }
  const nowhere = new Interlock({ proxyUrl: 'http://bot:secret@127.0.0.1:1' });
  await assert.rejects(
    nowhere.ticket('t'),
    (error) => error instanceof AskError && error.code === 'UNREACHABLE' && !error.message.includes('secret'),
  );
  for (const proxyUrl of ['', 'socks5://a:secret@b', 'secret'])
    assert.throws(
      () => new Interlock({ proxyUrl }),
      (error) => error instanceof AskError && error.code === 'NO_PROXY' && !error.message.includes('secret'),
    );
});
