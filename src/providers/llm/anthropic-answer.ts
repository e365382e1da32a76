// Anthropic's answers: blocks of type `tool_use` in a message, whole or as events.

import { isJsonArray, isJsonObject, type Json, type JsonObject, readJson, writeJson } from '../../classify/strict-json.ts';
import type { CallFate, CallReader, SeenCall } from '../call-reader.ts';
import { eventFrames, eventOf, wholeFrame } from './answer-frames.ts';
import { type BlockEvent, type BlockForm, BlockReader, type Framing } from './block-reader.ts';
import { documentOf, documentReader, fateOf, type Scan } from './document-reader.ts';
import { seenCall } from './open-call.ts';

/** Blocks of tools that the provider runs (`server_tool_use`, `mcp_tool_use`) never come to the client as calls. */
const CALL = 'tool_use';
const PULSE = Buffer.from('event: ping\ndata: {"type": "ping"}\n\n');

export function anthropicAnswer(isStream: boolean, limitBytes: number): CallReader {
  if (isStream) return anthropicEvents(eventsFraming(PULSE), limitBytes);
  return documentReader(wholeFrame(), {
    scan: (document) => scanMessage(document, limitBytes),
    write: (text) => Buffer.from(text),
    pulse: null,
  });
}

/** https://docs.anthropic.com/en/docs/build-with-claude/streaming, in whatever carries it. */
export function anthropicEvents(framing: Framing, limitBytes: number): CallReader {
  return new BlockReader(framing, EVENTS, limitBytes);
}

/** Server-sent events. */
export function eventsFraming(pulse: Buffer): Framing {
  return {
    cutter: eventFrames(),
    pulse,
    read: documentOf,
    write: (type, document) => eventOf(type, writeJson(document)),
  };
}

function scanMessage(message: JsonObject, limitBytes: number): Scan | null {
  const { content } = message;
  if (!isJsonArray(content)) return null;
  const calls = content.flatMap((block, at) => (isCall(block) ? [blockCall(String(at), block, limitBytes)] : []));
  return {
    calls,
    rewrite(fates) {
      const kept = calls.some(({ key }) => fateOf(fates, key).kind !== 'replace');
      const blocks = content.map((block, at) => (isCall(block) ? rewritten(block, fateOf(fates, String(at))) : block));
      return { ...message, content: blocks, stop_reason: stopReason(message['stop_reason'], kept) };
    },
  };
}

function isCall(block: Json | undefined): block is JsonObject {
  return isJsonObject(block) && block['type'] === CALL;
}

function blockCall(key: string, block: JsonObject, limitBytes: number): SeenCall {
  const { name, input = {} } = block;
  const tool = typeof name === 'string' ? name : '';
  return seenCall(key, tool, Buffer.from(writeJson(input)), { form: 'json', isSure: true, limitBytes });
}

function rewritten(block: JsonObject, fate: CallFate): Json {
  if (fate.kind === 'replace') return { type: 'text', text: fate.text };
  return fate.kind === 'edit' ? { ...block, input: readJson(fate.arguments).value ?? {} } : block;
}

/** SDKs run their loop on while it says `tool_use`. */
function stopReason(reason: Json | undefined, kept: boolean): Json {
  return reason === CALL && !kept ? 'end_turn' : (reason ?? null);
}

const EVENTS: BlockForm = {
  read(document) {
    switch (document['type']) {
      case 'message_start':
        checkStart(document);
        return OTHER;
      case 'content_block_start':
        return startOf(document);
      case 'content_block_delta':
        return pieceOf(document);
      case 'content_block_stop':
        return { kind: 'stop', index: indexOf(document) };
      case 'message_delta':
        return { kind: 'end' };
      default:
        return OTHER;
    }
  },
  replaced(start, text) {
    const block = { ...start, content_block: { type: 'text', text: '' } };
    const stop = { type: 'content_block_stop', index: start['index'] ?? 0 };
    return [typed(block), typed(deltaOf(start, { type: 'text_delta', text })), typed(stop)];
  },
  edited: (start, text) => [typed(withoutInput(start)), typed(deltaOf(start, { type: 'input_json_delta', partial_json: text }))],
  ended(end) {
    const { delta } = end;
    if (!isJsonObject(delta) || delta['stop_reason'] !== CALL) return null;
    return { ...end, delta: { ...delta, stop_reason: stopReason(CALL, false) } };
  },
};

const OTHER: BlockEvent = { kind: 'other' };

function startOf(document: JsonObject): BlockEvent {
  const block = document['content_block'];
  if (!isCall(block)) return OTHER;
  const input = block['input'] ?? {};
  // Gateways give the whole input here; then deltas that follow would be read in place of it by some, and not by others.
  const text = isJsonObject(input) && Object.keys(input).length === 0 ? '' : writeJson(input);
  return { kind: 'start', index: indexOf(document), name: typeof block['name'] === 'string' ? block['name'] : '', text };
}

/** Blocks that the provider runs have pieces of JSON too. */
function pieceOf(document: JsonObject): BlockEvent {
  const { delta } = document;
  const json = isJsonObject(delta) && delta['type'] === 'input_json_delta' ? delta['partial_json'] : undefined;
  return { kind: 'piece', index: indexOf(document), text: typeof json === 'string' ? json : null, isCall: false };
}

/** The data repeats the event's name. */
function typed<T extends JsonObject>(document: T) {
  return { type: String(document['type'] ?? ''), document };
}

function deltaOf(start: JsonObject, delta: JsonObject): JsonObject {
  return { type: 'content_block_delta', index: start['index'] ?? 0, delta };
}

function withoutInput(document: JsonObject): JsonObject {
  const block = document['content_block'];
  return isJsonObject(block) ? { ...document, content_block: { ...block, input: {} } } : document;
}

function indexOf({ index }: JsonObject): string {
  return typeof index === 'number' ? String(index) : 'none';
}

/** A message that begins with a call in it is none that this API sends. */
function checkStart(document: JsonObject): void {
  const message = document['message'];
  const content = isJsonObject(message) ? message['content'] : undefined;
  if (isJsonArray(content) && content.some(isCall)) throw new Error("a model's answer begins with a call");
}
