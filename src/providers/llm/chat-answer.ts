// Chat Completions' answers: `tool_calls` of a choice, whole or as chunks; OpenAI, Azure, Mistral and everybody who speaks their form.

import { isJsonArray, isJsonObject, type Json, type JsonObject, writeJson } from '../../classify/strict-json.ts';
import type { AnswerFrame, CallFate, CallReader, SeenCall, Step } from '../call-reader.ts';
import { eventFrames, eventOf, wholeFrame } from './answer-frames.ts';
import { listOf, spelt } from './answer-shape.ts';
import { type CallPart, callsOfMessage, isReplaced, messageWithout, partsOf, withoutCalls } from './chat-message.ts';
import { documentOf, documentReader, fateOf, type Scan } from './document-reader.ts';
import { OpenCall } from './open-call.ts';

/** A comment: SDKs and browsers pass over it (WHATWG HTML §9.2). */
export const COMMENT = Buffer.from(': waiting\n\n');

export function chatAnswer(isStream: boolean, limitBytes: number): CallReader {
  if (isStream) return new ChatChunks(limitBytes);
  return documentReader(wholeFrame(), {
    scan: (document) => scanCompletion(document, limitBytes),
    write: (text) => Buffer.from(text),
    pulse: null,
  });
}

export function scanCompletion(document: JsonObject, limitBytes: number): Scan | null {
  const choices = choicesOf(document);
  const calls = choices.flatMap((choice, at) => callsOfMessage(messageOf(choice), String(at), limitBytes));
  return {
    calls,
    rewrite: (fates) => ({
      ...document,
      choices: choices.map((choice, at) => rewrittenChoice(choice, String(at), calls, fates)),
    }),
  };
}

const checkDocument = spelt('choices');
const checkChoice = spelt('index', 'message', 'delta', 'finish_reason');

function choicesOf(document: JsonObject): readonly Json[] {
  checkDocument(document);
  const choices = listOf(document['choices']);
  for (const choice of choices) if (isJsonObject(choice)) checkChoice(choice);
  return choices;
}

function messageOf(choice: Json): JsonObject | null {
  const message = isJsonObject(choice) ? choice['message'] : undefined;
  return isJsonObject(message) ? message : null;
}

function rewrittenChoice(choice: Json, at: string, calls: readonly SeenCall[], fates: ReadonlyMap<string, CallFate>): Json {
  const message = messageOf(choice);
  const own = calls.filter(({ key }) => key.startsWith(`${at}.`));
  if (!isJsonObject(choice) || message === null || own.length === 0) return choice;
  const kept = own.some(({ key }) => !isReplaced(fates, key));
  return { ...choice, message: messageWithout(message, at, fates), finish_reason: finishReason(choice['finish_reason'], kept) };
}

const FOR_CALLS: ReadonlySet<Json | undefined> = new Set(['tool_calls', 'function_call']);

/** SDKs run their loop on while it says that calls were made. */
function finishReason(reason: Json | undefined, kept: boolean): Json {
  return FOR_CALLS.has(reason) && !kept ? 'stop' : (reason ?? null);
}

/** What is known of one choice of the stream. */
class Choice {
  /** By `index` of the call; `f` for the legacy function call. In the order of their first parts. */
  readonly calls = new Map<string, OpenCall>();
  isFinished = false;

  unsure(index: string): void {
    const call = this.calls.get(index);
    if (call !== undefined) call.isSure = false;
  }
}

interface Held {
  readonly frame: AnswerFrame;
  readonly document: JsonObject | null;
}

