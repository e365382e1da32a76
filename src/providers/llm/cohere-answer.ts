// Cohere's answers, version 2: `message.tool_calls`, whole or as events.

import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import type { CallReader } from '../call-reader.ts';
import { lineFrames, wholeFrame } from './answer-frames.ts';
import { eventsFraming } from './anthropic-answer.ts';
import { type BlockEvent, type BlockForm, BlockReader } from './block-reader.ts';
import { COMMENT } from './chat-answer.ts';
import { callsOfMessage, messageWithout } from './chat-message.ts';
import { documentReader, fateOf, type Scan } from './document-reader.ts';

const CALL = 'TOOL_CALL';

/** https://docs.cohere.com/docs/streaming; version 1 streams lines. `type`: the answer's media type. */
export function cohereAnswer(type: string, limitBytes: number): CallReader {
  if (type === 'text/event-stream') return new BlockReader(eventsFraming(COMMENT), EVENTS, limitBytes);
  return documentReader(type === 'application/stream+json' ? lineFrames() : wholeFrame(), {
    scan: (document) => scanResponse(document, limitBytes),
    write: (text) => Buffer.from(text),
    pulse: null,
  });
}

function scanResponse(response: JsonObject, limitBytes: number): Scan | null {
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

const EVENTS: BlockForm = {
  read(document) {
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
  replaced(start, text) {
    // Blocks of text have indexes of their own; after all calls none comes.
    const at = { index: start['index'] ?? 0 };
    const content = { ...at, delta: { message: { content: { type: 'text', text: '' } } } };
    return [
      typed({ type: 'content-start', ...content }),
      typed({ type: 'content-delta', ...at, delta: { message: { content: { text } } } }),
      typed({ type: 'content-end', ...at }),
    ];
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

function callOf({ delta }: JsonObject): JsonObject | null {
  const message = isJsonObject(delta) ? delta['message'] : undefined;
  const calls = isJsonObject(message) ? message['tool_calls'] : undefined;
  return isJsonObject(calls) ? calls : null;
}

/** A message that begins with a call in it is none that this API sends. */
function checkStart({ delta }: JsonObject): void {
  const message = isJsonObject(delta) ? delta['message'] : undefined;
  if (isJsonObject(message) && hasCalls(message['tool_calls'])) throw new Error("a model's answer begins with a call");
}

/** Throws when what an event of a call says stands elsewhere than the API has it. */
function partOf(document: JsonObject): { readonly name: string; readonly text: string } {
  const called = callOf(document)?.['function'];
  if (!isJsonObject(called)) throw new Error("a call in a model's answer can't be read");
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
