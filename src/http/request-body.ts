// A request body that is read as far as judging needs it, and then sent on byte for byte (E29).

import type { Readable } from 'node:stream';
import { InterlockError } from '../errors.ts';
import { contentCodings, decodeBody } from './content-decoder.ts';
import { growingBytes } from './growing-bytes.ts';
import { type BodyNeed, type InspectedBody, measured, NO_BODY, unread } from './inspected-body.ts';
import type { MemoryBudget } from './memory-budget.ts';

export interface BodySource {
  readonly stream: Readable;
  /** From Content-Length; null when chunked or HTTP/2 without one. */
  readonly declaredBytes: number | null;
  /** The `Content-Encoding` values, in order. */
  readonly encodings: readonly string[];
  /** Answers `Expect: 100-continue` (RFC 9110 §10.1.1) once the body is wanted; null when the client did not ask. */
  readonly invite: (() => void) | null;
}

/** A client that stops sending for this long while its body is read for judging is cut (threat G1). */
const IDLE_MS = 30_000;
/** So is one that drips: what is read for judging is small, and an honest client has sent it long before. */
const WHOLE_MS = 35_000;

/** While a body streams: how often is looked, for how many looks an upstream may not take, and a counted body may not give, a byte. */
const TICK_MS = 10_000;
const HELD_TICKS = 12;
const SILENT_TICKS = 3;

/** So much of a body is read away that an upstream answered without wanting it; then the client is cut. */
const UNWANTED_BYTES = 64 * 1024 * 1024;

/**
 * Owns the client's body stream. `inspect` may be called again for more; `outgoing` hands everything on, what was read first.
 * INVARIANT: the bytes of `outgoing` are the bytes that arrived, in order, none twice and none left out.
 */
export class RequestBody {
  readonly #source: BodySource | null;
  readonly #budget: MemoryBudget;
  #read: Buffer[] = [];
  #readBytes = 0;
  /** What decoding made of it counts too: a thousand bytes may become a million (threat G3). */
  #decodedBytes = 0;
  #ended = false;
  #invited = false;
  #handedOver = false;
  #aborted = false;

  constructor(source: BodySource | null, budget: MemoryBudget) {
    this.#source = source;
    this.#budget = budget;
    if (source === null) this.#ended = true;
    // From the first moment: a reset that comes while the verdict is written must not be missed.
    source?.stream.once('aborted', () => {
      this.#aborted = true;
    });
  }

  get declaredBytes(): number | null {
    return this.#source === null ? 0 : this.#source.declaredBytes;
  }

