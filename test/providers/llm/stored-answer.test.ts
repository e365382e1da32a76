// Answers that are fetched later are read for calls like those that come at once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognise } from '../../../src/classify/registry.ts';
import { HeaderList } from '../../../src/http/headers.ts';
import { NO_BODY } from '../../../src/http/inspected-body.ts';
import { responsesAnswer } from '../../../src/providers/llm/responses-answer.ts';
import { PASS, passAnswer, REFUSED } from '../../support/answer-sluice.ts';
import { requestView } from '../../support/request-view.ts';

function stored(host: string, target: string, method = 'GET') {
  const request = requestView(method, target, { host, hasBody: method !== 'GET' });
  const { provider, actions } = recognise(request).classify(NO_BODY);
  const observation = provider?.observe?.(request, NO_BODY, actions) ?? null;
  return { provider, actions, observation: observation?.kind === 'calls' ? observation : null };
}

const CALL = { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'send_email', arguments: '{"to":"evil"}' };
const JSON_HEAD = { status: 200, headers: new HeaderList(['content-type', 'application/json']) };

test('a stored response is a read, and the calls in it are judged', async () => {
  const { actions, observation } = stored('api.openai.com', '/v1/responses/resp_1?include[]=reasoning.encrypted_content');
  assert.deepEqual(
    actions.map(({ name }) => name),
    ['http.read'],
  );
  assert.deepEqual([observation?.api, observation?.model], ['openai-responses', null]);
  const open = (limit: number) => observation?.open(JSON_HEAD, limit) ?? assert.fail('not read');
  const whole = Buffer.from(JSON.stringify({ id: 'resp_1', status: 'completed', output: [CALL] }));
  const { calls, text } = await passAnswer(open, whole, [], () => REFUSED);
  assert.deepEqual(
    calls.map(({ tool }) => tool),
    ['send_email'],
  );
  assert.ok(!text.includes('evil') && text.includes('not allowed'));
  const running = Buffer.from('{"id":"resp_1","status":"in_progress","output":[]}');
  assert.deepEqual((await passAnswer(open, running, [], () => REFUSED)).bytes, running);
});

test('wherever the API lives, and however its path is written', () => {
  const apiOf = (host: string, target: string, method?: string) => stored(host, target, method).observation?.api;
  for (const [host, target] of [
    ['api.openai.com', '/v1/responses/any'],
    ['api.openai.com', '/v1/Responses/resp_1'],
    ['api.openai.com', '/v1//responses//resp_1/'],
    ['api.openai.com', '/v1/responses%2Fresp_1'],
    ['eu.api.openai.com', '/v1/responses/resp_1'],
    ['x.openai.azure.com', '/openai/responses/resp_1?api-version=2025-04-01-preview'],
    ['x.openai.azure.com', '/openai/v1/responses/any'],
    ['openrouter.ai', '/api/v1/responses/resp_1'],
    ['llm.example.com', '/v1/responses/resp_1'],
  ] as const)
    assert.equal(apiOf(host, target), 'openai-responses', `${host}${target}`);
  assert.equal(apiOf('api.openai.com', '/v1/responses/resp_1/cancel', 'POST'), 'openai-responses');
  assert.equal(apiOf('api.openai.com', '/v1/chat/completions/chatcmpl-1'), 'openai-chat');
  assert.equal(apiOf('generativelanguage.googleapis.com', '/v1beta/interactions/v1_a'), 'gemini-interactions');
  for (const [host, target] of [
    ['api.openai.com', '/v1/models/gpt-5'],
    ['api.openai.com', '/v1/responses/resp_1/input_items'],
    ['survey.example.com', '/v1/responses/77'],
  ] as const)
    assert.equal(apiOf(host, target), undefined, `${host}${target}`);
});

test('a stream that goes on in the middle of a call tells nothing of it before its verdict', async () => {
  const events = [
    { type: 'response.function_call_arguments.delta', output_index: 0, delta: '":"evil"}' },
    { type: 'response.function_call_arguments.done', output_index: 0, arguments: '{"to":"evil"}' },
    { type: 'response.output_item.done', output_index: 0, item: CALL },
  ];
  const bytes = Buffer.from(events.map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`).join(''));
  const open = (limit: number) => responsesAnswer(true, limit);
  const refused = await passAnswer(open, bytes, [], () => REFUSED);
  assert.equal(refused.beforeVerdict.length, 0);
  assert.ok(!refused.text.includes('evil'));
  // Not all of the deltas are there, so what a client makes of them is not sure.
  assert.deepEqual(
    refused.calls.map(({ sure }) => sure),
    [false],
  );
  assert.deepEqual((await passAnswer(open, bytes, [], () => PASS)).bytes, bytes);
});
