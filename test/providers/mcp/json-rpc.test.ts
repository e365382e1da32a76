import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import { readRpc, smellsOfRpc } from '../../../src/providers/mcp/json-rpc.ts';

const read = (text: string) => readRpc(Buffer.from(text));
const only = (text: string) => read(text)?.messages[0];

describe('one message', () => {
  const KINDS: ReadonlyArray<readonly [text: string, kind: string, strict: boolean]> = [
    ['{"jsonrpc":"2.0","id":1,"method":"ping"}', 'request', true],
    ['{"jsonrpc":"2.0","id":"a","method":"ping","params":{}}', 'request', true],
    ['{"jsonrpc":"2.0","method":"ping"}', 'notification', true],
    ['{"jsonrpc":"2.0","id":1,"result":{}}', 'response', true],
    ['{"jsonrpc":"2.0","id":1,"error":{}}', 'response', true],
    ['{"jsonrpc":"2.0","id":null,"method":"ping"}', 'request', false],
    ['{"jsonrpc":"2.0","id":{},"method":"ping"}', 'request', false],
    ['{"jsonrpc":"2.0","id":1.5,"method":"ping"}', 'request', false],
    ['{"jsonrpc":"1.0","id":1,"method":"ping"}', 'request', false],
    ['{"id":1,"method":"ping"}', 'request', false],
    ['{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}', 'request', false],
    ['{"jsonrpc":"2.0","id":1,"method":"ping","extra":1}', 'request', false],
    ['{"jsonrpc":"2.0","id":1,"method":"ping","Method":"tools/call"}', 'request', false],
    ['{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}', 'request', false],
    ['{"jsonrpc":"2.0","id":1,"method":7,"result":{}}', 'unreadable', false],
    ['{"jsonrpc":"2.0","id":1}', 'unreadable', false],
  ];
  for (const [text, kind, strict] of KINDS)
    it(text, () => {
      assert.equal(only(text)?.kind, kind);
      assert.equal(only(text)?.strict, strict);
    });
});

test('an array is its messages, none of them lost; an empty or endless one is nothing', () => {
  const batch = read('[{"jsonrpc":"2.0","id":1,"method":"a"},7,{"jsonrpc":"2.0","method":"b"}]');
  assert.deepEqual(
    batch?.messages.map(({ kind }) => kind),
    ['request', 'unreadable', 'notification'],
  );
  assert.equal(batch.batch, true);
  assert.equal(read('[]'), null);
  assert.equal(read(`[${'{},'.repeat(200)}{}]`), null);
  assert.equal(read('{"a":1,"a":2}'), null);
});

test('whatever the bytes, reading never throws, and what is strict says one method or one answer', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      for (const { strict, kind } of read(text)?.messages ?? []) assert.ok(!strict || kind !== 'unreadable');
    }),
  );
});

test('what could be read as JSON-RPC by a laxer server is smelt, however it is spelt', () => {
  for (const text of ['{"jsonrpc":"2.0",}', '{"JsonRpc":1,"a":1,"a":2}', '{"\\u006a\\u0053onrpc":1,'])
    assert.ok(smellsOfRpc(Buffer.from(text)), text);
  assert.ok(smellsOfRpc(Buffer.from('{"jsonrpc":"2.0"}', 'utf16le')));
  assert.ok(!smellsOfRpc(Buffer.from('{"rpc":1,"rpc":2}')));
});
