// The head of a model's tool call.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ModelToolCall, toolCallView } from '../../src/classify/tool-call.ts';

const CALL: ModelToolCall = {
  tool: 'send email/now',
  api: 'openai-chat',
  scheme: 'https',
  authority: { host: 'api.openai.com', port: 443 },
  model: 'gpt-5',
  arguments: Buffer.from('{}'),
  form: 'json',
  sure: true,
};

test('the head of a call names its tool as one segment, and its session', () => {
  const view = toolCallView(CALL, 's1');
  assert.equal(view.path, '/tools/send%20email%2Fnow');
  assert.deepEqual(view.segments, ['tools', 'send email/now']);
  assert.deepEqual(view.headers.raw, ['content-type', 'application/json', 'session', 's1']);
  assert.deepEqual(toolCallView({ ...CALL, form: 'text' }, null).headers.raw, ['content-type', 'text/plain;charset=utf-8']);
});

test('the head does not hang on how the model was asked', () => {
  const other = toolCallView({ ...CALL, api: 'openai-responses', model: null }, null);
  assert.deepEqual(other, toolCallView(CALL, null));
});

test('a name that is not well-formed has a path all the same', () => {
  assert.equal(toolCallView({ ...CALL, tool: '\ud800' }, null).path, '/tools/%EF%BF%BD');
});
