// Answers of Gemini and Ollama that clients could read in more than one way, and types that lie about what an answer is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeaderList } from '../../../src/http/headers.ts';
import { arrayFrames } from '../../../src/providers/llm/array-frames.ts';
import { geminiAnswer } from '../../../src/providers/llm/gemini-answer.ts';
import { observeModel } from '../../../src/providers/llm/model-answer.ts';
import { ollamaAnswer } from '../../../src/providers/llm/ollama-answer.ts';
import { PASS, passAnswer, REFUSED } from '../../support/answer-sluice.ts';
import { GEMINI_EVENTS, GEMINI_WHOLE } from '../../support/document-answers.ts';
import { handMade } from '../../support/exchange.ts';

const gemini = (isStream: boolean) => (limit: number) => geminiAnswer(isStream, limit);
const ofParts = (...parts: unknown[]) => JSON.stringify({ candidates: [{ content: { parts } }] });
const pass = (open: Parameters<typeof passAnswer>[0], text: string | Buffer, fate = PASS, limitBytes = 1000) =>
  passAnswer(open, Buffer.from(text), [], () => fate, limitBytes);
const told = async (...parts: unknown[]) =>
  (await pass(gemini(false), ofParts(...parts))).calls.map(({ tool, sure, arguments: args }) => [tool, sure, args.toString()]);
const call = (name: unknown, args?: unknown) => ({ functionCall: { id: 'same', name, args } });

test('gemini: each part is a call of its own, also with one id', async () => {
  assert.deepEqual(await told(call('a', { x: 1 }), call('a', { x: 2 })), [
    ['a', true, '{"x":1}'],
    ['a', true, '{"x":2}'],
  ]);
});

test('gemini: no name, two spellings of one call, pieces, and what is no object are not sure', async () => {
  assert.deepEqual(await told(call(undefined, {})), [['', false, '{}']]);
  assert.deepEqual(await told(call(7, {})), [['', false, '{}']]);
  assert.deepEqual(await told({ functionCall: { name: 'a' }, function_call: { name: 'b' } }), [['a', false, '']]);
  for (const member of ['partialArgs', 'partial_args', 'willContinue', 'will_continue'])
    assert.deepEqual(await told({ functionCall: { name: 'a', [member]: [] } }), [['a', false, '']], member);
  assert.deepEqual(await told({ functionCall: ['a'] }), [['', false, '']]);
  assert.deepEqual(await told({ functionCall: 'a' }), [['', false, '']]);
});

test('gemini: a call in snake case is judged, refused and edited like any', async () => {
  const text = ofParts({ function_call: { name: 'a', args: { to: 'evil' } } });
  assert.ok(!(await pass(gemini(false), text, REFUSED)).text.includes('evil'));
  const edited = await pass(gemini(false), text, { kind: 'edit', arguments: Buffer.from('{"to":"us"}') } as never);
  assert.deepEqual(JSON.parse(edited.text).candidates[0].content.parts, [{ functionCall: { name: 'a', args: { to: 'us' } } }]);
});

test('gemini: arguments that are too long are refused with nothing kept', async () => {
  const { calls, text } = await pass(gemini(false), ofParts(call('a', { x: 'evil'.repeat(9) })), REFUSED, 10);
  assert.deepEqual(
    calls.map(({ isTooLong, arguments: args }) => [isTooLong, args.length]),
    [[true, 0]],
  );
  assert.ok(!text.includes('evil'));
});

const ODD_DOCUMENTS: ReadonlyArray<readonly [string, string | Buffer]> = [
  ['a repeated key', ofParts(call('a')).replace('"name"', '"name":"b","name"')],
  ['something behind it', `${ofParts(call('a'))}${ofParts(call('b'))}`],
  ['a byte order mark', `\ufeff${ofParts(call('a'))}`],
  ['NUL', `\0${ofParts(call('a'))}`],
  ['UTF-16', Buffer.from(ofParts(call('a')), 'utf16le')],
  [
    'bytes that are not UTF-8',
    Buffer.concat([Buffer.from(ofParts(call('a')).slice(0, -2)), Buffer.from([0xff]), Buffer.from(']}')]),
  ],
  ['a nest', `{"x":${'{"x":'.repeat(99)}1${'}'.repeat(99)},"candidates":[]}`],
  ['words in front', `x ${ofParts(call('a'))}`],
  ['a separator in front', `x\u001c${ofParts(call('a'))}`],
  ['its end missing', ofParts(call('a')).slice(0, -1)],
];

for (const [name, text] of ODD_DOCUMENTS)
  test(`${name}: cut as a document, an element, an event and a line`, async () => {
    const bytes = Buffer.from(text);
    const inList = Buffer.concat([Buffer.from('['), bytes, Buffer.from(']')]);
    const asEvent = Buffer.concat([Buffer.from('data: '), bytes, Buffer.from('\n\n')]);
    const refused = /read surely|no array|UTF-8|is a list/;
    await assert.rejects(
      passAnswer(gemini(false), bytes, [], () => PASS),
      refused,
    );
    await assert.rejects(
      passAnswer(gemini(false), inList, [], () => PASS),
      refused,
    );
    await assert.rejects(
      passAnswer(gemini(true), asEvent, [], () => PASS),
      refused,
    );
    await assert.rejects(
      passAnswer(ollamaAnswer, Buffer.concat([bytes, Buffer.from('\n')]), [], () => PASS),
      refused,
    );
  });

