// Answers that clients could read in more than one way: a call in them is never sure, or the answer is cut.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallReader } from '../../../src/providers/call-reader.ts';
import { anthropicAnswer } from '../../../src/providers/llm/anthropic-answer.ts';
import { chatAnswer } from '../../../src/providers/llm/chat-answer.ts';
import { responsesAnswer } from '../../../src/providers/llm/responses-answer.ts';
import { PASS, passAnswer, REFUSED } from '../../support/answer-sluice.ts';

type Reader = (isStream: boolean, limitBytes: number) => CallReader;

const eventsOf = (list: readonly object[]): Buffer =>
  Buffer.from(list.map((data) => `data: ${JSON.stringify(data)}\n\n`).join(''));

async function judged(reader: Reader, list: readonly object[], limitBytes = 1000) {
  const passed = await passAnswer(
    (limit) => reader(true, limit),
    eventsOf(list),
    [],
    () => PASS,
    limitBytes,
  );
  return passed.calls.map(({ tool, sure, arguments: args }) => ({ tool, sure, args: args.toString() }));
}

const start = (index: number, name: string, input: object = {}) => ({
  type: 'content_block_start',
  index,
  content_block: { type: 'tool_use', id: 'same', name, input },
});
const json = (index: number, text: string) => ({
  type: 'content_block_delta',
  index,
  delta: { type: 'input_json_delta', partial_json: text },
});
const stop = (index: number) => ({ type: 'content_block_stop', index });

test('anthropic: calls that come in turns are two, also with one id', async () => {
  const list = [start(0, 'a'), start(1, 'b'), json(1, '{"y":'), json(0, '{"x":1}'), json(1, '2}'), stop(1), stop(0)];
  assert.deepEqual(await judged(anthropicAnswer, list), [
    { tool: 'b', sure: true, args: '{"y":2}' },
    { tool: 'a', sure: true, args: '{"x":1}' },
  ]);
});

test('anthropic: no arguments at all are none', async () => {
  assert.deepEqual(await judged(anthropicAnswer, [start(0, 'a'), stop(0)]), [{ tool: 'a', sure: true, args: '' }]);
});

test('anthropic: a block that begins twice is cut, and one that holds what no call holds is not sure', async () => {
  await assert.rejects(judged(anthropicAnswer, [start(0, 'a'), start(0, ''), stop(0)]), /in their order/);
  const odd = await judged(anthropicAnswer, [
    start(0, 'a'),
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'x' } },
    stop(0),
  ]);
  assert.equal(odd[0]?.sure, false);
});

test('anthropic: a piece goes where its index and its order say, or the answer is cut', async () => {
  const run = {
    type: 'content_block_start',
    index: 0,
    content_block: { type: 'server_tool_use', id: 's', name: 'web', input: {} },
  };
  // SDKs would put this piece into the first block that they were told of, which is the call.
  await assert.rejects(judged(anthropicAnswer, [start(7, 'a'), run, json(0, '{"x":1}'), stop(7)]), /in their order/);
  await assert.rejects(judged(anthropicAnswer, [json(0, '{"x":1}'), stop(0)]), /no beginning/);
  assert.deepEqual(await judged(anthropicAnswer, [run, json(0, '{"q":1}'), stop(0), start(1, 'a'), stop(1)]), [
    { tool: 'a', sure: true, args: '' },
  ]);
  const message = { content: [{ type: 'text', text: 'x' }] };
  assert.equal((await judged(anthropicAnswer, [{ type: 'message_start', message }, start(1, 'a'), stop(1)])).length, 1);
});

test('anthropic: an event under the name of another, or of none, is cut: SDKs pass over it', async () => {
  const named = (name: string, data: object) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
  const pass = (text: string) =>
    passAnswer(
      (limit) => anthropicAnswer(true, limit),
      Buffer.from(text),
      [],
      () => PASS,
    );
  const begun = named('content_block_start', start(0, 'a'));
  await assert.rejects(pass(begun + named('ping', json(0, '{"to":"home","x":'))), /what its name says/);
  await assert.rejects(pass(`${begun}data: ${JSON.stringify(json(0, '{}'))}\n\n`), /what its name says/);
  await assert.rejects(
    pass(`data: ${JSON.stringify(start(0, 'a'))}\n\n${named('content_block_stop', stop(0))}`),
    /what its name says/,
  );
});

test('anthropic: a message that begins with a call in it is cut', async () => {
  const message = { content: [{ type: 'tool_use', id: 'i', name: 'a', input: {} }] };
  await assert.rejects(judged(anthropicAnswer, [{ type: 'message_start', message }]), /begins with a call/);
});

