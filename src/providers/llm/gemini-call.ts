// Gemini's generateContent and Interactions requests. Every name may be written in snake case as well (protobuf's JSON form).

import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import { DocumentReader } from './model-document.ts';
import type { ModelCall } from './model-call.ts';
import { listsOf } from './openai-call.ts';

/** Calls of these come back to the client. */
const CLIENT_TOOLS: ReadonlySet<string> = new Set(['functionDeclarations', 'computerUse']);

export function generateCall(document: JsonObject, model: string): ModelCall {
  const reader = new DocumentReader();
  for (const tool of reader.objects(either(document, 'tools', reader))) readTool(tool, reader);
  const contents = document['contents'];
  // One content may stand alone.
  const turns = isJsonObject(contents) ? [contents] : reader.objects(contents);
  for (const turn of turns)
    for (const part of reader.objects(isJsonObject(turn['parts']) ? [turn['parts']] : turn['parts'])) readPart(part, reader);
  const config = either(document, 'generationConfig', reader);
  const cached = either(document, 'cachedContent', reader);
  return {
    ...listsOf(reader),
    model,
    // A cached context holds its own contents and tools.
    toolsKnown: cached === undefined || cached === null,
    maxTokens: isJsonObject(config) ? reader.count(either(config, 'maxOutputTokens', reader)) : undefined,
    messageCount: turns.length,
    hiddenHistory: cached !== undefined && cached !== null,
    deferred: false,
    sure: reader.sure,
  };
}

/** `tools[]` of an interaction are flat and typed; an agent brings its own. */
export function interactionCall(document: JsonObject): ModelCall {
  const reader = new DocumentReader();
  for (const tool of reader.objects(document['tools'])) {
    const type = reader.text(tool['type']);
    if (type === 'function' || type === 'computer_use') reader.clientTool(type === 'function' ? tool['name'] : type);
    else if (type !== undefined) reader.providerTool(type, type === 'mcp_server' ? (tool['url'] ?? 'unknown') : undefined);
  }
  const { model, agent, input } = document;
  const named = typeof agent === 'string' ? agent : reader.text(model);
  return {
    ...listsOf(reader),
    model: named,
    toolsKnown: agent === undefined,
    maxTokens: undefined,
    messageCount: isJsonArray(input) ? input.length : 1,
    hiddenHistory: (either(document, 'previousInteractionId', reader) ?? null) !== null,
    deferred: document['background'] === true,
    sure: reader.sure,
  };
}

function readTool(tool: JsonObject, reader: DocumentReader): void {
  for (const [spelt, value] of Object.entries(tool)) {
    const name = camel(spelt);
    if (name === 'functionDeclarations') for (const declared of reader.objects(value)) reader.clientTool(declared['name']);
    else if (CLIENT_TOOLS.has(name)) reader.clientTool(name);
    else if (name === 'mcpServers') readServers(value, reader);
    else reader.providerTool(name);
  }
}

function readServers(value: Json, reader: DocumentReader): void {
  for (const server of reader.objects(value)) {
    const transport = either(server, 'streamableHttpTransport', reader);
    reader.providerTool('mcp', isJsonObject(transport) ? (transport['url'] ?? 'unknown') : 'unknown');
  }
}

function readPart(part: JsonObject, reader: DocumentReader): void {
  const file = either(part, 'fileData', reader);
  if (!isJsonObject(file)) return;
  const uri = either(file, 'fileUri', reader);
  // What was uploaded to the vendor before is no fetch from elsewhere.
  if (typeof uri === 'string' && uri.startsWith('https://generativelanguage.googleapis.com/')) return;
  reader.fetched(uri);
}

/** `name` in camel case, or the same in snake case; both at once is a problem. */
function either(object: JsonObject, name: string, reader: DocumentReader): Json | undefined {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (snake !== name && object[name] !== undefined && object[snake] !== undefined) reader.sure = false;
  return object[name] ?? object[snake];
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
