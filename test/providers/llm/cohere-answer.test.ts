// Cohere's events with refused calls between blocks of text: what stands in a call's place is never joined with the model's own text.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cohereAnswer } from '../../../src/providers/llm/cohere-answer.ts';
import { PASS, passAnswer, REFUSED } from '../../support/answer-sluice.ts';

const pass = (list: readonly unknown[], fate = PASS) =>
  passAnswer(
    (limit) => cohereAnswer('text/event-stream', limit),
    Buffer.from(list.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('')),
    [],
    () => fate,
  );
const start = (index: number, name: string) => ({
  type: 'tool-call-start',
  index,
  delta: { message: { tool_calls: { id: 'c', function: { name, arguments: '{}' } } } },
});
const stop = (index: number) => ({ type: 'tool-call-end', index });
const END = { type: 'message-end', delta: { finish_reason: 'TOOL_CALL' } };

test('text that begins after a replaced call has an index that no other text has', async () => {
  const text = (type: string, index: number, said?: string) => ({
    type,
    index,
    ...(type === 'content-end' ? {} : { delta: { message: { content: { type: 'text', text: said ?? '' } } } }),
  });
  const blockOf = (index: number, said: string) => [
    text('content-start', index),
    text('content-delta', index, said),
    text('content-end', index),
  ];
  const list = [
    text('content-start', 0),
    start(0, 'a'),
    // Held behind the call, and of a block that began before it.
    text('content-delta', 0, 'first'),
    stop(0),
    text('content-end', 0),
    ...blockOf(1, 'second'),
    start(1, 'b'),
    ...blockOf(2, 'third'),
    stop(1),
    ...blockOf(3, 'fourth'),
    END,
  ];
  const told = ({ text: bytes }: { readonly text: string }) => {
    const documents = [...bytes.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data));
    return documents
      .filter(({ type }) => type === 'content-delta')
      .map(({ index, delta }) => [index, delta.message.content.text.slice(0, 9)]);
  };
  assert.deepEqual(told(await pass(list, REFUSED)), [
    [1, 'Interlock'],
    [0, 'first'],
    [2, 'second'],
    [3, 'Interlock'],
    [4, 'third'],
    [5, 'fourth'],
  ]);
  const passed = await pass(list);
  assert.deepEqual(
    told(passed).map(([index]) => index),
    [0, 1, 2, 3],
  );
});

test('where nothing is refused every byte is as it came, and blocks that begin without an end are bounded', async () => {
  const begin = (index: number) => ({
    type: 'content-start',
    index,
    delta: { message: { content: { type: 'text', text: '' } } },
  });
  const plain = [begin(0), start(0, 'a'), stop(0), begin(0), END];
  const { text } = await pass(plain);
  assert.equal(text, plain.map((one) => `data: ${JSON.stringify(one)}\n\n`).join(''));
  const many = Array.from({ length: 1_500 }, (_, at) => begin(at));
  assert.ok((await pass(many)).text.length > 0);
  await assert.rejects(pass([start(0, 'a'), stop(0), ...many], REFUSED), /too many blocks/);
});
