// OpenAI's Responses: output items that ask the client to do something, whole or as events. Each call comes in up to four copies.

import { isJsonObject, type Json, type JsonObject, writeJson } from '../../classify/strict-json.ts';
import type { AnswerFrame, CallFate, CallReader, SeenCall, Step } from '../call-reader.ts';
import { eventFrames, eventOf, wholeFrame } from './answer-frames.ts';
import { listOf, spelt } from './answer-shape.ts';
import { COMMENT } from './chat-answer.ts';
import { documentOf, documentReader, fateOf, type Scan } from './document-reader.ts';
import { itemCall, messageItem, rewrittenItem, textPart } from './responses-item.ts';

export function responsesAnswer(isStream: boolean, limitBytes: number): CallReader {
  if (isStream) return new ResponseEvents(limitBytes);
  return documentReader(wholeFrame(), {
    scan: (document) => scanOutput(document, 'o', limitBytes),
    write: (text) => Buffer.from(text),
    pulse: null,
  });
}

const checkEvent = spelt('type', 'response', 'item', 'output_index', 'delta', 'arguments', 'input');
const checkResponse = spelt('output');

/** `prefix`: of the keys. */
function scanOutput(response: JsonObject, prefix: string, limitBytes: number): Scan | null {
  checkResponse(response);
  const output = listOf(response['output']);
  return {
    calls: output.flatMap((item, at) => itemCall(item, `${prefix}${at}`, limitBytes) ?? []),
    rewrite: (fates) => ({
      ...response,
      output: output.map((item, at) => (isJsonObject(item) ? rewrittenAt(item, `${prefix}${at}`, String(at), fates) : item)),
    }),
  };
}

function rewrittenAt(item: JsonObject, key: string, place: string, fates: ReadonlyMap<string, CallFate>): JsonObject {
  const fate = itemCall(item, key, Number.MAX_SAFE_INTEGER) === null ? null : fateOf(fates, key);
  return fate === null ? item : rewrittenItem(item, fate, place);
}

interface Held {
  readonly frame: AnswerFrame;
  readonly document: JsonObject;
  /** Of its item; null for what came between. */
  readonly place: string | null;
}

