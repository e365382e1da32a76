// Bedrock's answers: Converse's `toolUse` blocks, and Anthropic's messages as Invoke carries them; whole or in AWS's binary event stream.

import { isJsonArray, isJsonObject, type Json, type JsonObject, readJson, writeJson } from '../../classify/strict-json.ts';
import type { AnswerFrame, CallReader, SeenCall } from '../call-reader.ts';
import { wholeFrame } from './answer-frames.ts';
import { anthropicAnswer, anthropicEvents } from './anthropic-answer.ts';
import { awsEvent, awsEventFrames } from './aws-event-frames.ts';
import { type BlockEvent, type BlockForm, BlockReader, type Framing } from './block-reader.ts';
import { documentOf, documentReader, fateOf, type Scan } from './document-reader.ts';
import { seenCall } from './open-call.ts';

const CALL = 'tool_use';

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
export function converseAnswer(isStream: boolean, limitBytes: number): CallReader {
  if (isStream) return new BlockReader(CONVERSE(), EVENTS, limitBytes);
  return documentReader(wholeFrame(), {
    scan: (document) => scanOutput(document, limitBytes),
    write: (text) => Buffer.from(text),
    pulse: null,
  });
}

/** In the form of the model's vendor; only Anthropic's is known. */
export function invokeAnswer(isStream: boolean, limitBytes: number): CallReader {
  return isStream ? anthropicEvents(CHUNKS(), limitBytes) : anthropicAnswer(false, limitBytes);
}

/** Nothing in this protocol keeps a client awake. */
const CONVERSE = (): Framing => ({
  cutter: awsEventFrames(),
  pulse: null,
  read: (frame) => documentOf(frame),
  write: (type, document) => awsEvent(type, writeJson(document)),
});

/** Each event is a `chunk` that holds one of the vendor's in base64. */
const CHUNKS = (): Framing => ({
  cutter: awsEventFrames(),
  pulse: null,
  read: (frame) => (frame.type === 'chunk' ? chunkOf(frame) : null),
  write: (_type, document) => awsEvent('chunk', writeJson({ bytes: Buffer.from(writeJson(document)).toString('base64') })),
});

function chunkOf(frame: AnswerFrame): JsonObject | null {
  const bytes = documentOf(frame)?.['bytes'];
  if (typeof bytes !== 'string') return null;
  const data = Buffer.from(bytes, 'base64');
  // Decoders differ on what is no base64 at all.
  if (data.toString('base64') !== bytes) throw new Error("a part of a model's answer is no clean base64");
  return documentOf({ raw: frame.raw, data, type: '' });
}

/** What AWS runs by itself is told by its type. */
function isCall(use: Json | undefined): use is JsonObject {
  return isJsonObject(use) && use['type'] !== 'server_tool_use';
}

function toolUse(block: Json | undefined): JsonObject | null {
  const use = isJsonObject(block) ? block['toolUse'] : undefined;
  return isCall(use) ? use : null;
}

function scanOutput(response: JsonObject, limitBytes: number): Scan | null {
  const { output } = response;
  const message = isJsonObject(output) ? output['message'] : undefined;
  const content = isJsonObject(message) ? message['content'] : undefined;
  if (!isJsonObject(output) || !isJsonObject(message) || !isJsonArray(content)) return null;
  const calls = content.flatMap((block, at) => useCall(toolUse(block), String(at), limitBytes) ?? []);
  return {
    calls,
    rewrite(fates) {
      const kept = calls.some(({ key }) => fateOf(fates, key).kind !== 'replace');
      const given = content.map((block, at) => {
        const use = toolUse(block);
        if (use === null || !isJsonObject(block)) return block;
        const fate = fateOf(fates, String(at));
        if (fate.kind === 'replace') return { text: fate.text };
        return fate.kind === 'edit' ? { ...block, toolUse: { ...use, input: readJson(fate.arguments).value ?? {} } } : block;
      });
      const stopReason = response['stopReason'] === CALL && !kept ? 'end_turn' : (response['stopReason'] ?? null);
      return { ...response, output: { ...output, message: { ...message, content: given } }, stopReason };
    },
  };
}

function useCall(use: JsonObject | null, key: string, limitBytes: number): SeenCall | null {
  if (use === null) return null;
  const { name, input = {} } = use;
  const args = Buffer.from(writeJson(input));
  return seenCall(key, typeof name === 'string' ? name : '', args, { form: 'json', isSure: true, limitBytes });
}

const OTHER: BlockEvent = { kind: 'other' };

const EVENTS: BlockForm = {
  read(document, type) {
    const index = indexOf(document);
    switch (type) {
      case 'contentBlockStart': {
        const use = toolUse(document['start']);
        return use === null ? OTHER : { kind: 'start', index, name: textOf(use['name']) ?? '', text: inputOf(use) };
      }
      case 'contentBlockDelta': {
        const { delta } = document;
        const use = isJsonObject(delta) ? delta['toolUse'] : undefined;
        // Pieces of what AWS runs look the same, so one without a beginning may be one of those.
        return { kind: 'piece', index, text: isJsonObject(use) ? textOf(use['input']) : null, isCall: false };
      }
      case 'contentBlockStop':
        return { kind: 'stop', index };
      case 'messageStop':
        return { kind: 'end' };
      default:
        return OTHER;
    }
  },
  // Blocks of text have no start here.
  replaced: (start, text) => [
    { type: 'contentBlockDelta', document: { ...placeOf(start), delta: { text } } },
    { type: 'contentBlockStop', document: placeOf(start) },
  ],
  edited: (start, text) => [
    { type: 'contentBlockStart', document: start },
    { type: 'contentBlockDelta', document: { ...placeOf(start), delta: { toolUse: { input: text } } } },
  ],
  ended: (end) => (end['stopReason'] === CALL ? { ...end, stopReason: 'end_turn' } : null),
};

function placeOf(start: JsonObject): JsonObject {
  return { contentBlockIndex: start['contentBlockIndex'] ?? 0 };
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** The API has none here; what is there counts. */
function inputOf({ input }: JsonObject): string {
  return input === undefined || input === null ? '' : (textOf(input) ?? writeJson(input));
}

function indexOf({ contentBlockIndex: index }: JsonObject): string {
  return typeof index === 'number' ? String(index) : 'none';
}
