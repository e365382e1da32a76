// The client's side of the answer, the same for HTTP/1.1, HTTP/2, an upgrade that is refused, and Interlock's own requests.

import type { Duplex } from 'node:stream';
import type { RawHeaders } from './headers.ts';

export interface Reply {
  /** True once a final head went out: from then on a failure can only cut the connection. */
  readonly headSent: boolean;
  /** Set when the client can't be given a coded body (gzip), whatever it said it accepts. */
  readonly plain?: true;
  /** A 1xx head (RFC 9110 §15.2). */
  inform(status: number, headers: RawHeaders): void;
  /** `last`: nothing follows, not even an empty body; on HTTP/2 the stream ends with the head. */
  head(status: number, headers: RawHeaders, last?: boolean): void;
  /** False: wait for `onDrain`. */
  write(chunk: Buffer): boolean;
  onDrain(resume: () => void): void;
  end(trailers: RawHeaders): void;
  /** The client must see a broken answer, never a short one that looks whole (threat B18). */
  abort(): void;
  /** Runs once when the client goes away before the answer is complete. */
  onClose(listener: () => void): void;
  /** Turns the connection into a byte stream after a 101; null where that can't be. */
  switchProtocols(headers: RawHeaders): Duplex | null;
}

/** A complete answer in one go. */
export function answer(reply: Reply, status: number, headers: RawHeaders, body: Buffer): void {
  reply.head(status, [...headers, 'content-length', String(body.length)]);
  if (body.length > 0) reply.write(body);
  reply.end([]);
}
