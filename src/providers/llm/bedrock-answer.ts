// Bedrock's Converse: `toolUse` blocks of a message, whole or in AWS's binary event stream.

import { isJsonObject, type Json, type JsonObject, readJson, writeJson } from '../../classify/strict-json.ts';
import type { CallReader, SeenCall } from '../call-reader.ts';
import { wholeFrame } from './answer-frames.ts';
import { awsEvent, awsEventFrames } from './aws-event-frames.ts';
import { listOf, spelt } from './answer-shape.ts';
import { type BlockEvent, type BlockForm, BlockReader, type Framing } from './block-reader.ts';
import { documentOf, documentReader, fateOf, type Scan } from './document-reader.ts';
import { seenCall } from './open-call.ts';

const CALL = 'tool_use';

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
export function converseAnswer(isStream: boolean, limitBytes: number): CallReader {
  if (isStream) return new BlockReader(framing(), CONVERSE_EVENTS, limitBytes);
  return documentReader(wholeFrame(), {
    scan: (document) => scanOutput(document, limitBytes),
    write: (text) => Buffer.from(text),
    pulse: null,
  });
}

/** Nothing in this protocol keeps a client awake. */
const framing = (): Framing => ({
  cutter: awsEventFrames(),
  pulse: null,
  read: (frame) => documentOf(frame),
  write: (type, document) => awsEvent(type, writeJson(document)),
});

/** What AWS runs by itself is told by its type. */
function isCall(use: Json | undefined): use is JsonObject {
  return isJsonObject(use) && use['type'] !== 'server_tool_use';
}

const checkBlock = spelt('toolUse');
const checkUse = spelt('name', 'input', 'type');

function toolUse(block: Json | undefined): JsonObject | null {
  if (!isJsonObject(block)) return null;
  checkBlock(block);
  const { toolUse: use } = block;
  if (!isCall(use)) return null;
  checkUse(use);
  return use;
}

const checkResponse = spelt('output');
const checkOutput = spelt('message');
const checkMessage = spelt('content');

export function scanOutput(response: JsonObject, limitBytes: number): Scan | null {
  checkResponse(response);
  const { output } = response;
  if (!isJsonObject(output)) return null;
  checkOutput(output);
  const { message } = output;
  if (!isJsonObject(message)) return null;
  checkMessage(message);
  const content = listOf(message['content']);
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

const checkEvent = spelt('contentBlockIndex', 'start', 'delta');

export const CONVERSE_EVENTS: BlockForm = {
  read(document, type) {
    checkEvent(document);
    const index = indexOf(document);
    switch (type) {
      case 'contentBlockStart': {
        const use = toolUse(document['start']);
        if (use !== null) return { kind: 'start', index, name: textOf(use['name']) ?? '', text: inputOf(use) };
        return document['start'] === undefined ? OTHER : { kind: 'run', index };
      }
      case 'contentBlockDelta': {
        const { delta } = document;
        if (isJsonObject(delta)) checkBlock(delta);
        const use = isJsonObject(delta) ? delta['toolUse'] : undefined;
        if (isJsonObject(use)) checkUse(use);
        return { kind: 'piece', index, text: isJsonObject(use) ? textOf(use['input']) : null, isCall: use !== undefined };
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
