// What a tool call asks becomes one question of the client, or none.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AskError } from '../../src/client/ask-error.ts';
import { askOf } from '../../src/mcp-server/asked.ts';

const resource = { type: 'Host', id: 'a.example.com' };

test('each kind as the client asks it, without members that nobody gave', () => {
  assert.deepEqual(askOf({ action: 'http.read', resource, parents: undefined, facts: { method: 'GET' }, obligations: true }), {
    action: 'http.read',
    resource,
    facts: { method: 'GET' },
    obligations: true,
  });
  assert.deepEqual(askOf({ request: 'GET', obligations: false }), { request: 'GET' });
  assert.deepEqual(askOf({ mcp: { server: 'https://a/mcp', tool: 't', arguments: { x: 1 } } }), {
    mcp: { server: 'https://a/mcp', tool: 't', arguments: { x: 1 } },
  });
  assert.deepEqual(askOf({ toolCall: { name: 't', arguments: null, model: 'm' } }), {
    toolCall: { name: 't', arguments: null, model: 'm' },
  });
  assert.deepEqual(askOf({ toolCall: { name: 't', input: 'ls', model: 'm', api: 'openai-responses', arguments: undefined } }), {
    toolCall: { name: 't', input: 'ls', model: 'm', api: 'openai-responses' },
  });
});

test('two questions are none, and neither is half of one', () => {
  for (const asked of [
    {},
    { action: 'a' },
    { resource },
    { action: 'a', resource, request: 'GET' },
    { request: 'GET', mcp: { server: 's', tool: 't' } },
    { request: 'GET', resource },
    { toolCall: { name: 't', model: 'm', arguments: {} }, facts: {} },
    { toolCall: { name: 't', model: 'm', arguments: {}, input: '' } },
  ])
    assert.throws(
      () => askOf(asked),
      (error) => error instanceof AskError && error.code === 'QUESTION_INVALID',
      JSON.stringify(asked),
    );
});