const chunk = (delta: object, finish: string | null = null) => ({ choices: [{ index: 0, delta, finish_reason: finish }] });
const part = (fn: object, index = 0) => chunk({ tool_calls: [{ index, function: fn }] });

test('chat: two names for one call are not sure; arguments in pieces are', async () => {
  const end = chunk({}, 'tool_calls');
  assert.deepEqual(await judged(chatAnswer, [part({ name: 'a' }), part({ name: 'b', arguments: '{}' }), end]), [
    { tool: 'a', sure: false, args: '{}' },
  ]);
  assert.deepEqual(await judged(chatAnswer, [part({ name: 'a', arguments: '{' }), part({ arguments: '}' }), end]), [
    { tool: 'a', sure: true, args: '{}' },
  ]);
});

test('chat: a piece under the name of an event is not sure', async () => {
  const events = [part({ name: 'a' }), part({ arguments: '{}' }), chunk({}, 'tool_calls')].map(
    (data) => `data: ${JSON.stringify(data)}\n\n`,
  );
  for (const [name, sure] of [
    ['thread.x', false],
    ['message', true],
  ] as const) {
    const text = events.map((event, at) => (at === 1 ? `event: ${name}\n${event}` : event)).join('');
    const { calls } = await passAnswer(
      (limit) => chatAnswer(true, limit),
      Buffer.from(text),
      [],
      () => PASS,
    );
    assert.deepEqual([calls[0]?.sure, calls[0]?.arguments.toString()], [sure, '{}']);
  }
});

test('chat: a call without an end is none, and one that comes as a whole message in a stream is cut', async () => {
  const passed = await passAnswer(
    (limit) => chatAnswer(true, limit),
    Buffer.concat([eventsOf([part({ name: 'a', arguments: '{}' })]), Buffer.from('data: [DONE]\n\n')]),
    [],
    () => PASS,
  );
  assert.equal(passed.text, 'data: [DONE]\n\n');
  assert.match(String(passed.withheld), /within a call/);
  const message = { tool_calls: [{ function: { name: 'a', arguments: '{}' } }] };
  await assert.rejects(judged(chatAnswer, [{ choices: [{ index: 0, message }] }]), /whole message/);
});

test('chat: a call that stays has the place of the one that is gone', async () => {
  const list = [part({ name: 'gone', arguments: '{}' }), part({ name: 'kept', arguments: '{}' }, 1), chunk({}, 'tool_calls')];
  const { text } = await passAnswer(
    (limit) => chatAnswer(true, limit),
    eventsOf(list),
    [],
    ({ tool }) => (tool === 'gone' ? REFUSED : PASS),
  );
  assert.match(text, /"index":0,"function":\{"name":"kept"/);
  assert.match(text, /"finish_reason":"tool_calls"/);
});

const item = (args: string, name = 'a') => ({ type: 'function_call', call_id: 'c', name, arguments: args });
const added = { type: 'response.output_item.added', output_index: 0, item: item('') };
const delta = (text: string) => ({ type: 'response.function_call_arguments.delta', output_index: 0, delta: text });
const done = (args: string, name?: string) => ({ type: 'response.output_item.done', output_index: 0, item: item(args, name) });
const completed = (args: string) => ({ type: 'response.completed', response: { output: [item(args)] } });

test('responses: copies that differ are not sure, and what the whole response says otherwise is judged too', async () => {
  const differ = await judged(responsesAnswer, [added, delta('{"x":2}'), done('{"x":1}'), completed('{"x":1}')]);
  assert.deepEqual(differ, [{ tool: 'a', sure: false, args: '{"x":1}' }]);
  const other = await judged(responsesAnswer, [added, delta('{"x":1}'), done('{"x":1}'), completed('{"x":9}')]);
  assert.deepEqual(
    other.map(({ args }) => args),
    ['{"x":1}', '{"x":9}'],
  );
  const named = await judged(responsesAnswer, [added, done('{}', 'b')]);
  assert.equal(named[0]?.sure, false);
});

test('responses: what is too long takes no memory, however long it goes on', async () => {
  const reader = responsesAnswer(true, 10);
  const [first] = reader.cutter.push(eventsOf([added]));
  assert.ok(first !== undefined);
  reader.step(first);
  for (let i = 0; i < 50; i += 1) for (const frame of reader.cutter.push(eventsOf([delta('xxxxx')]))) reader.step(frame);
  assert.ok(reader.heldBytes() < 1000, String(reader.heldBytes()));
});

test('an event that is no JSON is cut', async () => {
  for (const reader of [anthropicAnswer, chatAnswer, responsesAnswer])
    await assert.rejects(
      passAnswer(
        (limit) => reader(true, limit),
        Buffer.from('data: {"a":1,"a":2}\n\n'),
        [],
        () => PASS,
      ),
      /can't be read surely/,
    );
});
