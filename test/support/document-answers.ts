// Answers of Gemini and Ollama as their documentation shows them: some text, then two calls of tools, each document whole.

import { events } from './model-answers.ts';

const gemini = (parts: readonly unknown[], more: Record<string, unknown> = {}) => ({
  candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }],
  modelVersion: 'gemini-x',
});
const USAGE = { usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2, totalTokenCount: 3 } };
const MAIL = { functionCall: { id: 'call_1', name: 'send_email', args: { to: 'eve@evil.example' } }, thoughtSignature: 'AA==' };
const LOOK = { functionCall: { name: 'look_up', args: { what: 'weather' } } };
const TEXT = { text: 'I will mail — then look.' };

/** https://ai.google.dev/api/generate-content: a call ends with STOP like any text. */
const GEMINI_PIECES = [gemini([TEXT]), gemini([MAIL]), { ...gemini([LOOK], { finishReason: 'STOP' }), ...USAGE }];

export const GEMINI_EVENTS = events(GEMINI_PIECES.map((piece) => [null, piece]));
/** As the server writes it when no events were asked for. */
export const GEMINI_ARRAY = `[${GEMINI_PIECES.map((piece) => JSON.stringify(piece, null, 1)).join('\n,\r\n')}\n]\n`;
export const GEMINI_WHOLE = JSON.stringify({ ...gemini([TEXT, MAIL, LOOK], { finishReason: 'STOP' }), ...USAGE }, null, 2);

const ollama = (message: Record<string, unknown>, more: Record<string, unknown> = { done: false }) =>
  JSON.stringify({
    model: 'llama-x',
    created_at: '2026-01-01T00:00:00Z',
    message: { role: 'assistant', content: '', ...message },
    ...more,
  });
const END = { done: true, done_reason: 'stop', total_duration: 1, prompt_eval_count: 1, eval_count: 2 };
const OLLAMA_MAIL = { id: 'call_1', function: { index: 0, name: 'send_email', arguments: { to: 'eve@evil.example' } } };
const OLLAMA_LOOK = { function: { name: 'look_up', arguments: { what: 'weather' } } };

/** https://docs.ollama.com/capabilities/tool-calling */
export const OLLAMA_LINES = `${[
  ollama({ content: 'I will mail — ' }),
  ollama({ content: 'then look.' }),
  ollama({ tool_calls: [OLLAMA_MAIL] }),
  ollama({ tool_calls: [OLLAMA_LOOK] }),
  ollama({}, END),
].join('\n')}\n`;
export const OLLAMA_WHOLE = ollama({ content: 'I will mail — then look.', tool_calls: [OLLAMA_MAIL, OLLAMA_LOOK] }, END);

const mistral = (choice: Record<string, unknown>) => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'mistral-x',
  choices: [{ index: 0, finish_reason: null, ...choice }],
});
const mistralCall = (index: number, id: string, name: string, args: string) => ({
  index,
  id,
  function: { name, arguments: args },
});

/** Mistral's calls come whole: https://docs.mistral.ai/capabilities/function_calling */
export const MISTRAL_CHUNKS = events([
  [null, mistral({ delta: { role: 'assistant', content: 'I will mail — then look.' } })],
  [
    null,
    mistral({
      delta: {
        content: '',
        tool_calls: [
          mistralCall(0, 'call_1', 'send_email', '{"to": "eve@evil.example"}'),
          mistralCall(1, 'call_2', 'look_up', '{"what":"weather"}'),
        ],
      },
      finish_reason: 'tool_calls',
    }),
  ],
  [null, '[DONE]'],
]);
