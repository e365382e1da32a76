// Forms that are not read: their text passes byte for byte, and a call in them never does.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeaderList } from '../../../src/http/headers.ts';
import { observeModel } from '../../../src/providers/llm/model-answer.ts';
import { unreadAnswer } from '../../../src/providers/llm/unread-answer.ts';
import { PASS, passAnswer } from '../../support/answer-sluice.ts';
import { events } from '../../support/model-answers.ts';
import { handMade } from '../../support/exchange.ts';

const pass = (isStream: boolean, text: string) =>
  passAnswer(
    () => unreadAnswer(isStream),
    Buffer.from(text),
    [],
    () => PASS,
  );

/** https://ai.google.dev/gemini-api/docs/interactions/streaming */
const TEXT = events([
  ['interaction.created', { interaction: { id: 'v1_a', status: 'in_progress' }, event_type: 'interaction.created' }],
  ['step.start', { index: 0, step: { type: 'model_output' }, event_type: 'step.start' }],
  ['step.delta', { index: 0, delta: { type: 'text', text: 'use function_call or "tool_calls"' }, event_type: 'step.delta' }],
]);

test('text passes as it came, also text about calls', async () => {
  assert.equal((await pass(true, TEXT)).text, TEXT);
  const whole = JSON.stringify({ outputs: [{ type: 'message.output', content: 'function.call' }], tool_calls: [] });
  assert.equal((await pass(false, whole)).text, whole);
});

test('a call cuts the answer, in a step, an entry, an output, and under names in any case', async () => {
  const calls = [
    { index: 1, step: { type: 'function_call', name: 'evil', id: 'c' }, event_type: 'step.start' },
    { index: 1, delta: { type: 'function_call', name: 'evil', arguments: {} }, event_type: 'content.delta' },
    { type: 'function.call.delta', name: 'evil', arguments: '{}' },
    { outputs: [{ object: 'entry', type: 'function.call', name: 'evil', arguments: '{}' }] },
    { outputs: [{ Type: 'Function_Call', name: 'evil' }] },
    { a: [[{ functionCall: { name: 'evil' } }]] },
  ];
  for (const call of calls) {
    await assert.rejects(pass(true, TEXT + events([[null, call]])), /can not be judged/, JSON.stringify(call));
    await assert.rejects(pass(false, JSON.stringify(call)), /can not be judged/);
  }
});

test('both APIs are among them', () => {
  const { request } = handMade('POST', '/v1/conversations');
  for (const api of ['gemini-interactions', 'mistral-conversations']) {
    const facts = { host: 'h', method: 'POST', path: '/', inspected: true, api };
    const action = { name: 'llm.request', resource: { type: 'Host', id: 'h' }, parents: [], facts } as const;
    const observation = observeModel(request, { bytes: Buffer.alloc(0), problem: null }, [action]);
    assert.notEqual(observation?.open({ status: 200, headers: new HeaderList([]) }, 100) ?? null, null, api);
  }
});