/** https://platform.openai.com/docs/api-reference/responses-streaming */
class ResponseEvents implements CallReader {
  readonly cutter = eventFrames();
  readonly pulse = COMMENT;
  readonly #limitBytes: number;
  /** Bytes of arguments so far, by the place of each call that has begun and is not done. */
  readonly #open = new Map<string, number>();
  /** Done, and not yet judged: by place. */
  #whole = new Map<string, SeenCall>();
  /** What each call was judged to be, by place, and its fate: the whole response repeats them at its end. */
  readonly #judged = new Map<string, { readonly call: SeenCall; readonly fate: CallFate }>();
  #held: Held[] = [];
  #heldBytes = 0;
  /** The event with the whole response, when it waits for calls of its own. */
  #last: { readonly frame: AnswerFrame; readonly document: JsonObject; readonly calls: readonly SeenCall[] } | null = null;
  #isCut = false;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  step(frame: AnswerFrame): Step {
    const document = documentOf(frame);
    if (document === null) return { kind: 'pass', bytes: frame.raw };
    checkEvent(document);
    if (isJsonObject(document['response'])) return this.#response(frame, document, document['response']);
    const place = placeOf(document);
    const call = itemCall(document['item'], place, this.#limitBytes);
    if (call === null && !this.#open.has(place) && !isOfCall(document['type'])) return this.#other(frame, document);
    if (call === null || document['type'] !== 'response.output_item.done') return this.#piece(frame, document, place);
    const isTooLong = (this.#open.get(place) ?? 0) > this.#limitBytes;
    this.#open.delete(place);
    this.#hold({ frame, document, place });
    this.#whole.set(place, isTooLong ? tooLong(call) : this.#checked(call, place));
    return this.#open.size > 0 ? { kind: 'hold' } : { kind: 'judge', calls: [...this.#whole.values()] };
  }

  #piece(frame: AnswerFrame, document: JsonObject, place: string): Step {
    const { delta } = document;
    const bytes = (this.#open.get(place) ?? 0) + (typeof delta === 'string' ? Buffer.byteLength(delta) : 0);
    this.#open.set(place, bytes);
    // INVARIANT: what is too long takes no memory, however long it goes on.
    return bytes > this.#limitBytes ? { kind: 'hold' } : this.#hold({ frame, document, place });
  }

  settle(fates: ReadonlyMap<string, CallFate>): Buffer {
    for (const [place, call] of this.#whole) this.#judged.set(place, { call, fate: fateOf(fates, call.key) });
    this.#whole = new Map();
    const told = new Set<string>();
    const given = this.#held.flatMap((held) => this.#given(held, told));
    this.#dropHeld();
    const last = this.#last;
    this.#last = null;
    if (last !== null) given.push(this.#settledResponse(last.frame, last.document, fates));
    return Buffer.concat(given);
  }

  end(): Buffer {
    this.#isCut = this.#isCut || this.#held.length > 0;
    this.#dropHeld();
    return Buffer.alloc(0);
  }

  heldBytes(): number {
    return this.#heldBytes;
  }

  withheld(): string | null {
    return this.#isCut ? 'the answer ended within a call, so nothing of the call was passed on' : null;
  }

  /** INVARIANT: what the whole response repeats is judged by what it says there, if that is not what was judged before. */
  #response(frame: AnswerFrame, document: JsonObject, response: JsonObject): Step {
    if (this.#open.size > 0) {
      // What was not done by then comes in the response as far as it came, and is judged as that.
      this.#isCut = true;
      this.#held = this.#held.filter(({ place }) => place === null || !this.#open.has(place));
      this.#open.clear();
    }
    const scan = scanOutput(response, 'r', this.#limitBytes);
    const fresh = (scan?.calls ?? []).filter((call) => this.#known(call) === null);
    if (fresh.length === 0 && this.#whole.size === 0) {
      if (this.#held.length > 0) return this.#hold({ frame, document, place: null });
      return { kind: 'pass', bytes: this.#settledResponse(frame, document, new Map()) };
    }
    this.#last = { frame, document, calls: fresh };
    return { kind: 'judge', calls: [...this.#whole.values(), ...fresh] };
  }

  /** The fate that the same call at the same place had. */
  #known(call: SeenCall): CallFate | null {
    const judged = this.#judged.get(call.key.slice(1));
    return judged !== undefined && isSame(judged.call, call) ? judged.fate : null;
  }

  #settledResponse(frame: AnswerFrame, document: JsonObject, fates: ReadonlyMap<string, CallFate>): Buffer {
    const response = document['response'];
    const scan = isJsonObject(response) ? scanOutput(response, 'r', this.#limitBytes) : null;
    if (scan === null || scan.calls.length === 0) return frame.raw;
    const all = new Map(scan.calls.map((call) => [call.key, this.#known(call) ?? fateOf(fates, call.key)]));
    if ([...all.values()].every(({ kind }) => kind === 'pass')) return frame.raw;
    return eventOf(frame.type, writeJson({ ...document, response: scan.rewrite(all) }));
  }

  /** A client that goes by the deltas must not read another call than one that goes by the item. */
  #checked(call: SeenCall, place: string): SeenCall {
    const own = this.#held.filter((held) => held.place === place).map(({ document }) => document);
    const deltas = own.filter(({ type }) => isDelta(type)).map(({ delta }) => (typeof delta === 'string' ? delta : ''));
    const done = own.flatMap(({ type, arguments: args, input }) =>
      isOfCall(type) && !isDelta(type) ? [args ?? input ?? ''] : [],
    );
    const told = call.arguments.toString();
    const names = own
      .flatMap(({ item, name }) => [isJsonObject(item) ? item['name'] : undefined, name])
      .filter((one) => one !== undefined);
    const isAlike =
      (deltas.length === 0 || deltas.join('') === told) &&
      done.every((text) => text === told) &&
      names.every((name) => name === call.tool || name === null);
    return isAlike || call.isTooLong ? call : { ...call, sure: false };
  }

  #other(frame: AnswerFrame, document: JsonObject): Step {
    if (this.#held.length === 0) return { kind: 'pass', bytes: frame.raw };
    return this.#hold({ frame, document, place: null });
  }

  #given({ frame, document, place }: Held, told: Set<string>): Buffer[] {
    if (place === null)
      return [isJsonObject(document['response']) ? this.#settledResponse(frame, document, new Map()) : frame.raw];
    const fate = this.#judged.get(place)?.fate;
    if (fate === undefined) return [];
    if (fate.kind === 'pass') return [frame.raw];
    const isFirst = !told.has(place);
    told.add(place);
    if (fate.kind === 'replace') return isFirst ? messageEvents(document, place, fate.text) : [];
    const edited = editedEvent(document, fate, isFirst);
    return edited === null ? [] : [eventOf(frame.type, writeJson(edited))];
  }

  #hold(held: Held): Step {
    this.#held.push(held);
    this.#heldBytes += held.frame.raw.length;
    return { kind: 'hold' };
  }

  #dropHeld(): void {
    this.#held = [];
    this.#heldBytes = 0;
  }
}

/** Two that are too long are refused alike, whatever they say. */
function isSame(one: SeenCall, other: SeenCall): boolean {
  if (one.tool !== other.tool || one.form !== other.form || one.isTooLong !== other.isTooLong) return false;
  return one.arguments.equals(other.arguments);
}

function tooLong(call: SeenCall): SeenCall {
  return { ...call, isTooLong: true, arguments: Buffer.alloc(0) };
}

function isDelta(type: Json | undefined): boolean {
  return type === 'response.function_call_arguments.delta' || type === 'response.custom_tool_call_input.delta';
}

/** INVARIANT: it waits for its call, also when the stream begins in the middle of one (`starting_after`): its client may go by what it says. */
function isOfCall(type: Json | undefined): boolean {
  return isDelta(type) || type === 'response.function_call_arguments.done' || type === 'response.custom_tool_call_input.done';
}

function placeOf({ output_index: index }: JsonObject): string {
  return typeof index === 'number' ? String(index) : 'none';
}

/** The events of a message with one text, in the place of a call's. */
function messageEvents(first: JsonObject, place: string, text: string): Buffer[] {
  const at = { output_index: first['output_index'] ?? 0 };
  const part = { ...at, item_id: `msg_interlock_${place}`, content_index: 0 };
  const list: ReadonlyArray<readonly [string, JsonObject]> = [
    ['response.output_item.added', { ...at, item: messageItem(text, place, 'in_progress') }],
    ['response.content_part.added', { ...part, part: textPart('') }],
    ['response.output_text.delta', { ...part, delta: text, logprobs: [] }],
    ['response.output_text.done', { ...part, text, logprobs: [] }],
    ['response.content_part.done', { ...part, part: textPart(text) }],
    ['response.output_item.done', { ...at, item: messageItem(text, place, 'completed') }],
  ];
  const sequence = first['sequence_number'];
  return list.map(([type, event]) =>
    eventOf(type, writeJson({ type, ...(sequence === undefined ? {} : { sequence_number: sequence }), ...event })),
  );
}

/** All of the new arguments come with the first delta. Null: nothing is left to say. */
function editedEvent(document: JsonObject, fate: CallFate & { readonly kind: 'edit' }, isFirst: boolean): JsonObject | null {
  const { item, type } = document;
  const text = fate.arguments.toString();
  if (isDelta(type)) return null;
  if (type === 'response.output_item.done' && isJsonObject(item)) return { ...document, item: rewrittenItem(item, fate, '') };
  if (isFirst) return document;
  if (document['arguments'] !== undefined) return { ...document, arguments: text };
  return document['input'] === undefined ? document : { ...document, input: text };
}
