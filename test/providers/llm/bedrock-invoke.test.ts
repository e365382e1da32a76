// Bedrock's Invoke: chunks in base64, the forms of the vendors that are read, and those that are not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { awsEvent } from '../../../src/providers/llm/aws-event-frames.ts';
import { invokeAnswer } from '../../../src/providers/llm/bedrock-invoke.ts';
import { PASS, passAnswer, REFUSED } from '../../support/answer-sluice.ts';
import { invokedText } from '../../support/block-answers.ts';

const run = (open: Parameters<typeof passAnswer>[0], bytes: Buffer, fate = PASS) => passAnswer(open, bytes, [], () => fate);
const at = (contentBlockIndex: number, more: object = {}) => ({ contentBlockIndex, ...more });
const chunk = (event: object): Buffer =>
  awsEvent('chunk', JSON.stringify({ bytes: Buffer.from(JSON.stringify(event)).toString('base64') }));
const pass = (list: readonly object[], fate = PASS) =>
  run((limit) => invokeAnswer(true, limit), Buffer.concat(list.map(chunk)), fate);
const start = { contentBlockStart: at(0, { start: { toolUse: { toolUseId: 't', name: 'a' } } }) };
const piece = { contentBlockDelta: at(0, { delta: { toolUse: { input: '{"to":"evil"}' } } }) };
const stop = { contentBlockStop: at(0) };
const end = { messageStop: { stopReason: 'tool_use' } };

test('invoke: base64 that decoders differ on is cut, and so is what it holds when that can not be read', async () => {
  const event = JSON.stringify({ contentBlockStart: at(0, { start: { toolUse: { toolUseId: 't', name: 'a' } } }) });
  const good = Buffer.from(event).toString('base64');
  const open = (limit: number) => invokeAnswer(true, limit);
  for (const bytes of [
    `${good}=`,
    `${good}\n`,
    ` ${good}`,
    good.replace(/.$/, '-'),
    `${good}${good}`.replaceAll('=', '').concat('*'),
    '%',
  ])
    await assert.rejects(run(open, awsEvent('chunk', JSON.stringify({ bytes }))), /base64/, bytes);
  for (const inner of [
    '{"contentBlockStart":{},"contentBlockStart":{}}',
    '{"a":"\u0000"}',
    '\ufeff{"type":"x"}',
    `{"a":${'['.repeat(99)}`,
  ])
    await assert.rejects(
      run(open, awsEvent('chunk', JSON.stringify({ bytes: Buffer.from(inner).toString('base64') }))),
      /read surely/,
    );
  await assert.rejects(run(open, awsEvent('chunk', JSON.stringify({ Bytes: good }))), /not spelt/);
});

test('invoke: two events in one, and a call in a form that is not known, are cut', async () => {
  const both = { contentBlockStart: at(0), contentBlockStop: at(0) };
  await assert.rejects(pass([both]), /is two/);
  await assert.rejects(pass([{ ContentBlockStart: start.contentBlockStart }]), /not spelt/);
  await assert.rejects(pass([{ choices: [{ delta: { tool_calls: [{ function: { name: 'a' } }] } }] }]), /can not be judged/);
  await assert.rejects(pass([{ messageStart: {} }, { type: 'tool_use', name: 'a' }]), /can not be judged/);
  await assert.rejects(pass([{ type: 'message_start' }, start]), /can not be judged/);
  assert.equal((await pass([{ generation: 'tool_calls', tool_calls: [] }])).calls.length, 0);
});

test('invoke: whole answers of Anthropic, Nova and in the form of Chat Completions are judged, others with calls are cut', async () => {
  const open = (limit: number) => invokeAnswer(false, limit);
  const args = { to: 'x' };
  const answers = [
    { type: 'message', content: [{ type: 'tool_use', id: 't', name: 'a', input: args }] },
    { output: { message: { content: [{ toolUse: { toolUseId: 't', name: 'a', input: args } }] } } },
    { choices: [{ message: { tool_calls: [{ function: { name: 'a', arguments: JSON.stringify(args) } }] } }] },
  ];
  for (const answer of answers) {
    const { calls, text } = await run(open, Buffer.from(JSON.stringify(answer)), REFUSED);
    assert.deepEqual(
      calls.map(({ tool, arguments: told }) => [tool, JSON.parse(told.toString())]),
      [['a', args]],
    );
    assert.ok(text.includes('not allowed') && !text.includes('"to"'));
  }
  await assert.rejects(run(open, Buffer.from(JSON.stringify({ tool_calls: [{ name: 'a' }] }))), /can not be judged/);
  await assert.rejects(run(open, Buffer.from(JSON.stringify({ outputs: [{ x: { functionCall: {} } }] }))), /can not be judged/);
});

test('nova: a call is edited and ended in its own chunks', async () => {
  const list = [{ messageStart: { role: 'assistant' } }, start, piece, stop, end];
  const edited = await pass(list, { kind: 'edit', arguments: Buffer.from('{"to":"us"}') } as never);
  assert.match(
    invokedText(edited.bytes),
    /\{"contentBlockDelta":\{"contentBlockIndex":0,"delta":\{"toolUse":\{"input":"\{\\"to\\":\\"us\\"\}"/,
  );
  const refused = invokedText((await pass(list, REFUSED)).bytes);
  assert.match(refused, /"contentBlockDelta":\{"contentBlockIndex":0,"delta":\{"text":"Interlock/);
  assert.match(refused, /"stopReason":"end_turn"/);
  assert.ok(!refused.includes('evil'));
});
