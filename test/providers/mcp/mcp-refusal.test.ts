import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { refuseMcp } from '../../../src/providers/mcp/mcp-refusal.ts';
import type { Refusal } from '../../../src/providers/refusal.ts';
import { requestView } from '../../support/request-view.ts';

const REFUSAL: Refusal = { kind: 'blocked', reason: 'not listed', policies: ['p'], entry: '7', ticket: null, status: 403 };
const WORDS = 'Interlock: not listed (policy p; entry 7)';
const call = (id: unknown, params: object = { name: 'a' }): object => ({ jsonrpc: '2.0', id, method: 'tools/call', params });

function refused(body: unknown, options: { readonly accept?: string; readonly target?: string; readonly method?: string } = {}) {
  const { accept = 'application/json, text/event-stream', target = '/mcp', method = 'POST' } = options;
  const request = requestView(method, target, { headers: ['Accept', accept] });
  const answer = refuseMcp(request, REFUSAL, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
  return { status: answer.status, type: answer.headers[1], text: answer.body.toString() };
}

const document = (text: string): unknown => JSON.parse(text);
const RESULT = { content: [{ type: 'text', text: WORDS }], isError: true };

describe('a tool call', () => {
  it('is answered with a result that the model can read, for the same id', () => {
    for (const id of [7, 'seven']) {
      const { status, type, text } = refused(call(id));
      assert.deepEqual([status, type, document(text)], [200, 'application/json', { jsonrpc: '2.0', id, result: RESULT }]);
    }
  });

  it('is complete where the revision asks for that', () => {
    const { text } = refused(call(1, { name: 'a', _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } }));
    assert.deepEqual(document(text), { jsonrpc: '2.0', id: 1, result: { ...RESULT, resultType: 'complete' } });
  });

  it('is one event for a client that reads nothing else', () => {
    const { type, text } = refused(call(1), { accept: 'text/event-stream' });
    assert.equal(type, 'text/event-stream');
    assert.match(text, /^event: message\ndata: \{.*"isError":true.*\}\n\n$/);
  });

  it('is a status where answers come on another connection', () => {
    const { status, text } = refused(call(1), { accept: '*/*', target: '/messages?sessionId=1' });
    assert.equal(status, 400);
    assert.match(text, /not listed/);
  });
});

test('other requests get an error of ours', () => {
  const { text } = refused({ jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'file:///a' } });
  assert.deepEqual(document(text), { jsonrpc: '2.0', id: 1, error: { code: -32_000, message: WORDS } });
});

test('a batch gets an answer for each request of it', () => {
  const { text } = refused([
    call(1),
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    { jsonrpc: '2.0', id: 'b', method: 'ping' },
  ]);
  assert.deepEqual(document(text), [
    { jsonrpc: '2.0', id: 1, result: RESULT },
    { jsonrpc: '2.0', id: 'b', error: { code: -32_000, message: WORDS } },
  ]);
});

test('no body, method or transport ever gets a status that starts an OAuth flow or a new session', () => {
  for (const body of [
    '',
    '{',
    '[]',
    '[1]',
    { jsonrpc: '2.0', method: 'x' },
    { jsonrpc: '2.0', id: 1, result: {} },
    call(null),
    call(1),
  ])
    for (const method of ['POST', 'GET', 'DELETE', 'PUT'])
      for (const target of ['/mcp', '/messages?sessionId=1'])
        assert.ok(![401, 403, 404].includes(refused(body, { method, target }).status), `${method} ${JSON.stringify(body)}`);
});
