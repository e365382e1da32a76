// Answers of Cohere and Bedrock that clients could read in more than one way: a call in them is never sure, or the answer is cut.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { awsEvent } from '../../../src/providers/llm/aws-event-frames.ts';
import { converseAnswer } from '../../../src/providers/llm/bedrock-answer.ts';
import { invokeAnswer } from '../../../src/providers/llm/bedrock-invoke.ts';
import { cohereAnswer } from '../../../src/providers/llm/cohere-answer.ts';
import { PASS, passAnswer, REFUSED } from '../../support/answer-sluice.ts';

type Event = Readonly<Record<string, unknown>>;
type Told = readonly [tool: string, sure: boolean, args: string];

interface Form {
  readonly name: string;
  readonly pass: (list: readonly Event[], fate?: typeof PASS, limitBytes?: number) => ReturnType<typeof passAnswer>;
  readonly start: (index: number, name: string, args?: string) => Event;
  readonly piece: (index: number, args: unknown) => Event;
  readonly stop: (index: number) => Event;
  readonly end: Event;
}

const run = (open: (limit: number) => ReturnType<typeof cohereAnswer>, bytes: Buffer, fate = PASS, limitBytes = 1000) =>
  passAnswer(open, bytes, [], () => fate, limitBytes);

const cohereCall = (type: string, index: number, call: unknown): Event => ({
  type,
  index,
  delta: { message: { tool_calls: call } },
});
const cohere: Form = {
  name: 'cohere',
  pass: (list, fate, limit) =>
    run(
      (bound) => cohereAnswer('text/event-stream', bound),
      Buffer.from(list.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('')),
      fate,
      limit,
    ),
  start: (index, name, args = '') => cohereCall('tool-call-start', index, { id: 'same', function: { name, arguments: args } }),
  piece: (index, args) => cohereCall('tool-call-delta', index, { function: { arguments: args } }),
  stop: (index) => ({ type: 'tool-call-end', index }),
  end: { type: 'message-end', delta: { finish_reason: 'TOOL_CALL' } },
};

/** Events of one member: its name is the event's. */
const unwrap = (event: Event): readonly [string, unknown] => Object.entries(event)[0] ?? ['', {}];
const at = (contentBlockIndex: number, more: Event = {}) => ({ contentBlockIndex, ...more });
const converseParts: Pick<Form, 'start' | 'piece' | 'stop' | 'end'> = {
  start: (index, name, args) => ({
    contentBlockStart: at(index, {
      start: { toolUse: { toolUseId: 'same', name, ...(args === undefined ? {} : { input: args }) } },
    }),
  }),
  piece: (index, input) => ({ contentBlockDelta: at(index, { delta: { toolUse: { input } } }) }),
  stop: (index) => ({ contentBlockStop: at(index) }),
  end: { messageStop: { stopReason: 'tool_use' } },
};
const converse: Form = {
  name: 'converse',
  pass: (list, fate, limit) =>
    run(
      (bound) => converseAnswer(true, bound),
      Buffer.concat(list.map((event) => awsEvent(unwrap(event)[0], JSON.stringify(unwrap(event)[1])))),
      fate,
      limit,
    ),
  ...converseParts,
};
const chunk = (event: unknown): Buffer =>
  awsEvent('chunk', JSON.stringify({ bytes: Buffer.from(JSON.stringify(event)).toString('base64') }));
const nova: Form = {
  name: 'nova by invoke',
  pass: (list, fate, limit) => run((bound) => invokeAnswer(true, bound), Buffer.concat(list.map(chunk)), fate, limit),
  ...converseParts,
};

