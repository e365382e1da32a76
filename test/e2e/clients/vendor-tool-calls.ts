// The SDKs of Google, Mistral, Cohere, Ollama and AWS: what text and which calls of tools an agent would get of their answers.

import { connect as connectTls } from 'node:tls';
import { request } from 'node:http';
import type { Socket } from 'node:net';

/** What an agent sees of an answer. */
export interface Said {
  readonly text: string;
  readonly calls: ReadonlyArray<readonly [name: string, args: unknown]>;
  readonly stop: unknown;
}

const user = { role: 'user' as const, content: 'hello' };
const names = ['send_email', 'look_up'];
const chatTools = names.map((name) => ({
  type: 'function' as const,
  function: { name, parameters: { type: 'object', properties: {} } },
}));

/** Gathers what comes in pieces: the calls by their place. */
function gathered() {
  const calls = new Map<string, { name: string; args: string }>();
  let text = '';
  let stop: unknown = null;
  return {
    text(more: string | undefined | null) {
      text += more ?? '';
    },
    call(at: number | string | undefined, name: string | undefined, args: unknown) {
      const call = calls.get(String(at)) ?? { name: '', args: '' };
      call.name += name ?? '';
      call.args += typeof args === 'string' ? args : args === undefined ? '' : JSON.stringify(args);
      calls.set(String(at), call);
    },
    stop(reason: unknown) {
      stop = reason ?? stop;
    },
    get said(): Said {
      return { text, calls: [...calls.values()].map(({ name, args }) => [name, JSON.parse(args)] as const), stop };
    },
  };
}

async function gemini(isStream: boolean, vertexai = false): Promise<Said> {
  const { GoogleGenAI } = await import('@google/genai');
  const { models } = new GoogleGenAI({ apiKey: 'k', vertexai });
  const config = { tools: [{ functionDeclarations: names.map((name) => ({ name })) }] };
  const asked = { model: 'gemini-x', contents: 'hello', config };
  const said = gathered();
  const answers = isStream ? await models.generateContentStream(asked) : [await models.generateContent(asked)];
  let place = 0;
  for await (const { candidates = [] } of answers) {
    for (const { text, functionCall } of candidates[0]?.content?.parts ?? []) {
      said.text(text);
      if (functionCall !== undefined) said.call((place += 1), functionCall.name, functionCall.args);
    }
    said.stop(candidates[0]?.finishReason);
  }
  return said.said;
}

async function mistral(isStream: boolean): Promise<Said> {
  const { Mistral } = await import('@mistralai/mistralai');
  const { chat } = new Mistral({ apiKey: 'k' });
  const asked = { model: 'mistral-x', messages: [user], tools: chatTools };
  const said = gathered();
  const answers = isStream ? await chat.stream(asked) : [await chat.complete(asked)];
  for await (const answer of answers) {
    const choice = 'data' in answer ? answer.data.choices[0] : answer.choices[0];
    const message = choice === undefined ? undefined : 'delta' in choice ? choice.delta : choice.message;
    if (typeof message?.content === 'string') said.text(message.content);
    for (const [place, call] of (message?.toolCalls ?? []).entries())
      said.call(isStream ? call.index : place, call.function.name, call.function.arguments);
    said.stop(choice?.finishReason);
  }
  return said.said;
}

async function ollama(isStream: boolean): Promise<Said> {
  const { Ollama } = await import('ollama');
  const client = new Ollama({ host: 'https://ollama.example.com' });
  const asked = { model: 'llama-x', messages: [user], tools: chatTools };
  const said = gathered();
  const answers = isStream ? await client.chat({ ...asked, stream: true }) : [await client.chat({ ...asked, stream: false })];
  let place = 0;
  for await (const { message, done_reason: reason } of answers) {
    said.text(message.content);
    for (const call of message.tool_calls ?? []) said.call((place += 1), call.function.name, call.function.arguments);
    said.stop(reason);
  }
  return said.said;
}

