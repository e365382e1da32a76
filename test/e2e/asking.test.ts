// Asking before acting, for real: the client of the package against a gateway, and requests that become what was foretold.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { AskError, Interlock } from '../../src/client/interlock.ts';
import { curl } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { startOrigin } from '../support/origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const HOST = 'shop.e2e.test';
const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startOrigin({ leaf: await ca.issue([HOST]) }));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { [HOST]: origin.address },
    policies: `@id("orders") @reason("Orders wait for finance.") @verdict("wait") @approvers("finance")
      permit (principal, action == Action::"http.write", resource) when { context.path == "/orders" };`,
    config: { approvals: { holdSeconds: 1 } },
  }),
);
const agent = await interlock.addAgent('buyer');
const fay = await interlock.addUser('fay', ['finance']);
const client = new Interlock({ proxyUrl: agent.env['HTTPS_PROXY'] ?? '' });

const BODY = '{"item":"pen","count":2}';
const FIELDS = ['Content-Type: application/json', 'User-Agent: buyer/1', 'Accept: */*'];
const RAW = `POST /orders HTTP/1.1\r\nHost: ${HOST}\r\n${FIELDS.join('\r\n')}\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;
const order = (body = BODY) => curl(agent, [...FIELDS.flatMap((field) => ['-H', field]), '-d', body, `https://${HOST}/orders`]);

test('what is asked for ahead and approved goes out once, and only as it was asked', async () => {
  const first = await client.evaluate({ request: RAW, park: true });
  assert.deepEqual(
    [first.decision, first.context.verdict, first.context.policies],
    [false, 'WAIT', ['orders', 'write-listed-host']],
  );
  const id = first.context.ticket?.id ?? '';
  assert.equal((await client.ticket(id)).state, 'pending');
  const waiting = client.ticket(id, { waitSeconds: 20 });
  await interlock.operator.decideTicket(id, 'approve', fay);
  assert.deepEqual([(await waiting).state, (await waiting).grant], ['approved', true]);
  assert.notEqual((await order('{"item":"pen","count":3}')).status, 200);
  assert.equal((await order()).status, 200);
  assert.equal((await client.ticket(id)).state, 'spent');
  assert.notEqual((await order()).status, 200);
  assert.equal((await origin.received.at(-1)?.body())?.toString(), BODY);
  assert.equal(origin.of('/orders').length, 1);
  const questions = await interlock.bodies('question');
  assert.deepEqual(
    questions.map(({ given, ticket }) => [given, ticket]),
    [['request', id]],
  );
  assert.equal((await interlock.verify()).ok, true);
});

test('several, a search, and errors with a code', async () => {
  const read = {
    action: 'http.read',
    resource: { type: 'Host', id: HOST },
    facts: { method: 'GET', path: '/', inspected: true },
  };
  const write = { ...read, action: 'http.write', resource: { type: 'Host', id: 'elsewhere.test' } };
  const all = await client.evaluateAll([read, write, read], 'deny_on_first_deny');
  assert.deepEqual(
    all.map(({ decision }) => decision),
    [true, false],
  );
  const found = await client.searchActions({ resource: { type: 'Host', id: HOST } });
  assert.ok(found.results.some(({ name }) => name === 'http.read'));
  for (const [asking, code] of [
    [() => client.ticket(`t_${'a'.repeat(26)}`), 'NOT_FOUND'],
    [() => client.evaluate({ mcp: { server: 'nowhere', tool: 'a' } }), 'QUESTION_INVALID'],
    [() => new Interlock({ proxyUrl: 'http://buyer:wrong@127.0.0.1:1' }).ticket('t'), 'UNREACHABLE'],
    [
      () => new Interlock({ proxyUrl: (agent.env['HTTPS_PROXY'] ?? '').replace(agent.token, 'wrong') }).ticket('t'),
      'IDENTITY_REJECTED',
    ],
  ] as const)
    await assert.rejects(
      asking,
      (error) => error instanceof AskError && error.code === code && !error.message.includes(agent.token),
    );
  assert.throws(() => new Interlock({ proxyUrl: '' }), { code: 'NO_PROXY' });
});
