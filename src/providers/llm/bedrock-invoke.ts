// Bedrock's Invoke: an answer in the form of the model's vendor. Anthropic's, Nova's and whole ones in Chat Completions' are read; a call in any
// other cuts the answer.

import { isJsonObject, type JsonObject, writeJson } from '../../classify/strict-json.ts';
import type { AnswerFrame, CallReader } from '../call-reader.ts';
import { wholeFrame } from './answer-frames.ts';
import { spelt } from './answer-shape.ts';
import { anthropicForm, scanMessage } from './anthropic-answer.ts';
import { awsEvent, awsEventFrames } from './aws-event-frames.ts';
import { CONVERSE_EVENTS, scanOutput } from './bedrock-answer.ts';
import { type BlockEvent, type BlockForm, BlockReader, type Framing, type TypedDocument } from './block-reader.ts';
import { scanCompletion } from './chat-answer.ts';
import { documentOf, documentReader } from './document-reader.ts';
import { noCalls } from './unread-answer.ts';

export function invokeAnswer(isStream: boolean, limitBytes: number): CallReader {
  if (isStream) return new BlockReader(chunks(), vendorForm(), limitBytes);
  return documentReader(wholeFrame(), {
    scan(document) {
      checkWhole(document);
      if (document['choices'] !== undefined) return scanCompletion(document, limitBytes);
      if (document['content'] !== undefined) return scanMessage(document, limitBytes);
      const scan = scanOutput(document, limitBytes);
      if (scan === null) noCalls(document);
      return scan;
    },
    write: (text) => Buffer.from(text),
    pulse: null,
  });
}

const checkWhole = spelt('choices', 'content', 'output');

/** Each event is a `chunk` that holds one of the vendor's in base64. */
const chunks = (): Framing => ({
  cutter: awsEventFrames(),
  pulse: null,
  read: (frame) => (frame.type === 'chunk' ? chunkOf(frame) : null),
  write: (_type, document) => awsEvent('chunk', writeJson({ bytes: Buffer.from(writeJson(document)).toString('base64') })),
});

const checkChunk = spelt('bytes');

function chunkOf(frame: AnswerFrame): JsonObject | null {
  const chunk = documentOf(frame);
  if (chunk === null) return null;
  checkChunk(chunk);
  const { bytes } = chunk;
  if (typeof bytes !== 'string') return null;
  const data = Buffer.from(bytes, 'base64');
  // Decoders differ on what is no base64 at all.
  if (data.toString('base64') !== bytes) throw new Error("a part of a model's answer is no clean base64");
  return documentOf({ raw: frame.raw, data, type: '' });
}

const OTHER: BlockEvent = { kind: 'other' };

/** Whose form it is, the first event tells. */
function vendorForm(): BlockForm {
  let form: BlockForm | null = null;
  return {
    read(document, type) {
      form ??= typeof document['type'] === 'string' ? anthropicForm() : novaEvent(document) === null ? null : NOVA;
      const isTheirs = form === NOVA ? novaEvent(document) !== null : typeof document['type'] === 'string';
      if (form !== null && isTheirs) return form.read(document, type);
      noCalls(document);
      return OTHER;
    },
    replaced: (start, text) => form?.replaced(start, text) ?? [],
    edited: (start, text) => form?.edited(start, text) ?? [],
    ended: (end) => form?.ended(end) ?? null,
  };
}

const EVENTS = ['messageStart', 'contentBlockStart', 'contentBlockDelta', 'contentBlockStop', 'messageStop', 'metadata'] as const;
const checkEvent = spelt(...EVENTS);

/** Nova's are those of Converse, each under its name: https://docs.aws.amazon.com/nova/latest/userguide/tool-use-invocation.html */
const NOVA: BlockForm = {
  read(document) {
    const [name, event] = novaEvent(document) ?? [];
    return name === undefined || event === undefined ? OTHER : CONVERSE_EVENTS.read(event, name);
  },
  replaced: (start, text) => named(CONVERSE_EVENTS.replaced(inner(start), text)),
  edited: (start, text) => named(CONVERSE_EVENTS.edited(inner(start), text)),
  ended(end) {
    const ended = CONVERSE_EVENTS.ended(inner(end));
    return ended === null ? null : { ...end, messageStop: ended };
  },
};

/** Null: none of Nova's. Throws for two in one. */
function novaEvent(document: JsonObject): readonly [name: string, event: JsonObject] | null {
  checkEvent(document);
  const told = EVENTS.filter((name) => document[name] !== undefined);
  if (told.length > 1) throw new Error("an event of a model's answer is two");
  const [name] = told;
  const event = name === undefined ? undefined : document[name];
  return name !== undefined && isJsonObject(event) ? [name, event] : null;
}

function inner(document: JsonObject): JsonObject {
  return novaEvent(document)?.[1] ?? document;
}

function named(events: readonly TypedDocument[]): TypedDocument[] {
  return events.map(({ type, document }) => ({ type: 'chunk', document: { [type]: document } }));
}