  get encoded(): boolean {
    return (this.#source?.encodings.length ?? 0) > 0;
  }

  /** True when every byte is in hand. */
  get complete(): boolean {
    return this.#ended;
  }

  /** Bytes as they arrived, as far as they were read. Joined once: the pieces and a copy would be twice the memory. */
  get bytesRead(): Buffer {
    const [first = Buffer.alloc(0)] = this.#read;
    if (this.#read.length <= 1) return first;
    const whole = Buffer.concat(this.#read);
    this.#read = [whole];
    return whole;
  }

  /** Reads what is needed, within the limit. Throws BODY_ABORTED, MEMORY_EXHAUSTED; anything else unreadable is a `problem`. */
  async inspect(need: BodyNeed, limitBytes: number): Promise<InspectedBody> {
    if (need.kind === 'none') return NO_BODY;
    if (this.#source === null)
      return need.kind === 'whole' ? NO_BODY : (measured(need.measure, Buffer.alloc(0)) ?? unread('no body'));
    const codings = contentCodings(this.#source.encodings);
    if (codings === null) return unread('a content coding that can not be undone');
    if (need.kind === 'prefix' && codings.length === 0) return this.#inspectPrefix(need.measure, limitBytes);
    if ((this.#source.declaredBytes ?? 0) > limitBytes) return unread(`larger than ${limitBytes} bytes`);
    await this.#readUntil(limitBytes, () => false);
    if (!this.#ended) return unread(`larger than ${limitBytes} bytes`);
    const decoded = await decodeBody(this.bytesRead, codings, limitBytes, (bytes) => {
      this.#budget.take(bytes);
      this.#decodedBytes += bytes;
    });
    if ('problem' in decoded) return unread(decoded.problem);
    if (need.kind === 'whole') return { bytes: decoded.bytes, problem: null };
    return measured(need.measure, decoded.bytes) ?? unread('the body ended too early');
  }

  async #inspectPrefix(measure: (bytes: Buffer) => number | 'more' | 'invalid', limitBytes: number): Promise<InspectedBody> {
    let result: InspectedBody | null = null;
    const seen = growingBytes(this.bytesRead);
    await this.#readUntil(limitBytes, (chunk) => (result = measured(measure, seen.add(chunk))) !== null);
    return (
      result ??
      measured(measure, this.bytesRead) ??
      unread(this.#ended ? 'the body ended too early' : `larger than ${limitBytes} bytes`)
    );
  }

  /** Everything, to be sent: a Buffer when all of it is in hand, else a stream that begins with what was read. Once only. */
  outgoing(): Buffer | AsyncIterable<Buffer> | null {
    if (this.#source === null) return null;
    if (this.#handedOver) throw new InterlockError('INTERNAL', 'a request body was to be sent twice');
    this.#handedOver = true;
    if (this.#ended) return this.bytesRead;
    this.#invite();
    return this.#resumed(this.bytesRead, this.#source.stream);
  }

  /** Like `outgoing`, with the first `prefixBytes` replaced: for a rewrite of a prefix. */
  outgoingWithPrefix(prefixBytes: number, replacement: Buffer): Buffer | AsyncIterable<Buffer> {
    this.#handedOver = true;
    const head = Buffer.concat([replacement, this.bytesRead.subarray(prefixBytes)]);
    if (this.#ended || this.#source === null) return head;
    this.#invite();
    return this.#resumed(head, this.#source.stream);
  }

  /** The body is not wanted: what is held is let go, what still comes is read away up to the limit so that a client hears the answer (E30). */
  discard(limitBytes: number): void {
    this.release();
    const stream = this.#source?.stream;
    if (stream === undefined || this.#ended || this.#handedOver) return;
    readAway(stream, limitBytes);
  }

  /** What is held will stay for minutes. Null when there is no room for that; else it is to be called when they are over. */
  park(): (() => void) | null {
    const bytes = this.#readBytes + this.#decodedBytes;
    return this.#budget.park(bytes) ? () => this.#budget.unpark(bytes) : null;
  }

  /** Gives the memory back. Called once the exchange is over, in any way. */
  release(): void {
    this.#budget.give(this.#readBytes + this.#decodedBytes);
    this.#read = [];
    this.#readBytes = 0;
    this.#decodedBytes = 0;
  }

  /** What was read, then the rest as it comes. INVARIANT: an aborted body is not an end (threat B13), so it throws. */
  async *#resumed(head: Buffer, stream: Readable): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    // An upstream may answer before the body is whole: the client must still hear that answer, so its stream is left alone.
    const rest: AsyncIterable<Buffer> = stream.iterator({ destroyOnReturn: false });
    let whole = false;
    let held = false;
    let ticks = 0;
    // Neither end may hold a body still for ever: a client that left is not even noticed while its bytes wait (threats G1, G5).
    const watch = setInterval(() => {
      ticks += 1;
      if (held ? ticks > HELD_TICKS : this.declaredBytes !== null && ticks > SILENT_TICKS) stream.destroy(aborted());
    }, TICK_MS);
    try {
      for await (const chunk of rest) {
        held = true;
        ticks = 0;
        yield chunk;
        held = false;
        ticks = 0;
      }
      if (this.#aborted) throw aborted();
      whole = true;
    } finally {
      clearInterval(watch);
      if (!whole) readAway(stream, UNWANTED_BYTES);
    }
  }

  #invite(): void {
    if (this.#invited) return;
    this.#invited = true;
    this.#source?.invite?.();
  }

  /** Reads until `enough`, the end, or more than the limit; leaves the stream paused. */
  #readUntil(limitBytes: number, enough: (chunk: Buffer) => boolean): Promise<void> {
    const stream = this.#source?.stream;
    if (stream === undefined || this.#ended) return Promise.resolve();
    this.#invite();
    const startedMs = performance.now();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => done(new InterlockError('BODY_ABORTED', `no body byte came for ${IDLE_MS / 1000} s`)),
        IDLE_MS,
      );
      const done = (error: Error | null): void => {
        clearTimeout(timer);
        stream.off('data', onData).off('end', onEnd).off('error', onFail).off('aborted', onFail).off('close', onFail);
        stream.pause();
        if (error === null) resolve();
        else reject(error);
      };
      const onData = (chunk: Buffer): void => {
        try {
          this.#budget.take(chunk.length);
        } catch (error) {
          done(error instanceof Error ? error : aborted());
          return;
        }
        this.#read.push(chunk);
        this.#readBytes += chunk.length;
        timer.refresh();
        if (performance.now() - startedMs > WHOLE_MS) {
          done(new InterlockError('BODY_ABORTED', `the body took longer than ${WHOLE_MS / 1000} s`));
          return;
        }
        if (this.#readBytes > limitBytes || enough(chunk)) done(null);
      };
      const onEnd = (): void => {
        if (this.#aborted) return onFail();
        this.#ended = true;
        done(null);
      };
      // INVARIANT: an aborted body is not an end (threat B13): HTTP/2 streams emit `end` after a reset, `aborted` comes first.
      const onFail = (): void => done(aborted());
      stream.on('data', onData).on('end', onEnd).on('error', onFail).on('aborted', onFail).on('close', onFail);
      stream.resume();
    });
  }
}

function readAway(stream: Readable, limitBytes: number): void {
  if (stream.destroyed) return;
  let seen = 0;
  stream.on('data', (chunk: Buffer) => {
    seen += chunk.length;
    if (seen > limitBytes) stream.destroy();
  });
  stream.on('error', () => undefined);
  stream.resume();
}

function aborted(): InterlockError {
  return new InterlockError('BODY_ABORTED', 'the client stopped before its body was whole');
}
