// Cohere's answers, version 2: `message.tool_calls`, whole or as events.

import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import type { CallReader } from '../call-reader.ts';
import { lineFrames, wholeFrame } from './answer-frames.ts';
import { eventsFraming } from './anthropic-answer.ts';
import { spelt } from './answer-shape.ts';
import { type BlockEvent, type BlockForm, BlockReader } from './block-reader.ts';
import { COMMENT } from './chat-answer.ts';
import { callsOfMessage, messageWithout } from './chat-message.ts';
import { documentReader, fateOf, type Scan } from './document-reader.ts';

const CALL = 'TOOL_CALL';

/** https://docs.cohere.com/docs/streaming; version 1 streams lines. `type`: the answer's media type. */
export function cohereAnswer(type: string, limitBytes: number): CallReader {
  if (type === 'text/event-stream') return new BlockReader(eventsFraming(COMMENT), eventForm(), limitBytes);
  return documentReader(type === 'application/stream+json' ? lineFrames() : wholeFrame(), {
    scan: (document) => scanResponse(document, limitBytes),
    // Lines end as they came.
    write: (text, { raw }) => Buffer.from(raw.at(-1) === LF ? `${text}\n` : text),
    pulse: null,
  });
}

const LF = 0x0a;
const checkResponse = spelt('message', 'tool_calls', 'response');
const checkEvent = spelt('type', 'index', 'delta', 'tool_calls', 'tool_call_delta', 'response');
const checkDelta = spelt('message');
const checkMessage = spelt('tool_calls');
const checkCall = spelt('function');
const checkCalled = spelt('name', 'arguments');

function scanResponse(response: JsonObject, limitBytes: number): Scan | null {
  checkResponse(response);
  const message = isJsonObject(response['message']) ? response['message'] : null;
  checkVersion(response);
  if (message === null) return null;
  const calls = callsOfMessage(message, 'm', limitBytes);
  return {
    calls,
    rewrite(fates) {
      const kept = calls.some(({ key }) => fateOf(fates, key).kind !== 'replace');
      // Content is a list of blocks here.
      const { content = null, ...rest } = message;
      const { content: told, ...without } = messageWithout(rest, 'm', fates);
      const blocks = [...(isJsonArray(content) ? content : []), ...(typeof told === 'string' ? [textBlock(told)] : [])];
      return {
        ...response,
        message: { ...without, ...(blocks.length === 0 ? {} : { content: blocks }) },
        finish_reason: finishReason(response['finish_reason'], kept),
      };
    },
  };
}

/** Version 1 has its calls elsewhere, and a client of it expects other text. INVARIANT: they don't pass unread. */
function checkVersion({ tool_calls: calls, tool_call_delta: piece, response }: JsonObject): void {
  const later = isJsonObject(response) ? response['tool_calls'] : undefined;
  if (hasCalls(calls) || hasCalls(later) || (piece ?? null) !== null)
    throw new Error("a call in an answer of Cohere's version 1 can't be judged");
}

function hasCalls(list: Json | undefined): boolean {
  return (list ?? null) !== null && !(isJsonArray(list) && list.length === 0);
}

function textBlock(text: string): JsonObject {
  return { type: 'text', text };
}

function finishReason(reason: Json | undefined, kept: boolean): Json {
  return reason === CALL && !kept ? 'COMPLETE' : (reason ?? null);
}

const OTHER: BlockEvent = { kind: 'other' };

/**
 * Blocks of text have indexes of their own, apart from those of calls: what stands in a call's place takes the next that is free, and blocks that
 * begin later move behind it. INVARIANT: SDKs put together what has one index, so no text of the model's is joined with ours.
 */
