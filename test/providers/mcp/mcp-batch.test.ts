import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeaderList } from '../../../src/http/headers.ts';
import { mcpBatch } from '../../../src/providers/mcp/mcp-batch.ts';
import type { Refusal } from '../../../src/providers/refusal.ts';

const REFUSAL: Refusal = { kind: 'blocked', reason: 'no', policies: ['p'], entry: '7', ticket: null, status: 403 };
const call = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'a', arguments: { n: 1 } } });
const BODY = [call(1), call(2), { jsonrpc: '2.0', method: 'notifications/initialized' }];

function made() {
  const batch = mcpBatch(Buffer.from(JSON.stringify(BODY)));
  assert.ok(batch !== null);
  return batch;
}

function joined(type: string, body: string, status = 200): string {
  const answer = { status, headers: new HeaderList(['content-type', type]), body: Buffer.from(body) };
  const refused = new Map([
    [1, REFUSAL],
    [2, REFUSAL],
  ]);
  return made().join(answer, refused).body.toString();
}

test('each message is an item, and those refused are taken out', () => {
  assert.deepEqual(made().items, [[0], [1], [2]]);
  assert.deepEqual(
    JSON.parse(
      made()
        .without(new Set([1]))
        .bytes.toString(),
    ),
    [BODY[0], BODY[2]],
  );
  assert.throws(() => made().without(new Set([0, 1, 2])), { code: 'CONSTRAINT_FAILED' });
});

test('a refused request is answered beside the others, a refused notification is not', () => {
  const one = '{"jsonrpc":"2.0","id":1,"result":{}}';
  for (const text of [`[${one}]`, one]) {
    const answers: unknown = JSON.parse(joined('application/json', text));
    assert.ok(Array.isArray(answers));
    assert.deepEqual(
      answers.map((answer: { id: number; result: { isError?: boolean } }) => [answer.id, answer.result.isError]),
      [
        [1, undefined],
        [2, true],
      ],
    );
  }
  assert.match(
    joined('text/event-stream', `data: ${one}\n\n`),
    /^data: \{.*"id":1.*\n\nevent: message\ndata: \{.*"id":2.*isError/s,
  );
  assert.match(joined('application/json', ''), /^\[\{"jsonrpc":"2.0","id":2/);
  assert.match(joined('text/plain', 'Accepted', 202), /^\[\{"jsonrpc":"2.0","id":2/);
  assert.throws(() => joined('text/plain', 'oops'), { code: 'CONSTRAINT_FAILED' });
});

test('a batch of notifications alone has no list of answers', () => {
  const note = { jsonrpc: '2.0', method: 'notifications/initialized' };
  const batch = mcpBatch(Buffer.from(JSON.stringify([note, note])));
  const answer = { status: 202, headers: new HeaderList([]), body: Buffer.alloc(0) };
  assert.deepEqual(batch?.join(answer, new Map([[0, REFUSAL]])), { status: 202, headers: [], body: answer.body });
});

test('a single message is no batch', () => {
  assert.equal(mcpBatch(Buffer.from(JSON.stringify(call(1)))), null);
  assert.equal(mcpBatch(Buffer.from('[')), null);
});
