// Names in other spellings and lists that are none: what some clients take for a call, and others pass over, cuts the answer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readJson } from '../../../src/classify/strict-json.ts';
import type { CallReader } from '../../../src/providers/call-reader.ts';
import { listOf, spelt } from '../../../src/providers/llm/answer-shape.ts';
import { anthropicAnswer } from '../../../src/providers/llm/anthropic-answer.ts';
import { converseAnswer } from '../../../src/providers/llm/bedrock-answer.ts';
import { invokeAnswer } from '../../../src/providers/llm/bedrock-invoke.ts';
import { chatAnswer } from '../../../src/providers/llm/chat-answer.ts';
import { cohereAnswer } from '../../../src/providers/llm/cohere-answer.ts';
import { geminiAnswer } from '../../../src/providers/llm/gemini-answer.ts';
import { ollamaAnswer } from '../../../src/providers/llm/ollama-answer.ts';
import { responsesAnswer } from '../../../src/providers/llm/responses-answer.ts';
import { PASS, passAnswer } from '../../support/answer-sluice.ts';

const objectOf = (text: string) => {
  const { value } = readJson(Buffer.from(text));
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value));
  return value as Parameters<ReturnType<typeof spelt>>[0];
};

test('a name is spelt one way', () => {
  const check = spelt('tool_calls', 'toolUse', 'kind');
  check(objectOf('{"tool_calls":1,"toolUse":2,"other":3,"Other":4}'));
  for (const key of ['Tool_Calls', 'TOOL_CALLS', 'tooluse', 'ToolUse', '\u212aind'])
    assert.throws(() => check(objectOf(JSON.stringify({ [key]: 1 }))), /not spelt/, key);
});

test('a list is one, or nothing', () => {
  assert.deepEqual([listOf(undefined), listOf(null), listOf([1])], [[], [], [1]]);
  for (const value of [{ 0: 'x' }, 'x', 1, true]) assert.throws(() => listOf(value), /none/);
});

const CALL = { id: 'c', type: 'function', function: { name: 'a', arguments: '{}' } };
const event = (document: unknown): string => `data: ${JSON.stringify(document)}\n\n`;
const whole = (document: unknown): string => JSON.stringify(document);
const chat = (limit: number): CallReader => chatAnswer(false, limit);
const chunks = (limit: number): CallReader => chatAnswer(true, limit);
const gemini = (limit: number): CallReader => geminiAnswer(false, limit);
const cohere = (limit: number): CallReader => cohereAnswer('application/json', limit);
const cohereEvents = (limit: number): CallReader => cohereAnswer('text/event-stream', limit);
const converse = (limit: number): CallReader => converseAnswer(false, limit);
const invoke = (limit: number): CallReader => invokeAnswer(false, limit);
const anthropic = (limit: number): CallReader => anthropicAnswer(false, limit);
const anthropicEvents = (limit: number): CallReader => anthropicAnswer(true, limit);
const message = { tool_calls: [CALL] };
const functionCall = { name: 'a', args: {} };
const toolUse = { toolUseId: 't', name: 'a', input: {} };
const block = { type: 'tool_use', id: 't', name: 'a', input: {} };
const begin = (more: object) => event({ type: 'content_block_start', index: 0, ...more });
const piece = (more: object) => event({ type: 'content_block_delta', index: 0, ...more });