function eventForm(): BlockForm {
  /** Of the client's: the next that is free, and the first that no block of ours stands before. */
  let free = 0;
  let behind = 0;
  /** How far blocks that begin now are moved, and how far those were that have not ended. */
  let shift = 0;
  const moved = new Map<number, number>();
  return {
    ...EVENTS,
    passed(document) {
      const { type: event, index } = document;
      if (typeof index !== 'number') return null;
      if (event === 'content-start') {
        if (index + shift < behind) shift = behind - index;
        free = Math.max(free, index + shift + 1);
        if (shift === 0) return null;
        if (moved.size >= MAX_OPEN_BLOCKS) throw new Error("a model's answer begins too many blocks that do not end");
        moved.set(index, shift);
      }
      const by = event === 'content-start' || event === 'content-delta' || event === 'content-end' ? moved.get(index) : undefined;
      if (event === 'content-end') moved.delete(index);
      return by === undefined ? null : { ...document, index: index + by };
    },
    replaced(_start, text) {
      const index = free;
      free += 1;
      behind = free;
      return textBlockEvents(index, text);
    },
  };
}

const MAX_OPEN_BLOCKS = 1_000;

function textBlockEvents(index: number, text: string) {
  const start = { index, delta: { message: { content: { type: 'text', text: '' } } } };
  return [
    typed({ type: 'content-start', ...start }),
    typed({ type: 'content-delta', index, delta: { message: { content: { text } } } }),
    typed({ type: 'content-end', index }),
  ];
}

const EVENTS: Omit<BlockForm, 'replaced' | 'passed'> = {
  read(document) {
    checkEvent(document);
    checkVersion(document);
    const index = indexOf(document);
    switch (document['type']) {
      case 'message-start':
        checkStart(document);
        return OTHER;
      case 'tool-call-start':
        return { kind: 'start', index, ...partOf(document) };
      case 'tool-call-delta': {
        const { name, text } = partOf(document);
        return { kind: 'piece', index, text: name === '' ? text : null, isCall: true };
      }
      case 'tool-call-end':
        return { kind: 'stop', index };
      case 'message-end':
        return { kind: 'end' };
      default:
        return OTHER;
    }
  },
  edited(start, text) {
    const call = callOf(start) ?? {};
    const called = isJsonObject(call['function']) ? call['function'] : {};
    const message = { tool_calls: { ...call, function: { ...called, arguments: '' } } };
    return [
      typed({ ...start, delta: { message } }),
      typed({
        type: 'tool-call-delta',
        index: start['index'] ?? 0,
        delta: { message: { tool_calls: { function: { arguments: text } } } },
      }),
    ];
  },
  ended(end) {
    const { delta } = end;
    if (!isJsonObject(delta) || delta['finish_reason'] !== CALL) return null;
    return { ...end, delta: { ...delta, finish_reason: finishReason(CALL, false) } };
  },
};

function callOf(document: JsonObject): JsonObject | null {
  const calls = messageOf(document)?.['tool_calls'];
  return isJsonObject(calls) ? calls : null;
}

function messageOf({ delta }: JsonObject): JsonObject | null {
  if (!isJsonObject(delta)) return null;
  checkDelta(delta);
  const { message } = delta;
  if (!isJsonObject(message)) return null;
  checkMessage(message);
  return message;
}

/** A message that begins with a call in it is none that this API sends. */
function checkStart(document: JsonObject): void {
  if (hasCalls(messageOf(document)?.['tool_calls'])) throw new Error("a model's answer begins with a call");
}

/** Throws when what an event of a call says stands elsewhere than the API has it. */
function partOf(document: JsonObject): { readonly name: string; readonly text: string } {
  const call = callOf(document);
  if (call !== null) checkCall(call);
  const called = call?.['function'];
  if (isJsonObject(called)) checkCalled(called);
  else throw new Error("a call in a model's answer can't be read");
  const { name, arguments: text } = called;
  if (typeof (name ?? '') !== 'string' || typeof (text ?? '') !== 'string')
    throw new Error("a call in a model's answer can't be read");
  return { name: typeof name === 'string' ? name : '', text: typeof text === 'string' ? text : '' };
}

function typed(document: JsonObject) {
  return { type: String(document['type'] ?? ''), document };
}

function indexOf({ index }: JsonObject): string {
  return typeof index === 'number' ? String(index) : 'none';
}
