// Output items of OpenAI's Responses API: which of them ask the client to do something, and what stands in their place.

import { isJsonArray, isJsonObject, type Json, type JsonObject, readJson, writeJson } from '../../classify/strict-json.ts';
import type { CallFate, SeenCall } from '../call-reader.ts';
import { spelt } from './answer-shape.ts';
import { seenCall } from './open-call.ts';

/** Items that the client carries out, and the member that says with what. Their tool has the name of the type. */
const BUILT_IN: Readonly<Record<string, readonly [tool: string, member: string]>> = {
  shell_call: ['shell', 'action'],
  local_shell_call: ['local_shell', 'action'],
  apply_patch_call: ['apply_patch', 'operation'],
  computer_call: ['computer', 'action'],
};

const checkItem = spelt('type', 'name', 'arguments', 'input', 'action', 'actions', 'operation', 'operations', 'environment');

/** Null: a message, reasoning, or what the provider has done by itself (`web_search_call`, `mcp_call` …). */
export function itemCall(item: Json | undefined, key: string, limitBytes: number): SeenCall | null {
  if (!isJsonObject(item)) return null;
  checkItem(item);
  if (typeof item['type'] !== 'string') return null;
  const { type, name } = item;
  const tool = typeof name === 'string' ? name : '';
  if (type === 'function_call') return textCall(key, tool, item['arguments'], 'json', limitBytes);
  if (type === 'custom_tool_call') return textCall(key, tool, item['input'], 'text', limitBytes);
  const built = Object.hasOwn(BUILT_IN, type) ? BUILT_IN[type] : undefined;
  if (built === undefined || isHosted(item)) return null;
  const [builtIn, member] = built;
  // Several actions at once are told in a list of their own (computer use).
  const { [member]: one, [`${member}s`]: several } = item;
  const args = several === undefined ? (one ?? {}) : { [`${member}s`]: several };
  return seenCall(key, builtIn, Buffer.from(writeJson(args)), {
    form: 'json',
    isSure: one === undefined || several === undefined,
    limitBytes,
  });
}

function textCall(key: string, tool: string, text: Json | undefined, form: SeenCall['form'], limitBytes: number): SeenCall {
  const isText = typeof text === 'string' || text === undefined;
  return seenCall(key, tool, Buffer.from(typeof text === 'string' ? text : ''), { form, isSure: isText, limitBytes });
}

/** A shell in the provider's own container has run already when the client hears of it. */
function isHosted({ environment }: JsonObject): boolean {
  return isJsonObject(environment) && environment['type'] !== 'local';
}

/** The item as the client gets it. */
export function rewrittenItem(item: JsonObject, fate: CallFate, place: string): JsonObject {
  if (fate.kind === 'replace') return messageItem(fate.text, place, 'completed');
  return fate.kind === 'edit' ? editedItem(item, fate.arguments) : item;
}

export function messageItem(text: string, place: string, status: 'in_progress' | 'completed'): JsonObject {
  const content = status === 'completed' ? [textPart(text)] : [];
  return { id: `msg_interlock_${place}`, type: 'message', role: 'assistant', status, content };
}

export function textPart(text: string): JsonObject {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function editedItem(item: JsonObject, bytes: Buffer): JsonObject {
  if (item['type'] === 'function_call') return { ...item, arguments: bytes.toString() };
  if (item['type'] === 'custom_tool_call') return { ...item, input: bytes.toString() };
  const [, member = ''] = BUILT_IN[String(item['type'])] ?? [];
  const { value } = readJson(bytes);
  const several = isJsonObject(value) && isJsonArray(value[`${member}s`]) ? value[`${member}s`] : undefined;
  return several === undefined ? { ...item, [member]: value ?? {} } : { ...item, [`${member}s`]: several };
}
