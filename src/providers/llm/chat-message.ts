// A message of Chat Completions, whole or a piece of one: the calls in it, and what it is without some of them.

import { isJsonArray, isJsonObject, type Json, type JsonObject, readJson, writeJson } from '../../classify/strict-json.ts';
import type { CallFate, SeenCall } from '../call-reader.ts';
import { listOf, spelt } from './answer-shape.ts';
import { fateOf } from './document-reader.ts';
import { OpenCall } from './open-call.ts';

/** Before `tools` there was one function a message; SDKs still hand such a call on. */
const LEGACY = 'f';

/** What one piece says of one call. */
export interface CallPart {
  /** Tells the calls of one choice apart. */
  readonly index: string;
  readonly form: SeenCall['form'];
  readonly name: string;
  readonly text: string;
}

const checkMessage = spelt('tool_calls', 'function_call', 'content');
const checkCall = spelt('index', 'function', 'custom');
const checkCalled = spelt('name', 'arguments', 'input');

/** Of a delta, or of a whole message: its calls are pieces that are whole. */
export function partsOf(message: JsonObject): CallPart[] {
  checkMessage(message);
  const { tool_calls: calls, function_call: legacy } = message;
  const parts = listOf(calls).map((call, place) => partOf(call, place));
  if (isJsonObject(legacy)) parts.push({ index: LEGACY, form: 'json', ...named(legacy, 'arguments') });
  return parts;
}

function partOf(call: Json, place: number): CallPart {
  const index = isJsonObject(call) && typeof call['index'] === 'number' ? String(call['index']) : String(place);
  if (!isJsonObject(call)) return { index, form: 'json', name: '', text: '' };
  checkCall(call);
  const { function: called, custom } = call;
  if (isJsonObject(custom) && !isJsonObject(called)) return { index, form: 'text', ...named(custom, 'input') };
  return { index, form: 'json', ...named(isJsonObject(called) ? called : {}, 'arguments') };
}

function named(called: JsonObject, at: 'arguments' | 'input'): { readonly name: string; readonly text: string } {
  checkCalled(called);
  const { name, [at]: text } = called;
  // Some servers give an object where the API has a string: it is told as the text that a client would make of it.
  const written = typeof text === 'string' ? text : text === undefined || text === null ? '' : writeJson(text);
  return { name: typeof name === 'string' ? name : '', text: written };
}

/** `at`: the place of its choice. */
export function callsOfMessage(message: JsonObject | null, at: string, limitBytes: number): SeenCall[] {
  if (message === null) return [];
  const calls = new Map<string, OpenCall>();
  for (const { index, form, name, text } of partsOf(message)) {
    const known = calls.get(index);
    const call = known ?? new OpenCall(`${at}.${index}`, form, limitBytes);
    if (known !== undefined) call.isSure = false;
    call.name(name);
    call.add(text);
    calls.set(index, call);
  }
  return [...calls.values()].map(({ seen }) => seen);
}

export function isReplaced(fates: ReadonlyMap<string, CallFate>, key: string): boolean {
  return fateOf(fates, key).kind === 'replace';
}

/** The whole message without the calls that are replaced, their text behind its own. */
export function messageWithout(message: JsonObject, at: string, fates: ReadonlyMap<string, CallFate>): JsonObject {
  return withoutCalls(message, at, { fates, told: new Set(), places: null });
}

interface Rewriting {
  readonly fates: ReadonlyMap<string, CallFate>;
  /** Calls whose fate the client has been told already. */
  readonly told: Set<string>;
  /** The place of each call that stays, in a stream; null where their order in a list is enough. */
  readonly places: ReadonlyMap<string, number> | null;
}

/** The piece as the client gets it. */
export function withoutCalls(message: JsonObject, at: string, rewriting: Rewriting): JsonObject {
  const { tool_calls: calls, function_call: legacy, ...rest } = message;
  const texts: string[] = [];
  const kept = isJsonArray(calls)
    ? calls.flatMap((call, place) => keptCall(call, `${at}.${partOf(call, place).index}`, rewriting, texts))
    : [];
  const [keptLegacy] = isJsonObject(legacy) ? keptCall({ function: legacy }, `${at}.${LEGACY}`, rewriting, texts) : [];
  return {
    ...rest,
    ...(texts.length === 0 ? {} : { content: contentWith(rest['content'], texts) }),
    ...(kept.length === 0 ? {} : { tool_calls: kept }),
    ...(keptLegacy === undefined ? {} : { function_call: keptLegacy['function'] ?? null }),
  };
}

/** Mistral's content may be a list of blocks. */
function contentWith(content: Json | undefined, texts: readonly string[]): Json {
  if (isJsonArray(content)) return [...content, ...texts.map((text) => ({ type: 'text', text }))];
  return [typeof content === 'string' ? content : '', ...texts].filter((text) => text !== '').join('\n\n');
}

function keptCall(call: Json, key: string, { fates, told, places }: Rewriting, texts: string[]): JsonObject[] {
  const fate = fateOf(fates, key);
  const isFirst = !told.has(key);
  told.add(key);
  if (!isJsonObject(call)) return [];
  if (fate.kind === 'replace') {
    if (isFirst) texts.push(fate.text);
    return [];
  }
  const place = places?.get(key);
  const placed = place === undefined || call['index'] === undefined ? call : { ...call, index: place };
  if (fate.kind === 'pass') return [placed];
  // All of the new arguments come with its first piece.
  return isFirst ? [{ ...placed, ...edited(placed, fate.arguments.toString()) }] : [];
}

function edited(call: JsonObject, text: string): JsonObject {
  const { function: called, custom } = call;
  if (isJsonObject(custom)) return { custom: { ...custom, input: text } };
  const before = isJsonObject(called) ? called : {};
  // Ollama, and servers like it, give an object.
  const isText = !isJsonObject(before['arguments']);
  return { function: { ...before, arguments: isText ? text : (readJson(Buffer.from(text)).value ?? {}) } };
}