const MISSPELT: Array<readonly [string, (limit: number) => CallReader, string]> = [
  ['Choices', chat, whole({ Choices: [{ message }] })],
  ['Message', chat, whole({ choices: [{ Message: message }] })],
  ['Tool_Calls', chat, whole({ choices: [{ message: { Tool_Calls: [CALL] } }] })],
  ['Function', chat, whole({ choices: [{ message: { tool_calls: [{ Function: { name: 'a' } }] } }] })],
  ['Arguments', chat, whole({ choices: [{ message: { tool_calls: [{ function: { name: 'a', Arguments: '{}' } }] } }] })],
  ['Delta', chunks, event({ choices: [{ Delta: message }] })],
  ['Candidates', gemini, whole({ Candidates: [{ content: { parts: [{ functionCall }] } }] })],
  ['Content', gemini, whole({ candidates: [{ Content: { parts: [{ functionCall }] } }] })],
  ['Parts', gemini, whole({ candidates: [{ content: { Parts: [{ functionCall }] } }] })],
  ['functioncall', gemini, whole({ candidates: [{ content: { parts: [{ functioncall: functionCall }] } }] })],
  ['Args', gemini, whole({ candidates: [{ content: { parts: [{ functionCall: { name: 'a', Args: {} } }] } }] })],
  ['ollama Message', ollamaAnswer, `${whole({ Message: message })}\n`],
  ['ollama Tool_calls', ollamaAnswer, `${whole({ Tool_calls: [CALL] })}\n`],
  ['cohere Message', cohere, whole({ Message: message })],
  ['cohere Tool_calls', cohere, whole({ message: { Tool_calls: [CALL] } })],
  ['cohere Type', cohereEvents, event({ Type: 'tool-call-start', index: 0, delta: { message: { tool_calls: CALL } } })],
  ['cohere Delta', cohereEvents, event({ type: 'tool-call-start', index: 0, Delta: { message: { tool_calls: CALL } } })],
  ['cohere Message in delta', cohereEvents, event({ type: 'tool-call-start', delta: { Message: { tool_calls: CALL } } })],
  ['cohere Tool_Calls in delta', cohereEvents, event({ type: 'message-start', delta: { message: { Tool_Calls: [CALL] } } })],
  [
    'cohere Arguments',
    cohereEvents,
    event({
      type: 'tool-call-start',
      index: 0,
      delta: { message: { tool_calls: { function: { name: 'a', Arguments: '{}' } } } },
    }),
  ],
  ['Output', converse, whole({ Output: { message: { content: [{ toolUse }] } } })],
  ['output Message', converse, whole({ output: { Message: { content: [{ toolUse }] } } })],
  ['output Content', converse, whole({ output: { message: { Content: [{ toolUse }] } } })],
  ['ToolUse', converse, whole({ output: { message: { content: [{ ToolUse: toolUse }] } } })],
  ['Input', converse, whole({ output: { message: { content: [{ toolUse: { name: 'a', Input: {} } }] } } })],
  ['invoke Content', invoke, whole({ Content: [block] })],
  ['anthropic Content', anthropic, whole({ Content: [block] })],
  ['anthropic Type', anthropic, whole({ content: [{ ...block, type: 'text', Type: 'tool_use' }] })],
  ['anthropic Input', anthropic, whole({ content: [{ ...block, input: {}, Input: { x: 1 } }] })],
  ['Content_block', anthropicEvents, begin({ Content_block: block })],
  ['anthropic Delta', anthropicEvents, begin({ content_block: block }) + piece({ Delta: {} })],
  [
    'Partial_json',
    anthropicEvents,
    begin({ content_block: block }) + piece({ delta: { type: 'input_json_delta', Partial_json: '' } }),
  ],
];

const responses = (limit: number): CallReader => responsesAnswer(false, limit);
const item = { type: 'function_call', call_id: 'c', name: 'a', arguments: '{}' };
MISSPELT.push(
  ['Output in a response', responses, whole({ Output: [item] })],
  ['Arguments of an item', responses, whole({ output: [{ ...item, Arguments: '{"x":1}' }] })],
  ['Type of an item', responses, whole({ output: [{ ...item, type: 'message', Type: 'function_call' }] })],
  ['Item', (limit) => responsesAnswer(true, limit), event({ type: 'response.output_item.done', output_index: 0, Item: item })],
);

const NO_LISTS: ReadonlyArray<readonly [string, (limit: number) => CallReader, string]> = [
  ['choices', chat, whole({ choices: { 0: { message } } })],
  ['output', responses, whole({ output: { 0: item } })],
  ['tool_calls', chat, whole({ choices: [{ message: { tool_calls: { 0: CALL } } }] })],
  ['chunk choices', chunks, event({ choices: { 0: { delta: message } } })],
  ['candidates', gemini, whole({ candidates: { 0: { content: { parts: [{ functionCall }] } } } })],
  ['parts', gemini, whole({ candidates: [{ content: { parts: { 0: { functionCall } } } }] })],
  ['ollama tool_calls', ollamaAnswer, `${whole({ message: { tool_calls: { 0: CALL } } })}\n`],
  ['cohere tool_calls', cohere, whole({ message: { tool_calls: { 0: CALL } } })],
  ['content', converse, whole({ output: { message: { content: { 0: { toolUse } } } } })],
  ['anthropic content', anthropic, whole({ content: { 0: block } })],
  ['a list around it all', chat, whole([{ choices: [{ message }] }])],
  [
    'a list around an event',
    (limit) => geminiAnswer(true, limit),
    event([{ candidates: [{ content: { parts: [{ functionCall }] } }] }]),
  ],
];

for (const [name, open, text] of [...MISSPELT, ...NO_LISTS])
  test(`${name}: the answer is cut`, async () => {
    await assert.rejects(
      passAnswer(open, Buffer.from(text), [], () => PASS),
      /not spelt|is none|is a list/,
    );
  });
