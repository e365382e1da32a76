// Reply over one HTTP/2 stream.

import { constants, type ServerHttp2Stream } from 'node:http2';
import type { RawHeaders } from './headers.ts';
import { toHttp2Fields } from './http2-fields.ts';
import type { Reply } from './reply.ts';

export function http2Reply(stream: ServerHttp2Stream, headRequest: boolean): Reply {
  return new Http2Reply(stream, headRequest);
}

/** A class for the reason that http1-reply.ts gives: a literal with a getter outlives every young collection. */
class Http2Reply implements Reply {
  readonly #stream: ServerHttp2Stream;
  readonly #headRequest: boolean;
  #trailers: RawHeaders = [];
  #bodyless = false;
  #drain: (() => void) | null = null;

  constructor(stream: ServerHttp2Stream, headRequest: boolean) {
    this.#stream = stream;
    this.#headRequest = headRequest;
    stream.on('error', () => undefined);
    stream.on('drain', () => this.#drain?.());
    stream.on('wantTrailers', () => this.#sendTrailers());
  }

  get headSent(): boolean {
    return this.#stream.headersSent;
  }

  inform(status: number, headers: RawHeaders): void {
    if (!this.#usable() || this.#stream.headersSent || status === 101) return;
    try {
      this.#stream.additionalHeaders({ ':status': status, ...toHttp2Fields(headers) });
    } catch {
      // Interim answers are advice: one that HTTP/2 can not carry is left out (threat B20).
    }
  }

  /** RFC 9113 §8.3.2: an answer that can't have a body ends with its head. */
  head(status: number, headers: RawHeaders, last = false): void {
    if (!this.#usable()) return;
    this.#bodyless = last || this.#headRequest || status === 204 || status === 304;
    const fields = { ':status': status, ...toHttp2Fields(headers) };
    this.#stream.respond(fields, { endStream: this.#bodyless, waitForTrailers: !this.#bodyless });
  }

  write(chunk: Buffer): boolean {
    return this.#usable() && !this.#bodyless ? this.#stream.write(chunk) : true;
  }

  onDrain(resume: () => void): void {
    this.#drain = resume;
  }

  end(trailers: RawHeaders): void {
    this.#trailers = trailers;
    if (this.#usable() && !this.#bodyless) this.#stream.end();
  }

  abort(): void {
    // Not `close`: that would end the body first, and half an answer would look whole (threat B18).
    if (!this.#stream.destroyed) this.#stream.destroy(new Error('the answer broke off'));
  }

  onClose(listener: () => void): void {
    const stream = this.#stream;
    const left = (): void => {
      if (!stream.writableFinished || stream.rstCode !== constants.NGHTTP2_NO_ERROR) listener();
    };
    // A client that left while its request was judged is not waited for (threat G10).
    if (stream.closed || stream.destroyed) queueMicrotask(left);
    else stream.on('close', left);
  }

  switchProtocols(): null {
    return null;
  }

  #usable(): boolean {
    return !this.#stream.destroyed && !this.#stream.closed;
  }

  #sendTrailers(): void {
    try {
      this.#stream.sendTrailers(toHttp2Fields(this.#trailers));
    } catch {
      // Node throws on fields that HTTP/2 forbids or that stand twice: the answer breaks off, not the process (threat B20).
      this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    }
  }
}
