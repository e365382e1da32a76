// OpenAI's Chat Completions and Responses requests, and those of everybody who speaks them (Azure, Mistral, Ollama, gateways) (E37).

import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import { DocumentReader } from './model-document.ts';
import type { ModelCall } from './model-call.ts';

const CHAT_NAMES = new Set(['model', 'messages', 'tools', 'functions', 'stream', 'max_tokens', 'max_completion_tokens']);
const RESPONSES_NAMES = new Set([
  'model',
  'input',
  'tools',
  'stream',
  'max_output_tokens',
  'previous_response_id',
  'conversation',
  'background',
  'prompt',
]);

/** Members that have the provider act by itself: OpenAI's search, and those of gateways that speak its form. */
const BUILT_IN: ReadonlyArray<readonly [name: string, type: string]> = [
  ['web_search_options', 'web_search'],
  ['plugins', 'plugins'],
  ['search_parameters', 'web_search'],
];

/** Calls of these come back to the client, under the name of their type. */
const CLIENT_TYPES: ReadonlySet<string> = new Set([
  'local_shell',
  'apply_patch',
  'computer',
  'computer_use_preview',
  'computer-preview',
]);

/** `tools[].function`, `tools[].custom`, legacy `functions[]`; `web_search_options` has the provider search by itself. */
export function chatCall(document: JsonObject): ModelCall {
  const reader = new DocumentReader();
  reader.noLookalike(document, CHAT_NAMES);
  for (const tool of reader.objects(document['tools'])) chatTool(tool, reader);
  for (const named of reader.objects(document['functions'])) reader.clientTool(named['name']);
  for (const [name, type] of BUILT_IN) if ((document[name] ?? null) !== null) reader.providerTool(type);
  const messages = reader.objects(document['messages']);
  for (const message of messages) readParts(message['content'], reader);
  return {
    ...listsOf(reader),
    model: reader.text(document['model']),
    toolsKnown: true,
    maxTokens: reader.count(document['max_tokens'], document['max_completion_tokens']),
    messageCount: messages.length,
    hiddenHistory: false,
    deferred: false,
    sure: reader.sure,
  };
}

function chatTool(tool: JsonObject, reader: DocumentReader): void {
  const type = tool['type'] ?? 'function';
  const named = typeof type === 'string' ? tool[type] : undefined;
  if ((type === 'function' || type === 'custom') && isJsonObject(named)) reader.clientTool(named['name']);
  else if (typeof type === 'string' && type !== 'function' && type !== 'custom') reader.providerTool(type);
  else reader.sure = false;
}

/** Flat `tools[]`: functions and custom tools are the client's, nearly everything else runs at the provider. */
export function responsesCall(document: JsonObject): ModelCall {
  const reader = new DocumentReader();
  reader.noLookalike(document, RESPONSES_NAMES);
  for (const tool of reader.objects(document['tools'])) responsesTool(tool, reader, 0);
  const { input } = document;
  const items = isJsonArray(input) ? input : [];
  for (const item of items) if (isJsonObject(item)) readParts(item['content'] ?? item['output'], reader);
  // A stored prompt brings its own instructions, model and tools.
  const stored = (document['prompt'] ?? null) !== null;
  const { model, background } = document;
  return {
    ...listsOf(reader),
    model: stored && model === undefined ? undefined : reader.text(model),
    toolsKnown: !stored,
    maxTokens: reader.count(document['max_output_tokens']),
    messageCount: typeof input === 'string' ? 1 : items.length,
    hiddenHistory: (document['previous_response_id'] ?? null) !== null || (document['conversation'] ?? null) !== null,
    deferred: background === true,
    sure: reader.sure && (typeof input === 'string' || isJsonArray(input) || input === undefined || input === null),
  };
}

function responsesTool(tool: JsonObject, reader: DocumentReader, depth: number): void {
  const type = reader.text(tool['type']);
  if (type === undefined) return;
  if (type === 'function' || type === 'custom') return reader.clientTool(tool['name']);
  if (CLIENT_TYPES.has(type)) return reader.clientTool(type);
  if (type === 'shell' && isJsonObject(tool['environment']) && tool['environment']['type'] === 'local')
    return reader.clientTool(type);
  if (type === 'namespace' && depth === 0) {
    for (const inner of reader.objects(tool['tools'])) responsesTool(inner, reader, 1);
    return undefined;
  }
  return reader.providerTool(type, type === 'mcp' ? (tool['server_url'] ?? tool['connector_id']) : undefined);
}

/** Content parts of both APIs: what they name by URL is fetched by the provider. */
function readParts(content: Json | undefined, reader: DocumentReader): void {
  if (!isJsonArray(content)) return;
  for (const part of content) {
    if (!isJsonObject(part)) continue;
    const { image_url: image, file_url: file } = part;
    reader.fetched(isJsonObject(image) ? image['url'] : image);
    reader.fetched(file);
  }
}

export function listsOf(reader: DocumentReader): Pick<ModelCall, 'tools' | 'providerTools' | 'toolHosts' | 'fetchHosts'> {
  const { tools, providerTools, toolHosts, fetchHosts } = reader;
  return { tools, providerTools, toolHosts, fetchHosts };
}
