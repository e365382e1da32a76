// Answers of Cohere and Bedrock as their documentation shows them: some text, then two calls of tools.

import { awsEvent, awsEventFrames } from '../../src/providers/llm/aws-event-frames.ts';
import { ANTHROPIC_EVENTS, events } from './model-answers.ts';

const cohere = (data: { readonly type: string } & Record<string, unknown>) => [data.type, data] as const;
const message = (of: Record<string, unknown>) => ({ delta: { message: of } });
const MAIL = { id: 'call_1', type: 'function', function: { name: 'send_email', arguments: '{"to": "eve@evil.example"}' } };
const LOOK = { id: 'call_2', type: 'function', function: { name: 'look_up', arguments: '{"what":"weather"}' } };
const callEvents = (index: number, { function: called, ...call }: typeof MAIL, pieces: readonly string[]) => [
  cohere({
    type: 'tool-call-start',
    index,
    ...message({ tool_calls: { ...call, function: { name: called.name, arguments: '' } } }),
  }),
  ...pieces.map((text) =>
    cohere({ type: 'tool-call-delta', index, ...message({ tool_calls: { function: { arguments: text } } }) }),
  ),
  cohere({ type: 'tool-call-end', index }),
];
const USAGE = { billed_units: { input_tokens: 1, output_tokens: 2 }, tokens: { input_tokens: 1, output_tokens: 2 } };

/** https://docs.cohere.com/docs/streaming */
export const COHERE_EVENTS = events([
  [
    'message-start',
    {
      id: 'c1',
      type: 'message-start',
      ...message({ role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] }),
    },
  ],
  cohere({ type: 'tool-plan-delta', ...message({ tool_plan: 'I will mail — ' }) }),
  cohere({ type: 'tool-plan-delta', ...message({ tool_plan: 'then look.' }) }),
  ...callEvents(0, MAIL, ['{"to": "eve@evil', '.example"}']),
  ...callEvents(1, LOOK, ['{"what":"weather"}']),
  cohere({ type: 'message-end', delta: { finish_reason: 'TOOL_CALL', usage: USAGE } }),
  [null, '[DONE]'],
]);

export const COHERE_WHOLE = JSON.stringify({
  id: 'c1',
  message: { role: 'assistant', tool_plan: 'I will mail — then look.', tool_calls: [MAIL, LOOK] },
  finish_reason: 'TOOL_CALL',
  usage: USAGE,
});

const aws = (type: string, data: unknown) => awsEvent(type, JSON.stringify(data));
const at = (contentBlockIndex: number, more: Record<string, unknown> = {}) => ({ contentBlockIndex, ...more });
const useEvents = (index: number, toolUseId: string, name: string, pieces: readonly string[]) => [
  aws('contentBlockStart', at(index, { start: { toolUse: { toolUseId, name } } })),
  ...pieces.map((input) => aws('contentBlockDelta', at(index, { delta: { toolUse: { input } } }))),
  aws('contentBlockStop', at(index)),
];

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
export const CONVERSE_EVENTS = Buffer.concat([
  aws('messageStart', { role: 'assistant' }),
  aws('contentBlockDelta', at(0, { delta: { text: 'I will mail — then look.' } })),
  aws('contentBlockStop', at(0)),
  ...useEvents(1, 'tu_1', 'send_email', ['', '{"to": "eve@evil', '.example"}']),
  ...useEvents(2, 'tu_2', 'look_up', ['{"what":"weather"}']),
  aws('messageStop', { stopReason: 'tool_use' }),
  aws('metadata', { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 }, metrics: { latencyMs: 1 } }),
]);

export const CONVERSE_WHOLE = JSON.stringify({
  output: {
    message: {
      role: 'assistant',
      content: [
        { text: 'I will mail — then look.' },
        { toolUse: { toolUseId: 'tu_1', name: 'send_email', input: { to: 'eve@evil.example' } } },
        { toolUse: { toolUseId: 'tu_2', name: 'look_up', input: { what: 'weather' } } },
      ],
    },
  },
  stopReason: 'tool_use',
  usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
  metrics: { latencyMs: 1 },
});

/** Anthropic's events, each in a chunk of its own. */
export const INVOKE_EVENTS = Buffer.concat(
  [...ANTHROPIC_EVENTS.matchAll(/^data: (.*)$/gm)].map(([, data = '']) =>
    aws('chunk', { bytes: Buffer.from(data).toString('base64'), p: 'abcdef' }),
  ),
);

/** Nova's events by Invoke are those of Converse, each in a chunk. */
export function novaChunks(): Buffer {
  return Buffer.concat(
    awsEventFrames()
      .push(CONVERSE_EVENTS)
      .map(({ type, data }) =>
        aws('chunk', { bytes: Buffer.from(JSON.stringify({ [type]: JSON.parse(String(data)) })).toString('base64') }),
      ),
  );
}

/** What the chunks say. */
export function invokedText(bytes: Buffer): string {
  return awsEventFrames()
    .push(bytes)
    .map(({ data }) => Buffer.from(String(JSON.parse(String(data)).bytes), 'base64').toString())
    .join('\n');
}
