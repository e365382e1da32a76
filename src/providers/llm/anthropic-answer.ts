// Anthropic's answers: blocks of type `tool_use` in a message, whole or as events.

import { isJsonArray, isJsonObject, type Json, type JsonObject, readJson, writeJson } from '../../classify/strict-json.ts';
import type { CallFate, CallReader, SeenCall } from '../call-reader.ts';
import { eventFrames, eventOf, wholeFrame } from './answer-frames.ts';
import { listOf, spelt } from './answer-shape.ts';
import { type BlockEvent, type BlockForm, BlockReader, type Framing } from './block-reader.ts';
import { documentOf, documentReader, fateOf, type Scan } from './document-reader.ts';
import { seenCall } from './open-call.ts';

/** Blocks of tools that the provider runs (`server_tool_use`, `mcp_tool_use`) never come to the client as calls. */
const CALL = 'tool_use';
const PULSE = Buffer.from('event: ping\ndata: {"type": "ping"}\n\n');

export function anthropicAnswer(isStream: boolean, limitBytes: number): CallReader {
  if (isStream) return new BlockReader(eventsFraming(PULSE), anthropicForm(), limitBytes);
  return documentReader(wholeFrame(), {
    scan: (document) => scanMessage(document, limitBytes),
    write: (text) => Buffer.from(text),
    pulse: null,
  });
}

/** https://docs.anthropic.com/en/docs/build-with-claude/streaming, in whatever carries it. */
export function anthropicForm(): BlockForm {
  const checkOrder = inOrder();
  return {
    ...EVENTS,
    read(document, type) {
      checkOrder(document);
      return EVENTS.read(document, type);
    },
  };
}

/** Server-sent events that say twice what they are. */
export function eventsFraming(pulse: Buffer): Framing {
  const isNamed = sameNames();
  return {
    cutter: eventFrames(),
    pulse,
    read(frame) {
      const document = documentOf(frame);
      if (document !== null) isNamed(frame.type, document['type']);
      return document;
    },
    write: (type, document) => eventOf(type, writeJson(document)),
  };
}

/** INVARIANT: SDKs put each block behind the last, and its pieces where their index says: the two are the same place, or it throws. */
function inOrder(): (document: JsonObject) => void {
  let next = 0;
  return ({ type, index, message }) => {
    if (type === 'message_start' && isJsonObject(message)) next = listOf(message['content']).length;
    if (type !== 'content_block_start') return;
    if (index !== next) throw new Error("the blocks of a model's answer do not come in their order");
    next += 1;
  };
}

/**
 * INVARIANT: an event's name is the type in its data, and either all have one or none: SDKs pass over an event by its name (`ping`), and over those
 * without one, so a piece of a call under another name would be ours to judge and not theirs to read.
 */
function sameNames(): (name: string, type: Json | undefined) => void {
  let areNamed: boolean | null = null;
  return (name, type) => {
    const isNamed = name !== '' && name !== 'message';
    areNamed ??= isNamed;
    if (areNamed !== isNamed || (isNamed && name !== type))
      throw new Error("an event of a model's answer is not what its name says");
  };
}

const checkMessage = spelt('content');
const checkBlock = spelt('type', 'name', 'input');

export function scanMessage(message: JsonObject, limitBytes: number): Scan {
  checkMessage(message);
  const content = listOf(message['content']);
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
  if (!isJsonObject(block)) return false;
  checkBlock(block);
  return block['type'] === CALL;
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

const checkEvent = spelt('type', 'index', 'content_block', 'delta', 'message');
const checkDelta = spelt('type', 'partial_json');

const EVENTS: BlockForm = {
  read(document) {
    checkEvent(document);
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
  if (!isCall(block)) return isRun(block) ? { kind: 'run', index: indexOf(document) } : OTHER;
  const input = block['input'] ?? {};
  // Gateways give the whole input here; then deltas that follow would be read in place of it by some, and not by others.
  const text = isJsonObject(input) && Object.keys(input).length === 0 ? '' : writeJson(input);
  return { kind: 'start', index: indexOf(document), name: typeof block['name'] === 'string' ? block['name'] : '', text };
}

/** Blocks that the provider runs (`server_tool_use`, `mcp_tool_use`, and what is yet to come) have pieces of JSON too. */
function isRun(block: Json | undefined): boolean {
  return isJsonObject(block) && block['type'] !== 'text' && block['type'] !== 'thinking';
}

function pieceOf(document: JsonObject): BlockEvent {
  const { delta } = document;
  if (isJsonObject(delta)) checkDelta(delta);
  const input = isJsonObject(delta) && delta['type'] === 'input_json_delta' ? delta : null;
  const json = input?.['partial_json'];
  return { kind: 'piece', index: indexOf(document), text: typeof json === 'string' ? json : null, isCall: input !== null };
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
