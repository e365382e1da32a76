// Answers told as blocks by their index, each with a start, pieces and a stop: Anthropic's, Cohere's and Bedrock's.

import type { JsonObject } from '../../classify/strict-json.ts';
import type { AnswerFrame, CallFate, CallReader, FrameCutter, Step } from '../call-reader.ts';
import { fateOf } from './document-reader.ts';
import { OpenCall } from './open-call.ts';

/** How the events of an answer are carried. */
export interface Framing {
  readonly cutter: FrameCutter;
  readonly pulse: Buffer | null;
  /** Null: nobody takes it for an event. Throws what can't be read surely. */
  read(frame: AnswerFrame): JsonObject | null;
  write(type: string, document: JsonObject): Buffer;
}

/** What an event says. */
export type BlockEvent =
  | { readonly kind: 'start'; readonly index: string; readonly name: string; readonly text: string }
  /** A block that the client is not asked to carry out, and that has pieces like those of a call: what the provider runs itself. */
  | { readonly kind: 'run'; readonly index: string }
  /** `text` is null when clients could differ on what it adds; `isCall` when nothing but a call and what the provider runs has such pieces. */
  | { readonly kind: 'piece'; readonly index: string; readonly text: string | null; readonly isCall: boolean }
  | { readonly kind: 'stop'; readonly index: string }
  /** The one that tells why the model stopped. */
  | { readonly kind: 'end' }
  | { readonly kind: 'other' };

export interface TypedDocument {
  readonly type: string;
  readonly document: JsonObject;
}

export interface BlockForm {
  read(document: JsonObject, type: string): BlockEvent;
  /** A whole block of text, in place of the one that this event began. */
  replaced(start: JsonObject, text: string): readonly TypedDocument[];
  /** The start again, and all of the arguments as one piece. */
  edited(start: JsonObject, text: string): readonly TypedDocument[];
  /** The end when no call is left; null when nothing of it must change. */
  ended(end: JsonObject): JsonObject | null;
  /** An event that is of no call, in the order in which the client gets them; null when nothing of it must change. Absent: it never must. */
  passed?(document: JsonObject): JsonObject | null;
}

interface Held {
  readonly frame: AnswerFrame;
  /** Whose it is; null for what came between. */
  readonly key: string | null;
  readonly event: BlockEvent;
  readonly document: JsonObject;
}

export class BlockReader implements CallReader {
  readonly cutter: FrameCutter;
  readonly pulse: Buffer | null;
  readonly #framing: Framing;
  readonly #form: BlockForm;
  readonly #limitBytes: number;
  /** By index, begun and not stopped. */
  readonly #open = new Map<string, OpenCall>();
  /** Indexes of the calls that have stopped. */
  readonly #stopped = new Set<string>();
  /** Of what the provider runs, begun and not stopped. */
  readonly #run = new Set<string>();
  #whole: OpenCall[] = [];
  #held: Held[] = [];
  #heldBytes = 0;
  #kept = false;
  #replaced = false;
  #blocks = 0;
  #isCut = false;

  constructor(framing: Framing, form: BlockForm, limitBytes: number) {
    this.cutter = framing.cutter;
    this.pulse = framing.pulse;
    this.#framing = framing;
    this.#form = form;
    this.#limitBytes = limitBytes;
  }