async function cohere(): Promise<Said> {
  const { CohereClientV2 } = await import('cohere-ai');
  const asked = { model: 'command-x', messages: [user], tools: chatTools };
  const { message, finishReason } = await new CohereClientV2({ token: 'k' }).chat(asked);
  const said = gathered();
  for (const part of message.content ?? []) if (part.type === 'text') said.text(part.text);
  for (const { id, function: called } of message.toolCalls ?? []) said.call(id, called?.name, called?.arguments);
  said.stop(finishReason);
  return said.said;
}

async function cohereStream(): Promise<Said> {
  const { CohereClientV2 } = await import('cohere-ai');
  const asked = { model: 'command-x', messages: [user], tools: chatTools };
  const said = gathered();
  for await (const event of await new CohereClientV2({ token: 'k' }).chatStream(asked)) {
    if (event.type === 'content-delta') said.text(event.delta?.message?.content?.text);
    if (event.type === 'tool-call-start' || event.type === 'tool-call-delta') {
      const called = event.delta?.message?.toolCalls?.function;
      said.call(event.index, called !== undefined && 'name' in called ? called.name : undefined, called?.arguments);
    }
    if (event.type === 'message-end') said.stop(event.delta?.finishReason);
  }
  return said.said;
}

const HOST = 'bedrock-runtime.us-east-1.amazonaws.com';

