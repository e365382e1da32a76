// A stand-in for the model APIs: each documented endpoint gets the smallest answer that its SDK takes.

import { sendJson, startOrigin, type Answer, type Origin } from './origin.ts';
import type { ThrowawayCa } from './throwaway-ca.ts';

const USAGE = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
const CHAT = {
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } }],
  usage: USAGE,
};

const ANSWERS: ReadonlyArray<readonly [path: RegExp, answer: unknown]> = [
  [/^\/v1\/chat\/completions/, CHAT],
  [/^\/v1\/responses/, { id: 'r1', object: 'response', status: 'completed', output: [], model: 'm' }],
  [
    /^\/v1\/messages/,
    {
      id: 'm1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [{ type: 'text', text: 'hello' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    },
  ],
  [
    /:generateContent/,
    { candidates: [{ content: { role: 'model', parts: [{ text: 'hello' }] }, finishReason: 'STOP', index: 0 }] },
  ],
  [
    /^\/v2\/chat/,
    { id: 'c', finish_reason: 'COMPLETE', message: { role: 'assistant', content: [{ type: 'text', text: 'hello' }] }, usage: {} },
  ],
  [
    /^\/api\/chat/,
    { model: 'm', created_at: '2026-01-01T00:00:00Z', done: true, message: { role: 'assistant', content: 'hello' } },
  ],
  [
    /^\/model\//,
    { output: { message: { role: 'assistant', content: [{ text: 'hello' }] } }, stopReason: 'end_turn', usage: {}, metrics: {} },
  ],
];

export const MODEL_HOSTS = [
  'api.openai.com',
  'api.anthropic.com',
  'generativelanguage.googleapis.com',
  'api.mistral.ai',
  'api.cohere.com',
  'ollama.example.com',
  'bedrock-runtime.us-east-1.amazonaws.com',
];

export async function startModelOrigin(ca: ThrowawayCa): Promise<Origin> {
  const answer: Answer = async (_request, response, received) => {
    await received.body();
    const found = ANSWERS.find(([path]) => path.test(received.target))?.[1];
    return found === undefined
      ? sendJson(response, 404, { error: { message: 'no such endpoint' } })
      : sendJson(response, 200, found);
  };
  const origin = await startOrigin({ leaf: await ca.issue([...MODEL_HOSTS, 'localhost']), answer });
  // Between two calls a client loads the next SDK, which on a busy machine takes longer than Node keeps an idle connection.
  Reflect.set(origin.server, 'keepAliveTimeout', 60_000);
  return origin;
}
