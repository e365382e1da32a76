// A stand-in for the model APIs that always asks for the same two calls, in the form and framing that was asked for, a few bytes at a time.

import { setImmediate as turn } from 'node:timers/promises';
import * as blocks from './block-answers.ts';
import * as documents from './document-answers.ts';
import * as answers from './model-answers.ts';
import { type Answer, type Origin, type OriginResponse, startOrigin } from './origin.ts';
import type { ThrowawayCa } from './throwaway-ca.ts';

const JSON_TYPE = 'application/json';
const AWS_EVENTS = 'application/vnd.amazon.eventstream';
const EVENTS = 'text/event-stream; charset=utf-8';

interface Form {
  readonly path: RegExp;
  readonly whole: string;
  readonly stream: string | Buffer;
  readonly streamType: string;
}

const NOVA_EVENTS = blocks.novaChunks();

const FORMS: readonly Form[] = [
  { path: /\/v1\/chat\/completions/, whole: answers.CHAT_COMPLETION, stream: answers.CHAT_CHUNKS, streamType: EVENTS },
  { path: /\/v1\/responses/, whole: answers.RESPONSE_WHOLE, stream: answers.RESPONSE_EVENTS, streamType: EVENTS },
  {
    path: /:streamGenerateContent$/,
    whole: documents.GEMINI_ARRAY,
    stream: documents.GEMINI_ARRAY,
    streamType: JSON_TYPE,
  },
  { path: /:(?:stream)?generateContent/i, whole: documents.GEMINI_WHOLE, stream: documents.GEMINI_EVENTS, streamType: EVENTS },
  { path: /\/api\/chat/, whole: documents.OLLAMA_WHOLE, stream: documents.OLLAMA_LINES, streamType: 'application/x-ndjson' },
  { path: /\/v2\/chat/, whole: blocks.COHERE_WHOLE, stream: blocks.COHERE_EVENTS, streamType: EVENTS },
  { path: /\/converse/, whole: blocks.CONVERSE_WHOLE, stream: blocks.CONVERSE_EVENTS, streamType: AWS_EVENTS },
  { path: /nova-x\/invoke/, whole: blocks.CONVERSE_WHOLE, stream: NOVA_EVENTS, streamType: AWS_EVENTS },
  { path: /\/invoke/, whole: answers.ANTHROPIC_MESSAGE, stream: blocks.INVOKE_EVENTS, streamType: AWS_EVENTS },
  { path: /\/v1\/messages/, whole: answers.ANTHROPIC_MESSAGE, stream: answers.ANTHROPIC_EVENTS, streamType: EVENTS },
];

export const TOOL_CALL_HOSTS = [
  'api.openai.com',
  'api.anthropic.com',
  'api.mistral.ai',
  'api.cohere.com',
  'generativelanguage.googleapis.com',
  'aiplatform.googleapis.com',
  'ollama.example.com',
  'bedrock-runtime.us-east-1.amazonaws.com',
];

/** Bytes of one write: no event comes in one piece. */
const PIECE_BYTES = 61;

export async function startToolCallOrigin(ca: ThrowawayCa): Promise<Origin> {
  const answer: Answer = async (_request, response, received) => {
    const body = (await received.body()).toString();
    const form = FORMS.find(({ path }) => path.test(received.target));
    if (form === undefined) return end(response, 404);
    const isStream = /"stream":\s*true/.test(body) || /stream/i.test(received.target);
    response.statusCode = 200;
    // Two models that answer what can't be read, and what is not what it says.
    const isBroken = body.includes('"broken-x"');
    response.setHeader('content-type', body.includes('"lying-x"') ? 'text/plain' : isStream ? form.streamType : JSON_TYPE);
    const stream = body.includes('"mistral-x"') ? documents.MISTRAL_CHUNKS : form.stream;
    const given = isStream ? stream : isBroken ? form.whole.replace('{', '{"id":"a",') : form.whole;
    const bytes = typeof given === 'string' ? Buffer.from(given) : given;
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      Reflect.apply(response.write, response, [bytes.subarray(at, at + PIECE_BYTES)]);
      await turn();
    }
    response.end();
  };
  return startOrigin({ leaf: await ca.issue([...TOOL_CALL_HOSTS, 'localhost']), answer });
}

function end(response: OriginResponse, status: number): void {
  response.statusCode = status;
  response.end();
}
