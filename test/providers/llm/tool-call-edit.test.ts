// What a constraint can set in a model's call.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toolCallView } from '../../../src/classify/tool-call.ts';
import { editToolCall } from '../../../src/providers/llm/tool-call-edit.ts';

const view = toolCallView(
  {
    tool: 't',
    api: 'openai-chat',
    scheme: 'https',
    authority: { host: 'api.openai.com', port: 443 },
    model: null,
    arguments: Buffer.alloc(0),
    form: 'json',
    sure: true,
  },
  null,
);
const edited = (text: string, form: 'json' | 'text' = 'json') =>
  editToolCall(
    view,
    { bytes: Buffer.from(text), problem: null },
    { kind: 'set', field: '/limit', value: 5 },
    form,
  ).bytes.toString();

test('a value of the arguments is set, also where there are none', () => {
  assert.equal(edited('{"limit":50,"q":"a"}'), '{"limit":5,"q":"a"}');
  assert.equal(edited(''), '{"limit":5}');
});

test('free text and other changes are refused', () => {
  assert.throws(() => edited('limit 50', 'text'), /JSON arguments/);
  const keep = { kind: 'keep-recipients', domains: ['example.com'] } as const;
  assert.throws(() => editToolCall(view, { bytes: Buffer.from('{}'), problem: null }, keep, 'json'), /JSON arguments/);
});
