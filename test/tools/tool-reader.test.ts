// What a bundle makes of a model's call.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelToolCall } from '../../src/classify/tool-call.ts';
import { createToolReader } from '../../src/tools/tool-reader.ts';

const CALL: ModelToolCall = {
  tool: 'send_email',
  api: 'openai-chat',
  scheme: 'https',
  authority: { host: 'api.openai.com', port: 443 },
  model: 'gpt-5',
  arguments: Buffer.from('{"to":"ann@example.com"}'),
  form: 'json',
  sure: true,
};

test('calls are judged where the schema has them', () => {
  assert.equal(createToolReader(new Map([['llm.tool-call', 1]])).judgesCalls, true);
  assert.equal(createToolReader(new Map([['llm.request', 1]])).judgesCalls, false);
});

test('a call is an action, whatever goes wrong with its arguments', () => {
  const { actionsOf } = createToolReader(new Map());
  assert.deepEqual(actionsOf(CALL)[0]?.facts['arguments'], ['to=ann@example.com']);
  const broken = { ...CALL, arguments: undefined as unknown as Buffer };
  const [action] = actionsOf(broken);
  assert.deepEqual([action?.name, action?.facts['inspected'], action?.facts['argumentsKnown']], ['llm.tool-call', false, false]);
});