/** The SDK's own HTTP/2 handler knows no proxies: it is handed a connection through ours. */
async function tunnel(): Promise<Socket> {
  const proxy = new URL(process.env['HTTPS_PROXY'] ?? '');
  const login = Buffer.from(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`).toString('base64');
  const headers = { 'proxy-authorization': `Basic ${login}` };
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  request({ method: 'CONNECT', host: proxy.hostname, port: proxy.port, path: `${HOST}:443`, headers })
    .on('connect', (_answer, socket) => resolve(socket))
    .on('error', reject)
    .end();
  return promise;
}

async function bedrock(http2: boolean) {
  const { BedrockRuntimeClient } = await import('@aws-sdk/client-bedrock-runtime');
  const { NodeHttp2Handler } = await import('@smithy/node-http-handler');
  const { awsOptions } = await import('./aws-options.ts');
  if (!http2) return new BedrockRuntimeClient(awsOptions);
  const socket = await tunnel();
  const createConnection = () => connectTls({ socket, servername: HOST, ALPNProtocols: ['h2'] });
  const requestHandler = new NodeHttp2Handler({ nodeHttp2ConnectOptions: { createConnection } });
  return new BedrockRuntimeClient({ ...awsOptions, requestHandler });
}

const converse = {
  modelId: 'amazon.nova-x',
  messages: [{ role: 'user' as const, content: [{ text: 'hello' }] }],
  toolConfig: { tools: names.map((name) => ({ toolSpec: { name, inputSchema: { json: {} } } })) },
};

async function converseWhole(http2: boolean): Promise<Said> {
  const { ConverseCommand } = await import('@aws-sdk/client-bedrock-runtime');
  const client = await bedrock(http2);
  const { output, stopReason } = await client.send(new ConverseCommand(converse));
  const said = gathered();
  for (const { text, toolUse } of output?.message?.content ?? []) {
    said.text(text);
    if (toolUse !== undefined) said.call(toolUse.toolUseId, toolUse.name, toolUse.input);
  }
  said.stop(stopReason);
  client.destroy();
  return said.said;
}

async function converseStream(http2: boolean): Promise<Said> {
  const { ConverseStreamCommand } = await import('@aws-sdk/client-bedrock-runtime');
  const client = await bedrock(http2);
  const { stream } = await client.send(new ConverseStreamCommand(converse));
  const said = gathered();
  for await (const { contentBlockStart: start, contentBlockDelta: piece, messageStop: end } of stream ?? []) {
    if (start?.start?.toolUse !== undefined) said.call(start.contentBlockIndex, start.start.toolUse.name, undefined);
    said.text(piece?.delta?.text);
    if (piece?.delta?.toolUse !== undefined) said.call(piece.contentBlockIndex, undefined, piece.delta.toolUse.input);
    said.stop(end?.stopReason);
  }
  client.destroy();
  return said.said;
}

async function invokeStream(): Promise<Said> {
  const { InvokeModelWithResponseStreamCommand } = await import('@aws-sdk/client-bedrock-runtime');
  const client = await bedrock(false);
  const tools = names.map((name) => ({ name, input_schema: { type: 'object' } }));
  const body = JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 64, messages: [user], tools });
  const asked = { modelId: 'anthropic.claude-x', contentType: 'application/json', body };
  const { body: stream } = await client.send(new InvokeModelWithResponseStreamCommand(asked));
  const said = gathered();
  for await (const { chunk } of stream ?? []) {
    const event = JSON.parse(Buffer.from(chunk?.bytes ?? []).toString());
    if (event.content_block?.type === 'tool_use') said.call(event.index, event.content_block.name, undefined);
    said.text(event.delta?.text);
    if (event.delta?.type === 'input_json_delta') said.call(event.index, undefined, event.delta.partial_json);
    said.stop(event.delta?.stop_reason);
  }
  client.destroy();
  return said.said;
}

async function invoke(): Promise<Said> {
  const { InvokeModelCommand } = await import('@aws-sdk/client-bedrock-runtime');
  const client = await bedrock(false);
  const body = JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 64, messages: [user] });
  const { body: bytes } = await client.send(
    new InvokeModelCommand({ modelId: 'anthropic.claude-x', contentType: 'application/json', body }),
  );
  const { content, stop_reason: stop } = JSON.parse(Buffer.from(bytes).toString());
  const said = gathered();
  for (const [at, block] of content.entries()) {
    said.text(block.text);
    if (block.type === 'tool_use') said.call(at, block.name, block.input);
  }
  said.stop(stop);
  client.destroy();
  return said.said;
}

async function novaStream(): Promise<Said> {
  const { InvokeModelWithResponseStreamCommand } = await import('@aws-sdk/client-bedrock-runtime');
  const client = await bedrock(false);
  const body = JSON.stringify({ messages: converse.messages, toolConfig: converse.toolConfig });
  const asked = { modelId: 'amazon.nova-x', contentType: 'application/json', body };
  const { body: stream } = await client.send(new InvokeModelWithResponseStreamCommand(asked));
  const said = gathered();
  for await (const { chunk } of stream ?? []) {
    const {
      contentBlockStart: start,
      contentBlockDelta: piece,
      messageStop: end,
    } = JSON.parse(Buffer.from(chunk?.bytes ?? []).toString());
    if (start !== undefined) said.call(start.contentBlockIndex, start.start.toolUse.name, undefined);
    said.text(piece?.delta.text);
    if (piece?.delta.toolUse !== undefined) said.call(piece.contentBlockIndex, undefined, piece.delta.toolUse.input);
    said.stop(end?.stopReason);
  }
  client.destroy();
  return said.said;
}

export const vendorCalls = {
  vertex: () => gemini(false, true),
  'vertex-stream': () => gemini(true, true),
  invoke,
  'nova-stream': novaStream,
  gemini: () => gemini(false),
  'gemini-stream': () => gemini(true),
  mistral: () => mistral(false),
  'mistral-stream': () => mistral(true),
  ollama: () => ollama(false),
  'ollama-stream': () => ollama(true),
  cohere,
  'cohere-stream': cohereStream,
  converse: () => converseWhole(false),
  'converse-stream': () => converseStream(false),
  'converse-h2': () => converseWhole(true),
  'converse-h2-stream': () => converseStream(true),
  'invoke-stream': invokeStream,
};
