// Gemini's answers: `functionCall` parts of a candidate. Each event, each element of a streamed array and a plain answer is a whole document.

import { isJsonObject, type Json, type JsonObject, readJson, writeJson } from '../../classify/strict-json.ts';
import type { CallFate, CallReader, SeenCall } from '../call-reader.ts';
import { eventFrames, eventOf } from './answer-frames.ts';
import { listOf, spelt } from './answer-shape.ts';
import { arrayFrames } from './array-frames.ts';
import { COMMENT } from './chat-answer.ts';
import { type DocumentForm, documentReader, fateOf, type Scan } from './document-reader.ts';
import { seenCall } from './open-call.ts';

/** https://ai.google.dev/api/generate-content: events with `alt=sse`, else one array; without `stream` one document. */
export function geminiAnswer(isStream: boolean, limitBytes: number): CallReader {
  const scan: DocumentForm['scan'] = (document, frame) => scanCandidates(document, frame, limitBytes);
  if (!isStream) return documentReader(arrayFrames(), { scan, write: (text) => Buffer.from(text), pulse: null });
  return documentReader(eventFrames(), { scan, write: (text, { type }) => eventOf(type, text), pulse: COMMENT });
}

function scanCandidates(document: JsonObject, frame: number, limitBytes: number): Scan | null {
  checkNames(document);
  const candidates = listOf(document['candidates']);
  if (candidates.length === 0) return null;
  const calls = candidates.flatMap((candidate, at) => callsOf(candidate, `${frame}.${at}`, limitBytes));
  return {
    calls,
    rewrite: (fates) => ({
      ...document,
      candidates: candidates.map((candidate, at) => rewritten(candidate, `${frame}.${at}`, fates)),
    }),
  };
}

const checkNames = spelt('candidates');
const checkCandidate = spelt('content');
const checkContent = spelt('parts');

function partsOf(candidate: Json): readonly Json[] {
  if (!isJsonObject(candidate)) return [];
  checkCandidate(candidate);
  const { content } = candidate;
  if (!isJsonObject(content)) return [];
  checkContent(content);
  return listOf(content['parts']);
}

/** Protobuf's JSON form may be written in snake case, and SDKs made from it read both. */
const NAMES = ['functionCall', 'function_call'] as const;
const checkPart = spelt(...NAMES);
const checkCall = spelt('name', 'args', 'partialArgs', 'partial_args', 'willContinue', 'will_continue');

function callsOf(candidate: Json, prefix: string, limitBytes: number): SeenCall[] {
  return partsOf(candidate).flatMap((part, at) => partCall(part, `${prefix}.${at}`, limitBytes) ?? []);
}

function partCall(part: Json, key: string, limitBytes: number): SeenCall | null {
  if (!isJsonObject(part)) return null;
  checkPart(part);
  const told = NAMES.map((name) => part[name] ?? null).filter((call) => call !== null);
  const [call] = told;
  if (call === undefined) return null;
  if (!isJsonObject(call)) return seenCall(key, '', NOTHING, { form: 'json', isSure: false, limitBytes });
  checkCall(call);
  const { name, args } = call;
  const input = Buffer.from((args ?? null) === null ? '' : writeJson(args ?? null));
  const isSure = told.length === 1 && !isPiece(call);
  return seenCall(key, typeof name === 'string' ? name : '', input, { form: 'json', isSure, limitBytes });
}

/** Vertex can give arguments bit by bit (`streamFunctionCallArguments`): each bit is a call that nobody can be sure of. */
function isPiece(call: JsonObject): boolean {
  return ['partialArgs', 'partial_args', 'willContinue', 'will_continue'].some((name) => call[name] !== undefined);
}

/** `finishReason` is STOP, with calls and without. */
function rewritten(candidate: Json, prefix: string, fates: ReadonlyMap<string, CallFate>): Json {
  const parts = partsOf(candidate);
  if (parts.length === 0 || !isJsonObject(candidate)) return candidate;
  const { content } = candidate;
  const given = parts.map((part, at) => rewrittenPart(part, `${prefix}.${at}`, fates));
  return { ...candidate, content: { ...(isJsonObject(content) ? content : {}), parts: given } };
}

function rewrittenPart(part: Json, key: string, fates: ReadonlyMap<string, CallFate>): Json {
  if (!isJsonObject(part) || partCall(part, key, 0) === null) return part;
  const fate = fateOf(fates, key);
  if (fate.kind === 'pass') return part;
  if (fate.kind === 'replace') return { text: fate.text };
  const { functionCall, function_call: snake, ...rest } = part;
  const call = functionCall ?? snake;
  return { ...rest, functionCall: { ...(isJsonObject(call) ? call : {}), args: readJson(fate.arguments).value ?? {} } };
}

const NOTHING = Buffer.alloc(0);
