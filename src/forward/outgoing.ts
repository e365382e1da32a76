// What is sent upstream and how its answer comes back, whatever protocol the upstream speaks.

import type { Duplex, Readable } from 'node:stream';
import type { InterlockError } from '../errors.ts';
import type { RawHeaders } from '../http/headers.ts';
import type { Authority } from '../http/request-view.ts';

export interface Outgoing {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly authority: Authority;
  readonly target: string;
  /** End-to-end fields without Host: that is always the authority's. */
  readonly headers: RawHeaders;
  readonly body: Buffer | Readable | AsyncIterable<Buffer> | null;
  /** Connections are never shared between principals (threat E3). */
  readonly principal: string;
  /** Sent over a connection of its own, which closes afterwards: an approved request must not be lost to a stale one. */
  readonly fresh: boolean;
  readonly upgrade: 'websocket' | null;
}

/** The answer's flow, given to the sink before anything else. */
export interface Flow {
  pause(): void;
  resume(): void;
  abort(): void;
}

export interface ResponseSink {
  begin(flow: Flow): void;
  inform(status: number, headers: RawHeaders): void;
  /** `headers` as they came, hop-by-hop fields included. `last`: the answer ended with its head (gRPC's trailers-only form). */
  head(status: number, headers: RawHeaders, last: boolean): void;
  data(chunk: Buffer): void;
  end(trailers: RawHeaders): void;
  fail(error: InterlockError): void;
  /** Only when `upgrade` was asked for and the upstream answered 101. */
  switched(headers: RawHeaders, socket: Duplex): void;
}

export interface Upstream {
  send(outgoing: Outgoing, sink: ResponseSink): void;
  /** Origins with kept connections; connections that stand, and those in use. */
  stats(): { readonly pools: number; readonly http2Sessions: number; readonly open: number; readonly busy: number };
  close(): Promise<void>;
}
