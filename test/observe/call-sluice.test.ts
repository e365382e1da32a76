// Answers of models through the sluice, cut at every place: what is allowed comes as it was, of what is refused nothing comes at all.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CallReader } from '../../src/providers/call-reader.ts';
import { anthropicAnswer } from '../../src/providers/llm/anthropic-answer.ts';
import { converseAnswer } from '../../src/providers/llm/bedrock-answer.ts';
import { invokeAnswer } from '../../src/providers/llm/bedrock-invoke.ts';
import { chatAnswer } from '../../src/providers/llm/chat-answer.ts';
import { cohereAnswer } from '../../src/providers/llm/cohere-answer.ts';
import { geminiAnswer } from '../../src/providers/llm/gemini-answer.ts';
import { ollamaAnswer } from '../../src/providers/llm/ollama-answer.ts';
import { responsesAnswer } from '../../src/providers/llm/responses-answer.ts';
import { PASS, passAnswer, REFUSED } from '../support/answer-sluice.ts';
import {
  COHERE_EVENTS,
  COHERE_WHOLE,
  CONVERSE_EVENTS,
  CONVERSE_WHOLE,
  INVOKE_EVENTS,
  invokedText,
} from '../support/block-answers.ts';
import { GEMINI_ARRAY, GEMINI_EVENTS, GEMINI_WHOLE, OLLAMA_LINES, OLLAMA_WHOLE } from '../support/document-answers.ts';
import {
  ANTHROPIC_EVENTS,
  ANTHROPIC_MESSAGE,
  CHAT_CHUNKS,
  CHAT_COMPLETION,
  RESPONSE_EVENTS,
  RESPONSE_WHOLE,
} from '../support/model-answers.ts';

interface Answer {
  readonly name: string;
  readonly open: (limitBytes: number) => CallReader;
  readonly text: string | Buffer;
  /** What a client reads in the bytes; default: they are text. */
  readonly read?: (bytes: Buffer) => string;
}

const STREAMS: readonly Answer[] = [
  { name: 'anthropic events', open: (limit) => anthropicAnswer(true, limit), text: ANTHROPIC_EVENTS },
  { name: 'chat chunks', open: (limit) => chatAnswer(true, limit), text: CHAT_CHUNKS },
  { name: 'responses events', open: (limit) => responsesAnswer(true, limit), text: RESPONSE_EVENTS },
  { name: 'gemini events', open: (limit) => geminiAnswer(true, limit), text: GEMINI_EVENTS },
  { name: 'gemini array', open: (limit) => geminiAnswer(false, limit), text: GEMINI_ARRAY },
  { name: 'ollama lines', open: ollamaAnswer, text: OLLAMA_LINES },
  { name: 'cohere events', open: (limit) => cohereAnswer('text/event-stream', limit), text: COHERE_EVENTS },
  { name: 'converse events', open: (limit) => converseAnswer(true, limit), text: CONVERSE_EVENTS },
  { name: 'invoke chunks', open: (limit) => invokeAnswer(true, limit), text: INVOKE_EVENTS, read: invokedText },
];
const WHOLE: readonly Answer[] = [
  { name: 'anthropic message', open: (limit) => anthropicAnswer(false, limit), text: ANTHROPIC_MESSAGE },
  { name: 'chat completion', open: (limit) => chatAnswer(false, limit), text: CHAT_COMPLETION },
  { name: 'response', open: (limit) => responsesAnswer(false, limit), text: RESPONSE_WHOLE },
  { name: 'gemini document', open: (limit) => geminiAnswer(false, limit), text: GEMINI_WHOLE },
  { name: 'ollama document', open: ollamaAnswer, text: OLLAMA_WHOLE },
  { name: 'cohere response', open: (limit) => cohereAnswer('application/json', limit), text: COHERE_WHOLE },
  { name: 'converse response', open: (limit) => converseAnswer(false, limit), text: CONVERSE_WHOLE },
];
/** What only the refused call says. */
const SECRETS = ['evil', 'tu_1', 'call_1', 'fc_1'];

for (const { name, open, text, read = String } of [...STREAMS, ...WHOLE]) {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;

  test(`${name}: allowed, it comes byte for byte, wherever it is cut`, async () => {
    for (let cut = 0; cut < bytes.length; cut += 1) {
      const passed = await passAnswer(open, bytes, [cut], () => PASS);
      assert.ok(passed.bytes.equals(bytes), passed.text);
      assert.deepEqual(
        passed.calls.map(({ tool, arguments: args, sure }) => [tool, JSON.parse(args.toString()), sure]),
        [
          ['send_email', { to: 'eve@evil.example' }, true],
          ['look_up', { what: 'weather' }, true],
        ],
      );
      assert.equal(passed.withheld, null);
    }
  });

  test(`${name}: of a refused call nothing comes, in any cut`, async () => {
    const whole = await passAnswer(open, bytes, [], ({ tool }) => (tool === 'send_email' ? REFUSED : PASS));
    const told = read(whole.bytes);
    for (const secret of SECRETS) assert.ok(!told.includes(secret), told);
    assert.ok(told.includes('not allowed (policy no-mail; entry 7)'), told);
    assert.ok(told.includes('weather'));
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        const sorted = places.toSorted((a, b) => a - b);
        const passed = await passAnswer(open, bytes, sorted, ({ tool }) => (tool === 'send_email' ? REFUSED : PASS));
        assert.ok(passed.bytes.equals(whole.bytes));
      }),
      { numRuns: 50 },
    );
  });

  test(`${name}: cut in the middle, nothing of a call comes`, async () => {
    for (let end = 0; end < bytes.length; end += 1) {
      const passed = await passAnswer(open, bytes.subarray(0, end), [], ({ tool }) =>
        tool === 'send_email' ? REFUSED : PASS,
      ).catch(() => null);
      for (const secret of SECRETS) assert.ok(passed === null || !read(passed.bytes).includes(secret), `${end}: ${passed?.text}`);
    }
  });

  test(`${name}: arguments that are too long are never kept, and the call is told as such`, async () => {
    const passed = await passAnswer(open, bytes, [], ({ isTooLong }) => (isTooLong ? REFUSED : PASS), 20);
    assert.deepEqual(
      passed.calls.map(({ isTooLong, arguments: args }) => [isTooLong, args.length > 0]),
      [
        [true, false],
        [false, true],
      ],
    );
    for (const secret of SECRETS) assert.ok(!read(passed.bytes).includes(secret));
  });
}

for (const { name, open, text, read = String } of STREAMS) {
  test(`${name}: text goes on before the verdict on a call`, async () => {
    const passed = await passAnswer(open, typeof text === 'string' ? Buffer.from(text) : text, [], () => REFUSED);
    const before = read(passed.beforeVerdict);
    assert.ok(before.includes('then look.'));
    assert.ok(!before.includes('send_email'));
  });
}