for (const { name, pass, start, piece, stop, end } of [cohere, converse, nova]) {
  const held = async (list: readonly Event[], limitBytes: number): Promise<number> => {
    const { heldBytes } = await pass(list, PASS, limitBytes);
    return heldBytes;
  };
  const told = async (list: readonly Event[], limitBytes = 1000): Promise<Told[]> => {
    const { calls } = await pass(list, PASS, limitBytes);
    return calls.map(({ tool, sure, arguments: args }) => [tool, sure, args.toString()]);
  };

  test(`${name}: calls that come in turns are two, also with one id`, async () => {
    const list = [start(0, 'a'), start(1, 'b'), piece(1, '{"y":'), piece(0, '{"x":1}'), piece(1, '2}'), stop(1), stop(0), end];
    assert.deepEqual(await told(list), [
      ['b', true, '{"y":2}'],
      ['a', true, '{"x":1}'],
    ]);
  });

  test(`${name}: a call without a name, with two, or begun twice is not sure`, async () => {
    assert.deepEqual(await told([start(0, ''), piece(0, '{}'), stop(0)]), [['', false, '{}']]);
    assert.deepEqual(await told([start(0, 'a'), start(0, 'b'), piece(0, '{}'), stop(0)]), [['a', false, '{}']]);
    assert.deepEqual(await told([start(0, 'a'), start(0, ''), piece(0, '{}'), stop(0)]), [['a', false, '{}']]);
  });

  test(`${name}: a piece without a beginning, or behind an end, is cut`, async () => {
    await assert.rejects(pass([piece(0, '{}'), stop(0), end]), /no beginning/);
    await assert.rejects(pass([start(0, 'a'), piece(1, '{}'), stop(0)]), /no beginning/);
    await assert.rejects(pass([start(0, 'a'), stop(0), piece(0, '{"x":1}'), end]), /after its end/);
    await assert.rejects(pass([start(0, 'a'), stop(0), start(0, 'b'), end]), /after its end/);
  });

  test(`${name}: a call without an end is none, whatever follows`, async () => {
    for (const list of [
      [start(0, 'evil')],
      [start(0, 'evil'), piece(0, '{}'), end],
      [start(0, 'evil'), piece(0, '{}'), stop(1)],
    ]) {
      const { bytes, calls, withheld } = await pass(list);
      assert.equal(calls.length, 0);
      assert.ok(!bytes.includes('evil'));
      assert.match(String(withheld), /within a call/);
    }
  });

  test(`${name}: of two open calls the one without an end is gone, and nothing is told of it`, async () => {
    const { bytes, calls } = await pass([start(0, 'evil'), start(1, 'b'), piece(1, '{}'), stop(1), end]);
    assert.deepEqual(
      calls.map(({ tool }) => tool),
      ['b'],
    );
    assert.ok(!bytes.includes('evil') && !bytes.includes('not judged'));
  });

  test(`${name}: arguments that are too long come from no piece, and more pieces take no memory`, async () => {
    const pieces = Array.from({ length: 50 }, () => piece(0, 'xxxxx'));
    const many = await held([start(0, 'evil'), ...pieces, ...pieces], 10);
    assert.ok(many < 1_000, String(many));
    const { calls, bytes } = await pass([start(0, 'evil'), ...pieces, stop(0), end], REFUSED, 10);
    assert.deepEqual(
      calls.map(({ isTooLong, arguments: args }) => [isTooLong, args.length]),
      [[true, 0]],
    );
    assert.ok(!bytes.includes('xxxxx'));
  });

  test(`${name}: indexes that are no numbers are one call, and not sure`, async () => {
    const [one, two] = [start(0, 'a'), start(0, 'b')].map((event) =>
      JSON.parse(JSON.stringify(event).replace(/ndex":0/, 'ndex":"0"')),
    );
    const ends = JSON.parse(JSON.stringify(stop(0)).replace(/ndex":0/, 'ndex":null'));
    assert.deepEqual(await told([one, two, ends]), [['a', false, '']]);
  });
}

test('repeated keys, a nest, NUL, a byte order mark and what is not UTF-8 are cut in either framing', async () => {
  const odd = [
    '{"a":1,"a":2}',
    `{"a":${'['.repeat(99)}1${']'.repeat(99)}}`,
    '{"a":"\0"}',
    '\0{"a":1}',
    '\ufeff{"a":1}',
    '{"a":1}{"a":1}',
    '{"a":1',
  ].map((text) => Buffer.from(text));
  odd.push(Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]));
  for (const payload of odd) {
    const event = Buffer.concat([Buffer.from('data: '), payload, Buffer.from('\n\n')]);
    await assert.rejects(
      run((limit) => cohereAnswer('text/event-stream', limit), event),
      /read surely|UTF-8/,
      String(payload),
    );
    const message = awsEvent('metadata', payload.toString('latin1'));
    if (payload.every((byte) => byte < 128))
      await assert.rejects(
        run((limit) => converseAnswer(true, limit), message),
        /read surely/,
      );
  }
});

test('converse: what is in the arguments of a start and of its pieces is no JSON together, so not read', async () => {
  const { calls } = await converse.pass([converse.start(0, 'a', '{"x":1}'), converse.piece(0, '{"x":2}'), converse.stop(0)]);
  assert.equal(calls[0]?.arguments.toString(), '{"x":1}{"x":2}');
});

test('names in another spelling are cut', async () => {
  const { contentBlockStart: start } = converse.start(0, 'a') as { contentBlockStart: { start: unknown } };
  for (const event of [
    { ...start, Start: start.start },
    { ...start, start: undefined, Start: start.start },
    { ContentBlockIndex: 1 },
  ])
    await assert.rejects(converse.pass([{ contentBlockStart: event }]), /not spelt/);
  const twice = { function: { name: 'a', arguments: '' }, Function: { name: 'b', arguments: '{}' } };
  await assert.rejects(cohere.pass([cohereCall('tool-call-start', 0, twice)]), /not spelt/);
});

test('a piece that is no text, or text within a call, is not sure', async () => {
  const odd = await converse.pass([converse.start(0, 'a'), converse.piece(0, { x: 1 }), converse.stop(0)]);
  const text = { contentBlockDelta: at(0, { delta: { text: 'x' } }) };
  const mixed = await converse.pass([converse.start(0, 'a'), text, converse.stop(0)]);
  assert.deepEqual([odd.calls[0]?.sure, mixed.calls[0]?.sure], [false, false]);
  await assert.rejects(cohere.pass([cohere.start(0, 'a'), cohere.piece(0, { x: 1 }), cohere.stop(0)]), /can't be read/);
});

test('converse: pieces of what AWS runs pass, and a call that takes over its block is not sure', async () => {
  const runs = { contentBlockStart: at(0, { start: { toolUse: { toolUseId: 's', name: 'web', type: 'server_tool_use' } } }) };
  const own = await converse.pass([runs, converse.piece(0, '{"q":1}'), converse.stop(0), converse.end]);
  assert.equal(own.calls.length, 0);
  assert.ok(own.bytes.includes('web'));
  const both = await converse.pass([converse.start(0, 'a'), runs, converse.piece(0, '{}'), converse.stop(0)]);
  assert.deepEqual(
    both.calls.map(({ sure }) => sure),
    [false],
  );
});

test('cohere: a name in a piece is not sure; a call in a list, without a function, or at the front of a message is cut', async () => {
  const named = {
    type: 'tool-call-delta',
    index: 0,
    delta: { message: { tool_calls: { function: { name: 'b', arguments: '' } } } },
  };
  assert.equal((await cohere.pass([cohere.start(0, 'a'), named, cohere.stop(0)])).calls[0]?.sure, false);
  for (const call of [[{ function: { name: 'a' } }], { name: 'a' }, null, 'x'])
    await assert.rejects(cohere.pass([cohereCall('tool-call-start', 0, call)]), /can't be read/);
  await assert.rejects(cohere.pass([cohereCall('message-start', 0, [{ function: { name: 'a' } }])]), /begins with a call/);
});

test("cohere: calls of version 1 are cut, in a document, a line and an event; the text's index is its own", async () => {
  const old = { text: '', tool_calls: [{ name: 'a', parameters: {} }] };
  const open = (type: string) => (limit: number) => cohereAnswer(type, limit);
  await assert.rejects(run(open('application/json'), Buffer.from(JSON.stringify(old))), /version 1/);
  await assert.rejects(run(open('application/stream+json'), Buffer.from(`${JSON.stringify({ response: old })}\n`)), /version 1/);
  await assert.rejects(cohere.pass([{ event_type: 'tool-calls-chunk', tool_call_delta: { name: 'a' } }]), /version 1/);
  const content = { type: 'content-start', index: 0, delta: { message: { content: { type: 'thinking', thinking: 'x' } } } };
  const refused = await cohere.pass(
    [
      content,
      { type: 'content-end', index: 0 },
      cohere.start(0, 'a'),
      cohere.stop(0),
      cohere.start(1, 'b'),
      cohere.stop(1),
      cohere.end,
    ],
    REFUSED,
  );
  assert.deepEqual(
    [...refused.text.matchAll(/"type":"content-start","index":(\d+)/g)].map(([, index]) => index),
    ['0', '1', '2'],
  );
});

test('cohere: a line that is written anew ends as it came', async () => {
  const line = `${JSON.stringify({ message: { tool_calls: [{ function: { name: 'a', arguments: '{}' } }] } })}\n`;
  const { text } = await run((limit) => cohereAnswer('application/stream+json', limit), Buffer.from(line + line), REFUSED);
  assert.equal(text.trimEnd().split('\n').length, 2);
});
