import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { mcpSocket } from '../../../src/providers/mcp/mcp-socket.ts';
import type { Refusal } from '../../../src/providers/refusal.ts';
import { requestView } from '../../support/request-view.ts';

const REFUSAL: Refusal = { kind: 'blocked', reason: 'no', policies: [], entry: '7', ticket: null, status: 403 };
const message = (value: unknown, text = true) => ({
  text,
  bytes: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
});
const CALL = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a' } };

function reader(target = '/mcp', headers: readonly string[] = []) {
  return mcpSocket(requestView('GET', target, { host: 'tools.test', headers, hasBody: false }));
}

test('only where the head says MCP are messages read', () => {
  assert.equal(reader('/chat'), null);
  assert.ok(reader('/chat', ['Sec-WebSocket-Protocol', 'json, MCP']) !== null);
  assert.ok(reader('/mcp') !== null);
});

test('JSON is wanted in both kinds of messages, whatever stands before it; other bytes pass', () => {
  for (const start of ['{', '[', ' {', '\n', '\ufeff{']) assert.equal(reader()?.wants?.(message(start, false)), true);
  assert.equal(reader()?.wants?.(message('x')), false);
});

test('a message is judged like the body of a POST, and what can not be read could do anything', () => {
  const names = (value: unknown) =>
    reader()
      ?.classify(message(value), NOTHING_KNOWN)
      .map(({ name, facts }) => [name, facts['inspected']]);
  assert.deepEqual(names(CALL), [['mcp.call', true]]);
  assert.deepEqual(names([CALL, { jsonrpc: '2.0', id: 2, method: 'x/y' }]), [
    ['mcp.call', true],
    ['mcp.unknown-write', true],
  ]);
  assert.deepEqual(names('{"jsonrpc":"2.0","id":1,"id":2}'), [['mcp.unknown-write', false]]);
});

test('a refusal is the answer to the message', () => {
  assert.match(
    reader()?.refuse(message(CALL), REFUSAL)?.toString() ?? '',
    /^\{"jsonrpc":"2.0","id":1,"result":.*"isError":true\}\}$/,
  );
  assert.match(reader()?.refuse(message('{'), REFUSAL)?.toString() ?? '', /"id":null,"error"/);
});
