// Ollama's answers: a line of JSON for each piece of the message, or one for all of it; calls are whole in their line.

import { isJsonObject, type JsonObject } from '../../classify/strict-json.ts';
import type { CallFate, CallReader } from '../call-reader.ts';
import { lineFrames } from './answer-frames.ts';
import { spelt } from './answer-shape.ts';
import { callsOfMessage, messageWithout } from './chat-message.ts';
import { documentReader, type Scan } from './document-reader.ts';

/**
 * https://docs.ollama.com/api/chat: clients split at line feeds whatever the type says, and pass over lines that are no JSON, so all answers
 * are lines here. Nothing in the form keeps a client awake.
 */
export function ollamaAnswer(limitBytes: number): CallReader {
  return documentReader(lineFrames(), {
    scan: (document, frame) => scanLine(document, String(frame), limitBytes),
    write: (text) => Buffer.from(`${text}\n`),
    pulse: null,
  });
}

const checkNames = spelt('message', 'response');

/** `/api/chat` has a message; `/api/generate` has its text, and in late versions calls, at the top. */
function scanLine(line: JsonObject, frame: string, limitBytes: number): Scan | null {
  checkNames(line);
  const message = isJsonObject(line['message']) ? line['message'] : null;
  const calls = [...callsOfMessage(message, `${frame}.m`, limitBytes), ...callsOfMessage(line, `${frame}.g`, limitBytes)];
  return {
    calls,
    rewrite(fates) {
      const top = withoutTopCalls(line, `${frame}.g`, fates);
      return message === null ? top : { ...top, message: messageWithout(message, `${frame}.m`, fates) };
    },
  };
}

function withoutTopCalls(line: JsonObject, at: string, fates: ReadonlyMap<string, CallFate>): JsonObject {
  const { response, ...others } = line;
  if (response === undefined) return messageWithout(line, at, fates);
  const { content, ...rest } = messageWithout({ ...others, content: response }, at, fates);
  return { ...rest, response: content ?? '' };
}
