// The requests of Bedrock's Converse, Cohere and Ollama, each a little other than OpenAI's.

import { isJsonArray, isJsonObject, type JsonObject } from '../../classify/strict-json.ts';
import { DocumentReader } from './model-document.ts';
import type { ModelCall } from './model-call.ts';
import { chatCall, listsOf } from './openai-call.ts';

/** `toolConfig.tools[].toolSpec`; a `systemTool` runs at the provider. */
export function converseCall(document: JsonObject, model: string): ModelCall {
  const reader = new DocumentReader();
  const config = document['toolConfig'];
  for (const tool of isJsonObject(config) ? reader.objects(config['tools']) : []) {
    const { toolSpec, systemTool, cachePoint } = tool;
    if (isJsonObject(toolSpec)) reader.clientTool(toolSpec['name']);
    else if (isJsonObject(systemTool)) reader.providerTool(reader.text(systemTool['name']) ?? 'systemTool');
    else if (cachePoint === undefined) reader.sure = false;
  }
  const messages = reader.objects(document['messages']);
  const inference = document['inferenceConfig'];
  return {
    ...listsOf(reader),
    model,
    // A prompt from the vendor's store is named where the model's id stands, and brings its own.
    toolsKnown: document['promptVariables'] === undefined && document['additionalModelRequestFields'] === undefined,
    maxTokens: isJsonObject(inference) ? reader.count(inference['maxTokens']) : undefined,
    messageCount: messages.length,
    hiddenHistory: false,
    deferred: false,
    sure: reader.sure && (config === undefined || config === null || isJsonObject(config)),
  };
}

/** Version 2 is OpenAI's form; version 1 has connectors, which the provider runs. */
export function cohereCall(document: JsonObject): ModelCall {
  if (document['message'] === undefined) return chatCall(document);
  const reader = new DocumentReader();
  for (const tool of reader.objects(document['tools'])) reader.clientTool(tool['name']);
  for (const connector of reader.objects(document['connectors']))
    reader.providerTool(reader.text(connector['id']) ?? 'connector');
  return {
    ...listsOf(reader),
    model: document['model'] === undefined ? undefined : reader.text(document['model']),
    toolsKnown: true,
    maxTokens: reader.count(document['max_tokens']),
    messageCount: 1 + reader.list(document['chat_history']).length,
    hiddenHistory: (document['conversation_id'] ?? null) !== null,
    deferred: false,
    sure: reader.sure,
  };
}

/** `/api/chat` has OpenAI's messages and tools, `/api/generate` one prompt; limits stand in `options`. */
export function ollamaCall(document: JsonObject): ModelCall {
  const call = chatCall(document);
  const { options, messages } = document;
  const limit = isJsonObject(options) ? options['num_predict'] : undefined;
  return {
    ...call,
    maxTokens: typeof limit === 'number' && limit >= 0 ? limit : undefined,
    messageCount: isJsonArray(messages) ? messages.length : 1,
  };
}

/** Mistral's agents and conversations: a stored agent brings its own tools. */
export function mistralAgentCall(document: JsonObject): ModelCall {
  const reader = new DocumentReader();
  for (const tool of reader.objects(document['tools'])) {
    const named = tool['function'];
    if ((tool['type'] ?? 'function') === 'function' && isJsonObject(named)) reader.clientTool(named['name']);
    else reader.providerTool(reader.text(tool['type']) ?? 'unknown');
  }
  const inputs = document['inputs'] ?? document['messages'];
  const stored = (document['agent_id'] ?? null) !== null;
  const completion = document['completion_args'];
  return {
    ...listsOf(reader),
    model: document['model'] === undefined ? undefined : reader.text(document['model']),
    toolsKnown: !stored && document['model'] !== undefined,
    maxTokens: reader.count(document['max_tokens'], isJsonObject(completion) ? completion['max_tokens'] : undefined),
    messageCount: isJsonArray(inputs) ? inputs.length : 1,
    hiddenHistory: false,
    deferred: false,
    sure: reader.sure,
  };
}
