// Answers in forms that are not read for calls yet: text passes, and a call in them cuts the answer, so none passes unjudged.

import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import type { CallReader } from '../call-reader.ts';
import { eventFrames, wholeFrame } from './answer-frames.ts';
import { COMMENT } from './chat-answer.ts';
import { documentReader } from './document-reader.ts';

/** Gemini's Interactions, Mistral's conversations. */
export function unreadAnswer(isStream: boolean): CallReader {
  return documentReader(isStream ? eventFrames() : wholeFrame(), {
    scan(document) {
      noCalls(document);
      return null;
    },
    write: (text) => Buffer.from(text),
    pulse: isStream ? COMMENT : null,
  });
}

/** Lower case: members that hold a call, and types of objects that are one. */
const CALLS: ReadonlySet<string> = new Set([
  'tool_calls',
  'tool_call',
  'tooluse',
  'tool_use',
  'functioncall',
  'function_call',
  'function.call',
  'function.call.delta',
]);

/** INVARIANT: throws for a call, wherever it stands. No recursion; the document's size is bounded. */
export function noCalls(document: JsonObject): void {
  const rest: Json[] = [document];
  for (let value = rest.pop(); value !== undefined; value = rest.pop()) {
    if (isJsonArray(value)) for (const one of value) rest.push(one);
    else if (isJsonObject(value))
      for (const [key, one] of Object.entries(value)) {
        if (isCall(key, one)) throw new Error('it holds a call in a form that can not be judged');
        rest.push(one);
      }
  }
}

function isCall(key: string, value: Json): boolean {
  if (key.toLowerCase() === 'type') return typeof value === 'string' && CALLS.has(value.toLowerCase());
  const isNone = value === null || (isJsonArray(value) && value.length === 0);
  return CALLS.has(key.toLowerCase()) && !isNone;
}
