// The real SDKs of the model vendors, with and without their stream helpers: what text and which calls of tools an agent would get.

import { reportCalls } from './calls.ts';
import { type Said, vendorCalls } from './vendor-tool-calls.ts';

const user = { role: 'user' as const, content: 'hello' };
const chatTools = ['send_email', 'look_up'].map((name) => ({
  type: 'function' as const,
  function: { name, parameters: { type: 'object', properties: {} } },
}));
const flatTools = ['send_email', 'look_up'].map((name) => ({
  type: 'function' as const,
  name,
  parameters: { type: 'object', properties: {} },
  strict: false,
}));
const blockTools = ['send_email', 'look_up'].map((name) => ({ name, input_schema: { type: 'object' as const } }));

async function openai() {
  const { default: OpenAI } = await import('openai');
  return new OpenAI({ apiKey: 'sk-test', maxRetries: 0 });
}

const chat = { model: 'gpt-x', messages: [user], tools: chatTools };
const response = { model: 'gpt-x', input: 'hello', tools: flatTools };
const message = { model: 'claude-x', max_tokens: 64, messages: [user], tools: blockTools };

type OpenAiClient = Awaited<ReturnType<typeof openai>>;
type Completion = Awaited<ReturnType<ReturnType<OpenAiClient['chat']['completions']['stream']>['finalChatCompletion']>>;
type Answered = Awaited<ReturnType<ReturnType<OpenAiClient['responses']['stream']>['finalResponse']>>;

function ofCompletion(completion: Pick<Completion, 'choices'>): Said {
  const [choice] = completion.choices;
  const calls = (choice?.message.tool_calls ?? []).map((call) =>
    'function' in call ? ([call.function.name, JSON.parse(call.function.arguments)] as const) : (['custom', null] as const),
  );
  return { text: choice?.message.content ?? '', calls, stop: choice?.finish_reason };
}

function ofResponse({ output, status }: Pick<Answered, 'output' | 'status'>): Said {
  const calls = output.flatMap((item) =>
    item.type === 'function_call' ? [[item.name, JSON.parse(item.arguments)] as const] : [],
  );
  const text = output.flatMap((item) =>
    item.type === 'message' ? item.content.map((part) => (part.type === 'output_text' ? part.text : '')) : [],
  );
  return { text: text.join('\n'), calls, stop: status };
}

async function anthropic() {
  const { default: Anthropic } = await import('@anthropic-ai/sdk');
  return new Anthropic({ apiKey: 'k', maxRetries: 0 });
}

interface Message {
  readonly content: ReadonlyArray<{
    readonly type: string;
    readonly text?: string;
    readonly name?: string;
    readonly input?: unknown;
  }>;
  readonly stop_reason: unknown;
}

function ofMessage({ content, stop_reason: stop }: Message): Said {
  const calls = content.flatMap((block) => (block.type === 'tool_use' ? [[block.name ?? '', block.input] as const] : []));
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text ?? ''] : []));
  return { text: text.join('\n'), calls, stop };
}

await reportCalls({
  ...vendorCalls,
  chat: async () => ofCompletion((await (await openai()).chat.completions.create(chat)) as Completion),
  'chat-stream': async () => ofCompletion(await (await openai()).chat.completions.stream(chat).finalChatCompletion()),
  responses: async () => ofResponse((await (await openai()).responses.create(response)) as Answered),
  'responses-stream': async () => ofResponse(await (await openai()).responses.stream(response).finalResponse()),
  messages: async () => ofMessage(await (await anthropic()).messages.create(message)),
  'messages-stream': async () => ofMessage(await (await anthropic()).messages.stream(message).finalMessage()),
});