/** https://platform.openai.com/docs/api-reference/chat-streaming: a call's index, id and name come once, its arguments in pieces. */
class ChatChunks implements CallReader {
  readonly cutter = eventFrames();
  readonly pulse = COMMENT;
  readonly #limitBytes: number;
  #choices = new Map<string, Choice>();
  #held: Held[] = [];
  #heldBytes = 0;
  #isCut = false;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  step(frame: AnswerFrame): Step {
    const document = documentOf(frame);
    if (document === null) return this.#between(frame, frame.data?.toString().trim() === '[DONE]');
    const choices = choicesOf(document).filter(isJsonObject);
    let isOurs = choices.length === 0 && this.#held.length > 0;
    let isMore = isOurs;
    for (const chunk of choices) {
      const taken = this.#take(chunk, frame.type);
      if (taken !== 'text') isOurs = true;
      if (taken !== 'too long') isMore = true;
    }
    if (!isOurs) return { kind: 'pass', bytes: frame.raw };
    if (isMore) this.#hold({ frame, document });
    return this.#settled ? this.#judge() : { kind: 'hold' };
  }

  settle(fates: ReadonlyMap<string, CallFate>): Buffer {
    const told = new Set<string>();
    const given = this.#held.flatMap((held) => this.#given(held, fates, told));
    this.#drop();
    return Buffer.concat(given);
  }

  end(): Buffer {
    this.#isCut = this.#isCut || this.#held.length > 0;
    this.#drop();
    return Buffer.alloc(0);
  }

  heldBytes(): number {
    return this.#heldBytes;
  }

  withheld(): string | null {
    return this.#isCut ? 'the answer ended within a call, so nothing of the call was passed on' : null;
  }

  /** Comments go at once. INVARIANT: after `[DONE]` nothing comes, so a call that no `finish_reason` ended was cut. */
  #between(frame: AnswerFrame, isDone: boolean): Step {
    if (!isDone || this.#held.length === 0) return { kind: 'pass', bytes: frame.raw };
    this.#isCut = true;
    this.#drop();
    return { kind: 'pass', bytes: frame.raw };
  }

  #take(chunk: JsonObject, event: string): 'text' | 'call' | 'too long' {
    const at = String(typeof chunk['index'] === 'number' ? chunk['index'] : 0);
    const delta = isJsonObject(chunk['delta']) ? chunk['delta'] : null;
    // What a chunk holds as a whole message is read as one by some clients, and passed over by others.
    if (callsOfMessage(messageOf(chunk), at, 0).length > 0)
      throw new Error("a part of a model's answer holds a whole message with calls");
    const parts = delta === null ? [] : partsOf(delta);
    const known = this.#choices.get(at);
    if (parts.length === 0 && known === undefined) return 'text';
    const choice = known ?? new Choice();
    this.#choices.set(at, choice);
    let isTooLong = parts.length > 0;
    for (const part of parts) isTooLong = this.#add(choice, at, part) && isTooLong;
    // There are no named events here: OpenAI's SDK hands those of some names on as something else.
    if (event !== '' && event !== 'message') for (const { index } of parts) choice.unsure(index);
    if ((chunk['finish_reason'] ?? null) !== null) choice.isFinished = true;
    else if (parts.length > 0) choice.isFinished = false;
    return isTooLong && !choice.isFinished ? 'too long' : 'call';
  }

  /** True when nothing of the part is worth keeping. */
  #add(choice: Choice, at: string, part: CallPart): boolean {
    let call = choice.calls.get(part.index);
    const isNew = call === undefined;
    call ??= new OpenCall(`${at}.${part.index}`, part.form, this.#limitBytes);
    choice.calls.set(part.index, call);
    if (part.form !== call.form) call.isSure = false;
    call.name(part.name);
    call.add(part.text);
    return call.isTooLong && !isNew;
  }

  get #settled(): boolean {
    return [...this.#choices.values()].every(({ isFinished }) => isFinished);
  }

  #judge(): Step {
    const calls = [...this.#choices.values()].flatMap((choice) => [...choice.calls.values()].map(({ seen }) => seen));
    return { kind: 'judge', calls };
  }

  #given({ frame, document }: Held, fates: ReadonlyMap<string, CallFate>, told: Set<string>): Buffer[] {
    const choices = document?.['choices'];
    if (document === null || !isJsonArray(choices)) return [frame.raw];
    if (!choices.some((chunk) => this.#isChanged(chunk, fates))) return [frame.raw];
    const rewritten = choices.map((chunk) => (this.#isChanged(chunk, fates) ? this.#rewritten(chunk, fates, told) : chunk));
    return [eventOf(frame.type, writeJson({ ...document, choices: rewritten }))];
  }

  #choiceOf(chunk: Json): { readonly at: string; readonly choice: Choice } | null {
    if (!isJsonObject(chunk)) return null;
    const at = String(typeof chunk['index'] === 'number' ? chunk['index'] : 0);
    const choice = this.#choices.get(at);
    return choice === undefined ? null : { at, choice };
  }

  #isChanged(chunk: Json, fates: ReadonlyMap<string, CallFate>): boolean {
    const found = this.#choiceOf(chunk);
    return found !== null && [...found.choice.calls.values()].some(({ key }) => fateOf(fates, key).kind !== 'pass');
  }

  #rewritten(chunk: Json, fates: ReadonlyMap<string, CallFate>, told: Set<string>): Json {
    const found = this.#choiceOf(chunk);
    if (found === null || !isJsonObject(chunk)) return chunk;
    const calls = [...found.choice.calls.values()];
    const kept = calls.some(({ key }) => !isReplaced(fates, key));
    const delta = isJsonObject(chunk['delta']) ? chunk['delta'] : {};
    // Accumulators keep calls by their place: one that is gone must leave no hole.
    const order = calls.filter(({ key }) => !isReplaced(fates, key)).map(({ key }) => key);
    const places = new Map(order.map((key, place) => [key, place]));
    return {
      ...chunk,
      delta: withoutCalls(delta, found.at, { fates, told, places }),
      finish_reason: finishReason(chunk['finish_reason'], kept),
    };
  }

  #hold(held: Held): void {
    this.#held.push(held);
    this.#heldBytes += held.frame.raw.length;
  }

  #drop(): void {
    this.#held = [];
    this.#heldBytes = 0;
    this.#choices = new Map();
  }
}
