// Anthropic's answers: blocks of type `tool_use` in a message, whole or as events.

import { isJsonArray, isJsonObject, type Json, type JsonObject, readJson, writeJson } from '../../classify/strict-json.ts';
import type { AnswerFrame, CallFate, CallReader, SeenCall, Step } from '../call-reader.ts';
import { eventFrames, eventOf, wholeFrame } from './answer-frames.ts';
import { documentOf, documentReader, fateOf, type Scan } from './document-reader.ts';
import { OpenCall, seenCall } from './open-call.ts';

/** Blocks of tools that the provider runs (`server_tool_use`, `mcp_tool_use`) never come to the client as calls. */
const CALL = 'tool_use';
const PULSE = Buffer.from('event: ping\ndata: {"type": "ping"}\n\n');

export function anthropicAnswer(isStream: boolean, limitBytes: number): CallReader {
  if (isStream) return new MessageEvents(limitBytes);
  return documentReader(wholeFrame(), {
    scan: (document) => scanMessage(document, limitBytes),
    write: (text) => Buffer.from(text),
    pulse: null,
  });
}

function scanMessage(message: JsonObject, limitBytes: number): Scan | null {
  const { content } = message;
  if (!isJsonArray(content)) return null;
  const calls = content.flatMap((block, at) => (isCall(block) ? [blockCall(String(at), block, limitBytes)] : []));
  return {
    calls,
    rewrite(fates) {
      const kept = calls.some(({ key }) => fateOf(fates, key).kind !== 'replace');
      const blocks = content.map((block, at) => (isCall(block) ? rewritten(block, fateOf(fates, String(at))) : block));
      return { ...message, content: blocks, stop_reason: stopReason(message['stop_reason'], kept) };
    },
  };
}

function isCall(block: Json): block is JsonObject {
  return isJsonObject(block) && block['type'] === CALL;
}

function blockCall(key: string, block: JsonObject, limitBytes: number): SeenCall {
  const { name, input = {} } = block;
  const tool = typeof name === 'string' ? name : '';
  return seenCall(key, tool, Buffer.from(writeJson(input)), { form: 'json', isSure: true, limitBytes });
}

function rewritten(block: JsonObject, fate: CallFate): Json {
  if (fate.kind === 'replace') return { type: 'text', text: fate.text };
  return fate.kind === 'edit' ? { ...block, input: editedInput(fate.arguments) } : block;
}

function editedInput(bytes: Buffer): Json {
  const { value } = readJson(bytes);
  return value ?? {};
}

/** SDKs run their loop on while it says `tool_use`. */
function stopReason(reason: Json | undefined, kept: boolean): Json {
  return reason === CALL && !kept ? 'end_turn' : (reason ?? null);
}

interface Held {
  readonly frame: AnswerFrame;
  /** Whose it is; null for what came between. */
  readonly key: string | null;
  readonly document: JsonObject | null;
}

