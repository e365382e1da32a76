// The client's frames as messages: what is to be judged is held until it is whole, everything else goes on as it comes.

import { isUtf8 } from 'node:buffer';
import type { MemoryBudget } from './memory-budget.ts';
import type { SocketMessage } from './socket-message.ts';
import {
  CLOSE,
  CONTINUATION,
  type FrameHead,
  FrameReader,
  type FrameSink,
  NOT_UTF8,
  PROTOCOL_ERROR,
  SocketFault,
  TEXT,
  TOO_LARGE,
  TRY_LATER,
  unmasked,
} from './websocket-frames.ts';

export interface MessageSink {
  /** Bytes of a message that nobody wants to see, or of frames before it could be told. */
  pass(raw: Buffer): void;
  /** A whole message. Its memory is `raw.length` of the budget and belongs to the sink from here on. */
  message(message: SocketMessage, raw: Buffer): void;
  /** A ping or pong: it may overtake messages (RFC 6455 §5.4). */
  ping(raw: Buffer): void;
  /** The close frame: nothing that follows it counts. */
  close(raw: Buffer): void;
}

export interface MessageLimits {
  /** Of one message that is read. */
  readonly messageBytes: number;
  readonly budget: MemoryBudget;
  /** By a message's kind and its first bytes (at least one): is it to be read whole? */
  wants(start: SocketMessage): boolean;
}

/** More fragments than this are an attack on the reader: each costs more than it carries. */
const MAX_FRAGMENTS = 4096;

interface OpenMessage {
  readonly text: boolean;
  /** Null until its first byte has come. */
  wanted: boolean | null;
  readonly raw: Buffer[];
  rawBytes: number;
  readonly payload: Buffer[];
  payloadBytes: number;
  fragments: number;
}

export class MessageReader implements FrameSink {
  readonly #frames: FrameReader = new FrameReader('client', this);
  readonly #sink: MessageSink;
  readonly #limits: MessageLimits;
  #open: OpenMessage | null = null;
  #closed = false;

  constructor(limits: MessageLimits, sink: MessageSink) {
    this.#limits = limits;
    this.#sink = sink;
  }

  /** A message is being held that is not yet whole. */
  get holding(): boolean {
    return this.#open !== null && this.#open.rawBytes > 0;
  }

  /** The upstream has no part of a frame that is not whole. */
  get between(): boolean {
    return this.#frames.between;
  }

  /** Throws SocketFault: then the connection ends. */
  push(chunk: Buffer): void {
    if (!this.#closed) this.#frames.push(chunk);
  }

  /** Gives the memory of an unfinished message back. */
  drop(): void {
    if (this.#open !== null) this.#limits.budget.give(this.#open.rawBytes);
    this.#open = null;
    this.#closed = true;
  }

  dataHead(head: FrameHead, raw: Buffer): void {
    if (this.#closed) return;
    const open = this.#continued(head);
    open.fragments += 1;
    if (open.wanted === false) {
      this.#sink.pass(raw);
      return;
    }
    // Told before the bytes come: nothing of a message that is too long is kept.
    if (open.payloadBytes + head.length > this.#limits.messageBytes && open.wanted === true)
      throw tooLarge(this.#limits.messageBytes);
    if (open.fragments > MAX_FRAGMENTS) throw new SocketFault(TOO_LARGE, `a message is in more than ${MAX_FRAGMENTS} fragments`);
    this.#keep(open, raw);
  }

  dataPayload(raw: Buffer, head: FrameHead, offset: number): void {
    const open = this.#open;
    if (this.#closed || open === null) return;
    if (open.wanted === false) {
      this.#sink.pass(raw);
      return;
    }
    const plain = head.mask === null ? raw : unmasked(raw, head.mask, offset);
    open.wanted ??= this.#limits.wants({ text: open.text, bytes: plain });
    if (!open.wanted) {
      this.#letGo(open);
      this.#sink.pass(raw);
      return;
    }
    if (open.payloadBytes - offset + head.length > this.#limits.messageBytes) throw tooLarge(this.#limits.messageBytes);
    this.#keep(open, raw);
    open.payload.push(plain);
    open.payloadBytes += plain.length;
  }

  dataEnd(head: FrameHead): void {
    const open = this.#open;
    if (this.#closed || open === null || !head.final) return;
    this.#open = null;
    if (open.wanted !== true) {
      this.#letGo(open);
      return;
    }
    const bytes = joined(open.payload);
    const raw = joined(open.raw);
    if (open.text && !isUtf8(bytes)) {
      this.#limits.budget.give(open.rawBytes);
      throw new SocketFault(NOT_UTF8, 'a text message is not UTF-8');
    }
    this.#sink.message({ text: open.text, bytes }, raw);
  }

  control(head: FrameHead, raw: Buffer, payload: Buffer): void {
    if (this.#closed) return;
    if (head.opcode !== CLOSE) {
      this.#sink.ping(raw);
      return;
    }
    if (payload.length === 1 || !isUtf8(payload.subarray(2))) throw new SocketFault(PROTOCOL_ERROR, 'a close frame is malformed');
    this.drop();
    this.#sink.close(raw);
  }

  #continued(head: FrameHead): OpenMessage {
    if ((head.opcode === CONTINUATION) === (this.#open === null)) {
      throw new SocketFault(PROTOCOL_ERROR, 'a message begins inside another, or a fragment belongs to none');
    }
    this.#open ??= { text: head.opcode === TEXT, wanted: null, raw: [], rawBytes: 0, payload: [], payloadBytes: 0, fragments: 0 };
    return this.#open;
  }

  #keep(open: OpenMessage, raw: Buffer): void {
    try {
      this.#limits.budget.take(raw.length);
    } catch {
      throw new SocketFault(TRY_LATER, 'the proxy holds as much as it may');
    }
    open.raw.push(raw);
    open.rawBytes += raw.length;
  }

  /** What was kept until it could be told that nobody wants it. */
  #letGo(open: OpenMessage): void {
    for (const raw of open.raw) this.#sink.pass(raw);
    this.#limits.budget.give(open.rawBytes);
    open.raw.length = 0;
    open.rawBytes = 0;
    open.wanted = false;
  }
}

function joined(pieces: readonly Buffer[]): Buffer {
  const [only, second] = pieces;
  return only !== undefined && second === undefined ? only : Buffer.concat(pieces);
}

function tooLarge(limit: number): SocketFault {
  return new SocketFault(TOO_LARGE, `a message is larger than ${limit} bytes`);
}
