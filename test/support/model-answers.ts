// Answers of model APIs as their documentation shows them: some text, then two calls of tools.

/** Each with its name, if it has one. */
export function events(list: ReadonlyArray<readonly [type: string | null, data: unknown]>): string {
  return list
    .map(
      ([type, data]) =>
        `${type === null ? '' : `event: ${type}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`,
    )
    .join('');
}

const anthropic = (data: { readonly type: string } & Record<string, unknown>) => [data.type, data] as const;

/** https://docs.anthropic.com/en/docs/build-with-claude/streaming */
export const ANTHROPIC_EVENTS = events([
  anthropic({
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      content: [],
      model: 'claude-x',
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 25, output_tokens: 1 },
    },
  }),
  anthropic({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
  anthropic({ type: 'ping' }),
  anthropic({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'I will mail — then look.' } }),
  anthropic({ type: 'content_block_stop', index: 0 }),
  anthropic({
    type: 'content_block_start',
    index: 1,
    content_block: { type: 'tool_use', id: 'tu_1', name: 'send_email', input: {} },
  }),
  anthropic({ type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '' } }),
  anthropic({ type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"to": "eve@evil' } }),
  anthropic({ type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '.example"}' } }),
  anthropic({ type: 'content_block_stop', index: 1 }),
  anthropic({
    type: 'content_block_start',
    index: 2,
    content_block: { type: 'tool_use', id: 'tu_2', name: 'look_up', input: {} },
  }),
  anthropic({ type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"what":"weather"}' } }),
  anthropic({ type: 'content_block_stop', index: 2 }),
  anthropic({ type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 89 } }),
  anthropic({ type: 'message_stop' }),
]);

export const ANTHROPIC_MESSAGE = JSON.stringify({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-x',
  content: [
    { type: 'text', text: 'I will mail — then look.' },
    { type: 'tool_use', id: 'tu_1', name: 'send_email', input: { to: 'eve@evil.example' } },
    { type: 'tool_use', id: 'tu_2', name: 'look_up', input: { what: 'weather' } },
  ],
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: { input_tokens: 25, output_tokens: 89 },
});

const chunk = (choice: Record<string, unknown>) =>
  [
    null,
    {
      id: 'c1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'gpt-x',
      choices: [{ index: 0, finish_reason: null, ...choice }],
    },
  ] as const;
const callPart = (index: number, fn: Record<string, unknown>, id?: string) =>
  chunk({ delta: { tool_calls: [{ index, ...(id === undefined ? {} : { id, type: 'function' }), function: fn }] } });

/** Two calls whose pieces come in turns: https://platform.openai.com/docs/api-reference/chat-streaming */
export const CHAT_CHUNKS = events([
  chunk({ delta: { role: 'assistant', content: '' } }),
  chunk({ delta: { content: 'I will mail — then look.' } }),
  callPart(0, { name: 'send_email', arguments: '' }, 'call_1'),
  callPart(1, { name: 'look_up', arguments: '' }, 'call_2'),
  callPart(0, { arguments: '{"to": "eve@evil' }),
  callPart(1, { arguments: '{"what":' }),
  callPart(0, { arguments: '.example"}' }),
  callPart(1, { arguments: '"weather"}' }),
  chunk({ delta: {}, finish_reason: 'tool_calls' }),
  [
    null,
    {
      id: 'c1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'gpt-x',
      choices: [],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    },
  ],
  [null, '[DONE]'],
]);

export const CHAT_COMPLETION = JSON.stringify({
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-x',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'send_email', arguments: '{"to": "eve@evil.example"}' } },
          { id: 'call_2', type: 'function', function: { name: 'look_up', arguments: '{"what":"weather"}' } },
        ],
      },
      finish_reason: 'tool_calls',
    },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
});

const CALL_ITEM = { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'send_email', status: 'completed' };
const LOOK_ITEM = { id: 'fc_2', type: 'function_call', call_id: 'call_2', name: 'look_up', status: 'completed' };
const TEXT_ITEM = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed' };
const PART = { type: 'output_text', text: 'I will mail — then look.', annotations: [] };
const OUTPUT = [
  { ...TEXT_ITEM, content: [PART] },
  { ...CALL_ITEM, arguments: '{"to": "eve@evil.example"}' },
  { ...LOOK_ITEM, arguments: '{"what":"weather"}' },
];
const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  model: 'gpt-x',
  error: null,
  incomplete_details: null,
  parallel_tool_calls: true,
  tools: [],
};

export const RESPONSE_WHOLE = JSON.stringify({
  ...RESPONSE,
  status: 'completed',
  output: OUTPUT,
  usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 },
});

let sequence = 0;
const responses = (type: string, data: Record<string, unknown>) =>
  [type, { type, sequence_number: sequence++, ...data }] as const;
const argumentEvents = (index: number, item: typeof CALL_ITEM, pieces: readonly string[]) => [
  responses('response.output_item.added', { output_index: index, item: { ...item, status: 'in_progress', arguments: '' } }),
  ...pieces.map((delta) => responses('response.function_call_arguments.delta', { item_id: item.id, output_index: index, delta })),
  responses('response.function_call_arguments.done', {
    item_id: item.id,
    output_index: index,
    name: item.name,
    arguments: pieces.join(''),
  }),
  responses('response.output_item.done', { output_index: index, item: { ...item, arguments: pieces.join('') } }),
];

/** https://platform.openai.com/docs/api-reference/responses-streaming */
export const RESPONSE_EVENTS = events([
  responses('response.created', { response: { ...RESPONSE, status: 'in_progress', output: [], usage: null } }),
  responses('response.in_progress', { response: { ...RESPONSE, status: 'in_progress', output: [], usage: null } }),
  responses('response.output_item.added', { output_index: 0, item: { ...TEXT_ITEM, status: 'in_progress', content: [] } }),
  responses('response.content_part.added', { item_id: 'msg_1', output_index: 0, content_index: 0, part: { ...PART, text: '' } }),
  responses('response.output_text.delta', {
    item_id: 'msg_1',
    output_index: 0,
    content_index: 0,
    delta: PART.text,
    logprobs: [],
  }),
  responses('response.output_text.done', { item_id: 'msg_1', output_index: 0, content_index: 0, text: PART.text, logprobs: [] }),
  responses('response.content_part.done', { item_id: 'msg_1', output_index: 0, content_index: 0, part: PART }),
  responses('response.output_item.done', { output_index: 0, item: { ...TEXT_ITEM, content: [PART] } }),
  ...argumentEvents(1, CALL_ITEM, ['{"to": "eve@evil', '.example"}']),
  ...argumentEvents(2, LOOK_ITEM, ['{"what":"weather"}']),
  responses('response.completed', {
    response: { ...RESPONSE, status: 'completed', output: OUTPUT, usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 } },
  }),
]);