/** https://docs.anthropic.com/en/docs/build-with-claude/streaming: blocks by their index, each with a start, deltas and a stop. */
class MessageEvents implements CallReader {
  readonly cutter = eventFrames();
  readonly pulse = PULSE;
  readonly #limitBytes: number;
  /** By index, begun and not stopped. */
  readonly #open = new Map<string, OpenCall>();
  #whole: OpenCall[] = [];
  #held: Held[] = [];
  #heldBytes = 0;
  #kept = false;
  #replaced = false;
  #blocks = 0;
  #isCut = false;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  step(frame: AnswerFrame): Step {
    const document = documentOf(frame);
    switch (document?.['type']) {
      case 'message_start':
        checkStart(document);
        return { kind: 'pass', bytes: frame.raw };
      case 'content_block_start':
        return this.#start(frame, document);
      case 'content_block_delta':
        return this.#delta(frame, document);
      case 'content_block_stop':
        return this.#stop(frame, document);
      case 'message_delta':
        return this.#messageDelta(frame, document);
      default:
        return { kind: 'pass', bytes: frame.raw };
    }
  }

  settle(fates: ReadonlyMap<string, CallFate>): Buffer {
    for (const { key } of this.#whole) {
      if (fateOf(fates, key).kind === 'replace') this.#replaced = true;
      else this.#kept = true;
    }
    const given = this.#held.flatMap((held) => this.#given(held, fates));
    this.#whole = [];
    this.#drop();
    return Buffer.concat(given);
  }

  end(): Buffer {
    this.#isCut = this.#held.length > 0;
    this.#drop();
    return Buffer.alloc(0);
  }

  heldBytes(): number {
    return this.#heldBytes;
  }

  withheld(): string | null {
    return this.#isCut ? 'the answer ended within a call, so nothing of the call was passed on' : null;
  }

  #start(frame: AnswerFrame, document: JsonObject): Step {
    const block = document['content_block'];
    const index = indexOf(document);
    if (!isCall(block ?? null) || !isJsonObject(block)) return this.#other(frame, document);
    // A block that begins twice is a call of its own for those who take the later one.
    const before = this.#open.get(index);
    if (before !== undefined) before.isSure = false;
    this.#blocks += 1;
    const call = before ?? new OpenCall(`${index}.${this.#blocks}`, 'json', this.#limitBytes);
    if (typeof block['name'] === 'string') call.name(block['name']);
    const input = block['input'] ?? {};
    // Gateways give the whole input here; then deltas that follow would be read in place of it by some, and not by others.
    if (!isJsonObject(input) || Object.keys(input).length > 0) call.add(writeJson(input));
    this.#open.set(index, call);
    this.#hold({ frame, key: call.key, document });
    return { kind: 'hold' };
  }

  #delta(frame: AnswerFrame, document: JsonObject): Step {
    const index = indexOf(document);
    const call = this.#open.get(index);
    if (call === undefined) return this.#other(frame, document);
    const delta = document['delta'];
    const json = isJsonObject(delta) && delta['type'] === 'input_json_delta' ? delta['partial_json'] : undefined;
    if (typeof json === 'string') call.add(json);
    else call.isSure = false;
    if (!call.isTooLong) this.#hold({ frame, key: call.key, document });
    return { kind: 'hold' };
  }

  #stop(frame: AnswerFrame, document: JsonObject): Step {
    const index = indexOf(document);
    const call = this.#open.get(index);
    if (call === undefined) return this.#other(frame, document);
    this.#open.delete(index);
    this.#whole.push(call);
    this.#hold({ frame, key: call.key, document });
    return this.#open.size > 0 ? { kind: 'hold' } : { kind: 'judge', calls: this.#whole.map(({ seen }) => seen) };
  }

  /** `stop_reason` comes once every block has stopped; a call that has not by then was cut. */
  #messageDelta(frame: AnswerFrame, document: JsonObject): Step {
    if (this.#open.size > 0) {
      this.#isCut = true;
      const cut = new Set([...this.#open.values()].map(({ key }) => key));
      this.#held = this.#held.filter(({ key }) => key === null || !cut.has(key));
      this.#open.clear();
      if (this.#whole.length > 0) {
        this.#hold({ frame, key: null, document });
        return { kind: 'judge', calls: this.#whole.map(({ seen }) => seen) };
      }
    }
    return { kind: 'pass', bytes: this.#rewrittenEnd(frame, document) };
  }

  #rewrittenEnd(frame: AnswerFrame, document: JsonObject): Buffer {
    const delta = document['delta'];
    if (!this.#replaced || this.#kept || !isJsonObject(delta) || delta['stop_reason'] !== CALL) return frame.raw;
    const ended = { ...document, delta: { ...delta, stop_reason: stopReason(delta['stop_reason'], false) } };
    return eventOf(frame.type, writeJson(ended));
  }

  /** Text that comes while a call is open waits behind it, in order. */
  #other(frame: AnswerFrame, document: JsonObject): Step {
    if (this.#held.length === 0) return { kind: 'pass', bytes: frame.raw };
    this.#hold({ frame, key: null, document });
    return { kind: 'hold' };
  }

  #given({ frame, key, document }: Held, fates: ReadonlyMap<string, CallFate>): Buffer[] {
    if (key === null) return [document?.['type'] === 'message_delta' ? this.#rewrittenEnd(frame, document) : frame.raw];
    const fate = fateOf(fates, key);
    const kind = document?.['type'];
    if (fate.kind === 'pass' || document === null) return [frame.raw];
    if (kind === 'content_block_stop') return [frame.raw];
    if (kind !== 'content_block_start') return [];
    const index = document['index'] ?? 0;
    const start = fate.kind === 'replace' ? { ...document, content_block: { type: 'text', text: '' } } : withoutInput(document);
    const delta =
      fate.kind === 'replace'
        ? { type: 'text_delta', text: fate.text }
        : { type: 'input_json_delta', partial_json: fate.arguments.toString() };
    return [
      eventOf('content_block_start', writeJson(start)),
      eventOf('content_block_delta', writeJson({ type: 'content_block_delta', index, delta })),
    ];
  }

  #hold(held: Held): void {
    this.#held.push(held);
    this.#heldBytes += held.frame.raw.length;
  }

  #drop(): void {
    this.#held = [];
    this.#heldBytes = 0;
  }
}

function withoutInput(document: JsonObject): JsonObject {
  const block = document['content_block'];
  return isJsonObject(block) ? { ...document, content_block: { ...block, input: {} } } : document;
}

function indexOf({ index }: JsonObject): string {
  return typeof index === 'number' ? String(index) : 'none';
}

/** A message that begins with a call in it is none that this API sends. */
function checkStart(document: JsonObject): void {
  const message = document['message'];
  const content = isJsonObject(message) ? message['content'] : undefined;
  if (isJsonArray(content) && content.some(isCall)) throw new Error("a model's answer begins with a call");
}