  step(frame: AnswerFrame): Step {
    const document = this.#framing.read(frame);
    if (document === null) return { kind: 'pass', bytes: frame.raw };
    const event = this.#form.read(document, frame.type);
    if (event.kind === 'end') return this.#end({ frame, key: null, event, document });
    if (event.kind === 'other') return this.#other(frame, event, document);
    this.#check(event);
    if (event.kind === 'start') return this.#start(event, frame, document);
    if (event.kind === 'run') return this.#other(frame, event, document);
    const call = this.#open.get(event.index);
    if (call === undefined) return this.#other(frame, event, document);
    return event.kind === 'piece' ? this.#piece(event, call, { frame, document }) : this.#stop(event, call, { frame, document });
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

  /** INVARIANT: nothing is added to a call once it was judged; SDKs would take what comes later by its index for more of it. */
  #check(event: Exclude<BlockEvent, { kind: 'end' | 'other' }>): void {
    if (this.#stopped.has(event.index) && event.kind !== 'stop')
      throw new Error("a call in a model's answer goes on after its end");
    if (event.kind === 'piece' && event.isCall && !this.#open.has(event.index) && !this.#run.has(event.index))
      throw new Error("a call in a model's answer has no beginning");
    if (event.kind === 'run') this.#run.add(event.index);
    else if (event.kind !== 'piece') this.#run.delete(event.index);
    // Clients that go by the block that began last would take its pieces for the call's.
    const open = event.kind === 'run' ? this.#open.get(event.index) : undefined;
    if (open !== undefined) open.isSure = false;
  }

  #start(event: BlockEvent & { readonly kind: 'start' }, frame: AnswerFrame, document: JsonObject): Step {
    // A block that begins twice is a call of its own for those who take the later one.
    const before = this.#open.get(event.index);
    if (before !== undefined) before.isSure = false;
    this.#blocks += 1;
    const call = before ?? new OpenCall(`${event.index}.${this.#blocks}`, 'json', this.#limitBytes);
    call.name(event.name);
    call.add(event.text);
    this.#open.set(event.index, call);
    return this.#hold({ frame, key: call.key, event, document });
  }

  #piece(event: BlockEvent & { readonly kind: 'piece' }, call: OpenCall, of: Pick<Held, 'frame' | 'document'>): Step {
    if (event.text === null) call.isSure = false;
    else call.add(event.text);
    return call.isTooLong ? { kind: 'hold' } : this.#hold({ ...of, key: call.key, event });
  }

  #stop(event: BlockEvent & { readonly kind: 'stop' }, call: OpenCall, of: Pick<Held, 'frame' | 'document'>): Step {
    this.#open.delete(event.index);
    this.#stopped.add(event.index);
    this.#whole.push(call);
    this.#hold({ ...of, key: call.key, event });
    return this.#open.size > 0 ? { kind: 'hold' } : this.#judge();
  }

  /** The reason comes once every block has stopped; a call that has not by then was cut. */
  #end(end: Held): Step {
    if (this.#open.size > 0) {
      this.#isCut = true;
      const cut = new Set([...this.#open.values()].map(({ key }) => key));
      this.#held = this.#held.filter(({ key }) => key === null || !cut.has(key));
      this.#open.clear();
    }
    if (this.#held.length === 0) return { kind: 'pass', bytes: this.#rewrittenEnd(end) };
    this.#hold(end);
    return this.#judge();
  }

  #judge(): Step {
    return { kind: 'judge', calls: this.#whole.map(({ seen }) => seen) };
  }

  #rewrittenEnd({ frame, document }: Held): Buffer {
    const ended = this.#replaced && !this.#kept ? this.#form.ended(document) : null;
    return ended === null ? frame.raw : this.#framing.write(frame.type, ended);
  }

  /** Text that comes while a call is open waits behind it, in order. */
  #other(frame: AnswerFrame, event: BlockEvent, document: JsonObject): Step {
    if (this.#held.length === 0) return { kind: 'pass', bytes: this.#passed(frame, document) };
    return this.#hold({ frame, key: null, event, document });
  }

  #passed(frame: AnswerFrame, document: JsonObject): Buffer {
    const passed = this.#form.passed?.(document) ?? null;
    return passed === null ? frame.raw : this.#framing.write(frame.type, passed);
  }

  #given(held: Held, fates: ReadonlyMap<string, CallFate>): Buffer[] {
    const { frame, key, event, document } = held;
    if (key === null) return [event.kind === 'end' ? this.#rewrittenEnd(held) : this.#passed(frame, document)];
    const fate = fateOf(fates, key);
    if (fate.kind === 'pass') return [frame.raw];
    if (event.kind === 'stop') return fate.kind === 'edit' ? [frame.raw] : [];
    if (event.kind !== 'start') return [];
    const given =
      fate.kind === 'edit' ? this.#form.edited(document, fate.arguments.toString()) : this.#form.replaced(document, fate.text);
    return given.map(({ type, document: one }) => this.#framing.write(type, one));
  }

  #hold(held: Held): Step {
    this.#held.push(held);
    this.#heldBytes += held.frame.raw.length;
    return { kind: 'hold' };
  }

  #drop(): void {
    this.#held = [];
    this.#heldBytes = 0;
  }
}
