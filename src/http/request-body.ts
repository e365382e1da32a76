// A request body that is read as far as judging needs it, and then sent on byte for byte (E29).

import type { Readable } from 'node:stream';
import { InterlockError } from '../errors.ts';
import { bodyAborted, bodySentTwice, readAway, resumedBody } from './body-rest.ts';
import { contentCodings, decodeBody } from './content-decoder.ts';
import { growingBytes } from './growing-bytes.ts';
import { type BodyNeed, type InspectedBody, measured, NO_BODY, unread } from './inspected-body.ts';
import type { MemoryBudget } from './memory-budget.ts';
import { type BodyShelf, ParkableBody, type ParkedBody, type Shelved, shelve } from './parkable-body.ts';

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

/** A body as small as this waits in memory, a file would cost more than it frees; MemoryBudget bounds what all of them hold together. */
const KEPT_BYTES = 4 * 1024;

/**
 * Owns the client's body stream. `inspect` may be called again for more; `outgoing` hands everything on, what was read first.
 * INVARIANT: the bytes of `outgoing` are the bytes that arrived, in order, none twice and none left out.
 */
export class RequestBody {
  readonly #source: BodySource | null;
  readonly #budget: MemoryBudget;
  #read: Buffer[] = [];
  #readBytes = 0;
  /** Of the budget: what was read, and what decoding made of it, since a thousand bytes may become a million (threat G3). */
  #takenBytes = 0;
  /** What was given out for judging. */
  readonly #inspected: ParkableBody[] = [];
  #ended = false;
  #invited = false;
  #handedOver = false;
  #aborted = false;

  constructor(source: BodySource | null, budget: MemoryBudget) {
    this.#source = source;
    this.#budget = budget;
    if (source === null) this.#ended = true;
    // From the first moment: a reset that comes while the verdict is written must not be missed.
    source?.stream.once('aborted', () => this.breakOff());
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
      this.#takenBytes += bytes;
    });
    if ('problem' in decoded) return unread(decoded.problem);
    if (need.kind === 'whole') return this.#given(decoded.bytes);
    return this.#own(measured(need.measure, decoded.bytes) ?? unread('the body ended too early'));
  }

  async #inspectPrefix(measure: (bytes: Buffer) => number | 'more' | 'invalid', limitBytes: number): Promise<InspectedBody> {
    let result: InspectedBody | null = null;
    const seen = growingBytes(this.bytesRead);
    await this.#readUntil(limitBytes, (chunk) => (result = measured(measure, seen.add(chunk))) !== null);
    return this.#own(
      result ??
        measured(measure, this.bytesRead) ??
        unread(this.#ended ? 'the body ended too early' : `larger than ${limitBytes} bytes`),
    );
  }

  /** What came behind the head was no body (HTTP/1.1 that can't be read on): what was not begun upstream by then never is. */
  breakOff(): void {
    this.#aborted = true;
  }

  /** Everything, to be sent: a Buffer when all is in hand, else a stream that begins with what was read. Once only. Throws BODY_ABORTED. */
  outgoing(): Buffer | AsyncIterable<Buffer> | null {
    if (this.#source === null) return null;
    this.#handOver();
    if (this.#ended) return this.bytesRead;
    this.#invite();
    return this.#resumed(this.bytesRead, this.#source.stream);
  }

  /** Like `outgoing`, with the first `prefixBytes` replaced: for a rewrite of a prefix. */
  outgoingWithPrefix(prefixBytes: number, replacement: Buffer): Buffer | AsyncIterable<Buffer> {
    this.#handOver();
    const head = Buffer.concat([replacement, this.bytesRead.subarray(prefixBytes)]);
    if (this.#ended || this.#source === null) return head;
    this.#invite();
    return this.#resumed(head, this.#source.stream);
  }

  #handOver(): void {
    if (this.#handedOver) throw bodySentTwice();
    if (this.#aborted && !this.#ended) throw bodyAborted();
    this.#handedOver = true;
  }

  /** The body is not wanted: what is held is let go, what still comes is read away up to the limit so that a client hears the answer (E30). */
  discard(limitBytes: number): void {
    this.release();
    const stream = this.#source?.stream;
    if (stream === undefined || this.#ended || this.#handedOver) return;
    readAway(stream, limitBytes);
  }

  /**
   * Lets all of it go for as long as people think, with the `others` that were made of it, and what was handed out for judging as well: on the
   * shelf, or where it is when it is small. `name` is the exchange's id. Throws BODY_UNKEPT, and then it is as it was.
   */
  async park(shelf: BodyShelf, name: string, others: readonly InspectedBody[] = []): Promise<ParkedBody> {
    const bytes = this.#takenBytes + others.reduce((sum, other) => sum + other.bytes.length, 0);
    if (bytes <= KEPT_BYTES && this.#budget.park(bytes)) {
      return { resume: () => Promise.resolve(), end: () => Promise.resolve(this.#budget.unpark(bytes)) };
    }
    const wire = new ParkableBody(this.bytesRead);
    const made = others.filter((other) => other instanceof ParkableBody);
    const shelved = await shelve([wire, ...this.#inspected, ...made], shelf, name);
    const taken = this.#takenBytes;
    this.#forget();
    return { resume: () => this.#takeBack(shelved, wire, taken), end: () => shelved.drop() };
  }

  async #takeBack(shelved: Shelved, wire: ParkableBody, taken: number): Promise<void> {
    await this.#budget.claim(taken);
    this.#takenBytes = taken;
    await shelved.takeBack();
    this.#read = [wire.bytes];
  }

  /** Gives the memory back. Called once the exchange is over, in any way. */
  release(): void {
    this.#forget();
    this.#readBytes = 0;
  }

  #forget(): void {
    this.#budget.give(this.#takenBytes);
    this.#takenBytes = 0;
    this.#read = [];
  }

  #given(bytes: Buffer): ParkableBody {
    const body = new ParkableBody(bytes);
    this.#inspected.push(body);
    return body;
  }

  #own(body: InspectedBody): InspectedBody {
    return body.problem === null ? this.#given(body.bytes) : body;
  }

  #resumed(head: Buffer, stream: Readable): AsyncGenerator<Buffer> {
    return resumedBody({ head, stream, counted: this.declaredBytes !== null, aborted: () => this.#aborted });
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
          done(error instanceof Error ? error : bodyAborted());
          return;
        }
        this.#read.push(chunk);
        this.#readBytes += chunk.length;
        this.#takenBytes += chunk.length;
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
      const onFail = (): void => done(bodyAborted());
      stream.on('data', onData).on('end', onEnd).on('error', onFail).on('aborted', onFail).on('close', onFail);
      stream.resume();
    });
  }
}
