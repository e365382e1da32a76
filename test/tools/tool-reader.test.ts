// What a bundle makes of a model's call.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelToolCall } from '../../src/classify/tool-call.ts';
import type { ToolMapping } from '../../src/tools/tool-mapping.ts';
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

const TOOLS: readonly ToolMapping[] = [
  {
    names: ['pay', 'refund'],
    action: 'payment.refund',
    given: { amountMinor: { at: ['n'] } },
    strict: false,
    followed: false,
    ignore: [],
  },
];

test('calls are judged where the schema has them', () => {
  assert.equal(createToolReader(new Map([['llm.tool-call', 1]]), [], 'b').judgesCalls, true);
  assert.equal(createToolReader(new Map([['llm.request', 1]]), [], 'b').judgesCalls, false);
});

test('a call is an action, whatever goes wrong with its arguments', () => {
  const { actionsOf } = createToolReader(new Map(), TOOLS, 'b');
  assert.deepEqual(actionsOf(CALL)[0]?.facts['arguments'], ['to=ann@example.com']);
  const broken = { ...CALL, arguments: undefined as unknown as Buffer };
  const [action] = actionsOf(broken);
  assert.deepEqual([action?.name, action?.facts['inspected'], action?.facts['argumentsKnown']], ['llm.tool-call', false, false]);
});

test('a call of a tool that is mapped is two actions, and another spelling of its name is another tool', () => {
  const { actionsOf } = createToolReader(new Map(), TOOLS, 'b');
  const names = (tool: string, args = '{"n":1}') =>
    actionsOf({ ...CALL, tool, arguments: Buffer.from(args) }).map(({ name }) => name);
  for (const tool of ['pay', 'refund']) assert.deepEqual(names(tool), ['llm.tool-call', 'payment.refund']);
  for (const tool of ['Pay', 'pay ', 'functions.pay']) assert.deepEqual(names(tool), ['llm.tool-call']);
  assert.deepEqual(names('pay', '{'), ['llm.tool-call', 'payment.refund']);
});