test('an array that is none between its elements, or goes on behind its end, is cut', async () => {
  const one = ofParts(call('a'));
  for (const text of [
    `[${one} ${one}]`,
    `[${one};${one}]`,
    `[,${one}]`,
    `[${one}]${one}`,
    `[${one}]]`,
    `[${one},]`,
    `[[${one}]]`,
    `["${one}"]`,
    '[1,{}]',
    `[${one}]x`,
  ])
    await assert.rejects(pass(gemini(false), text), /no array of objects/, text);
  await assert.rejects(pass(gemini(false), `[{"a":"\\"]}`), /read surely/);
  await assert.rejects(pass(gemini(false), `[{"a":[}]`), /no array|read surely/);
});

test('white space in front of an array takes no memory', () => {
  const cutter = arrayFrames();
  for (let i = 0; i < 1000; i += 1) assert.equal(cutter.push(Buffer.from('\n')).length, 1);
  assert.equal(cutter.heldBytes(), 0);
  assert.equal(
    cutter
      .push(Buffer.from('[{"a":1}]'))
      .find(({ data }) => data !== null)
      ?.raw.toString(),
    '{"a":1}',
  );
});

test('ollama: both places of a message are read, and a call told twice at one place is not sure', async () => {
  const calls = [{ function: { name: 'a', arguments: { x: 1 } } }];
  const both = `${JSON.stringify({ message: { tool_calls: calls }, tool_calls: calls, response: 'hi' })}\n`;
  assert.equal((await pass(ollamaAnswer, both)).calls.length, 2);
  const refused = (await pass(ollamaAnswer, both, REFUSED)).text;
  assert.ok(!refused.includes('"x"') && refused.endsWith('\n'));
  const same = [0, 1].map(() => ({ index: 0, function: { name: 'a', arguments: { x: 1 } } }));
  const { calls: judged } = await pass(ollamaAnswer, `${JSON.stringify({ message: { tool_calls: same } })}\n`);
  assert.deepEqual(
    judged.map(({ sure }) => sure),
    [false],
  );
});

test('a call told in two parts of a whole message is not sure', async () => {
  const calls = [
    { index: 0, function: { name: 'a', arguments: '{}' } },
    { index: 0, function: { arguments: '' } },
  ];
  const { calls: judged } = await pass(ollamaAnswer, `${JSON.stringify({ message: { tool_calls: calls } })}\n`);
  assert.deepEqual(
    judged.map(({ sure, tool }) => [sure, tool]),
    [[false, 'a']],
  );
});

test('ollama: lines that end otherwise, events, and a last one without its end are read or cut', async () => {
  const line = JSON.stringify({ message: { tool_calls: [{ function: { name: 'a', arguments: {} } }] } });
  assert.equal((await pass(ollamaAnswer, line)).calls.length, 1);
  assert.equal((await pass(ollamaAnswer, `${line}\r\n${line}\r\n`)).calls.length, 2);
  await assert.rejects(pass(ollamaAnswer, `${line}\r${line}\n`), /read surely/);
  await assert.rejects(pass(ollamaAnswer, `${line}\u2028${line}\n`), /read surely/);
  await assert.rejects(pass(ollamaAnswer, `data: ${line}\n\n`), /read surely/);
});

test('a list block keeps what was in it when text takes the place of a call', async () => {
  const message = { content: [{ type: 'thinking', thinking: [] }], tool_calls: [{ function: { name: 'a', arguments: {} } }] };
  const { text } = await pass(ollamaAnswer, `${JSON.stringify({ message })}\n`, REFUSED);
  const [first, second] = JSON.parse(text).message.content;
  assert.deepEqual([first, second.type], [{ type: 'thinking', thinking: [] }, 'text']);
});

test('an answer whose type is not what it is, is cut', async () => {
  await assert.rejects(pass(gemini(true), GEMINI_WHOLE), /not what its type says/);
  await assert.rejects(pass(gemini(false), GEMINI_EVENTS), /read surely/);
  await assert.rejects(pass(gemini(true), `[\n\n${GEMINI_WHOLE}]`), /not what its type says/);
});

test('a charset that is not UTF-8, and two types, are refused before the head goes out', () => {
  const facts = { host: 'h', method: 'POST', path: '/', inspected: true, api: 'gemini-generate', model: 'm' };
  const action = { name: 'llm.request', resource: { type: 'Host', id: 'h' }, parents: [], facts } as const;
  const { request } = handMade('POST', '/v1beta/models/m:generateContent');
  const open = (...types: string[]) =>
    observeModel(request, { bytes: Buffer.alloc(0), problem: null }, [action])?.open(
      { status: 200, headers: new HeaderList(types.flatMap((type) => ['content-type', type])) },
      100,
    );
  for (const types of [
    ['application/json; charset=utf-16'],
    ['text/event-stream;charset=utf-7'],
    ['application/json', 'text/event-stream'],
    ['json'],
  ])
    assert.throws(() => open(...types), { code: 'UPSTREAM_PROTOCOL' }, types.join());
  for (const types of [['application/json; charset=UTF-8'], ['text/event-stream'], []]) assert.notEqual(open(...types), null);
});

test('more calls at once than a request could offer tools are cut', async () => {
  const many = (count: number) => ofParts(...Array.from({ length: count }, () => call('a', {})));
  assert.equal((await pass(gemini(false), many(128))).calls.length, 128);
  await assert.rejects(pass(gemini(false), many(129)), /more than 128 calls/);
});
