// Anthropic's Messages requests, alone or as the items of a batch; Bedrock takes the same body for its models.

import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import { DocumentReader } from './model-document.ts';
import type { ModelCall } from './model-call.ts';
import { listsOf } from './openai-call.ts';

const NAMES = new Set(['model', 'messages', 'system', 'tools', 'mcp_servers', 'max_tokens', 'stream', 'container']);
/** Versioned types (`bash_20250124`) whose calls come back to the client; every other type runs at the provider. */
const CLIENT_TYPE = /^(?:custom|bash|text_editor|computer|memory)(?:_\d{8})?$/;

export function messagesCall(document: JsonObject): ModelCall {
  const reader = new DocumentReader();
  reader.noLookalike(document, NAMES);
  for (const tool of reader.objects(document['tools'])) {
    const type = tool['type'] ?? 'custom';
    if (typeof type === 'string' && !CLIENT_TYPE.test(type)) reader.providerTool(type);
    else reader.clientTool(tool['name']);
  }
  for (const server of reader.objects(document['mcp_servers'])) reader.providerTool('mcp', server['url'] ?? 'unknown');
  const messages = reader.objects(document['messages']);
  for (const message of messages) readBlocks(message['content'], reader);
  return {
    ...listsOf(reader),
    model: reader.text(document['model']),
    toolsKnown: true,
    maxTokens: reader.count(document['max_tokens']),
    messageCount: messages.length,
    // A container keeps files and skills of earlier requests.
    hiddenHistory: (document['container'] ?? null) !== null,
    deferred: false,
    sure: reader.sure,
  };
}

/** Images and documents by URL, also those in a tool's result. */
function readBlocks(content: Json | undefined, reader: DocumentReader): void {
  if (!isJsonArray(content)) return;
  for (const block of content) {
    if (!isJsonObject(block)) continue;
    const { source } = block;
    if (isJsonObject(source) && source['type'] === 'url') reader.fetched(source['url'] ?? 'unknown');
    if (block['type'] === 'tool_result') readResult(block['content'], reader);
  }
}

function readResult(content: Json | undefined, reader: DocumentReader): void {
  if (!isJsonArray(content)) return;
  for (const block of content) {
    const source = isJsonObject(block) ? block['source'] : undefined;
    if (isJsonObject(source) && source['type'] === 'url') reader.fetched(source['url'] ?? 'unknown');
  }
}

/** A Bedrock body names its model in the path. */
export function bedrockMessagesCall(document: JsonObject, model: string): ModelCall {
  const call = messagesCall({ ...document, model });
  return { ...call, sure: call.sure && document['model'] === undefined };
}

/** `requests[].params` of a batch; null when it is none. */
export function batchCalls(document: JsonObject): readonly ModelCall[] | null {
  const { requests } = document;
  if (!isJsonArray(requests) || requests.length === 0) return null;
  const calls: ModelCall[] = [];
  for (const item of requests) {
    const params = isJsonObject(item) ? item['params'] : undefined;
    if (!isJsonObject(params)) return null;
    calls.push({ ...messagesCall(params), deferred: true });
  }
  return merged(calls);
}

/** Items that ask alike are one action: a batch of ten thousand prompts is not ten thousand questions to the engine. */
function merged(calls: readonly ModelCall[]): ModelCall[] {
  const alike = Map.groupBy(calls, ({ model, tools, providerTools, toolHosts, fetchHosts, sure }) =>
    JSON.stringify([model, tools, providerTools, toolHosts, fetchHosts, sure]),
  );
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const limits = group.map(({ maxTokens }) => maxTokens);
    return [
      {
        ...first,
        maxTokens: limits.every((limit) => limit !== undefined) ? Math.max(...limits) : undefined,
        messageCount: group.reduce((sum, { messageCount }) => sum + (messageCount ?? 0), 0),
      },
    ];
  });
}
