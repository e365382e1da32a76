// HTTP/1.1 to upstreams through undici's dispatcher: one pool for an origin and a principal.

import type { Duplex, Readable } from 'node:stream';
import { Client, type Dispatcher, Pool } from 'undici';
import { formatAuthority } from '../connection/authority.ts';
import { InterlockError } from '../errors.ts';
import type { RawHeaders } from '../http/headers.ts';
import type { Dialed } from './dialer.ts';
import type { Flow, Outgoing, ResponseSink } from './outgoing.ts';

/** How long an upstream may think before its head comes: model calls take minutes; undici's own 300 s would cut them. */
const HEAD_TIMEOUT_MS = 900_000;
const KEEP_ALIVE_MS = 30_000;
const MAX_HEAD_BYTES = 262_144;
const CONNECTIONS_PER_POOL = 512;

type Dial = () => Promise<Dialed>;

/** The dial function is the address guard's and the certificate's door: undici never connects by itself. */
export function createHttp1Pool(outgoing: Outgoing, dial: Dial): Pool {
  return new Pool(originOf(outgoing), { ...clientOptions(dial), connections: CONNECTIONS_PER_POOL });
}

export function createHttp1Client(outgoing: Outgoing, dial: Dial): Client {
  return new Client(originOf(outgoing), clientOptions(dial));
}

function clientOptions(dial: Dial): Client.Options {
  return {
    pipelining: 1,
    allowH2: false,
    headersTimeout: HEAD_TIMEOUT_MS,
    bodyTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_HEAD_BYTES,
    strictContentLength: true,
    connect: (_options, callback) => {
      dial().then(
        (dialed) => callback(null, dialed.socket),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
      );
    },
  };
}

function originOf(outgoing: Outgoing): string {
  return `${outgoing.scheme}://${formatAuthority(outgoing.authority.host, outgoing.authority.port)}`;
}

export function dispatchHttp1(dispatcher: Dispatcher, outgoing: Outgoing, sink: ResponseSink): void {
  const options: Dispatcher.DispatchOptions = {
    path: outgoing.target,
    method: outgoing.method,
    headers: [...outgoing.headers],
    body: dispatchable(outgoing.body),
    upgrade: outgoing.upgrade,
    blocking: false,
    ...(outgoing.fresh ? { reset: true } : {}),
  };
  try {
    dispatcher.dispatch(options, new Http1Answer(sink));
  } catch (error) {
    sink.fail(upstreamError(error));
  }
}

/** undici takes async iterables too; its type does not say so. */
function dispatchable(body: Outgoing['body']): Buffer | Readable | null {
  return body as Buffer | Readable | null;
}

/** What undici tells of one answer, and the hold on its flow. One object: ten closures a request would cost more than the rest of this file. */
class Http1Answer implements Dispatcher.DispatchHandler, Flow {
  readonly #sink: ResponseSink;
  #controller: Dispatcher.DispatchController | null = null;

  constructor(sink: ResponseSink) {
    this.#sink = sink;
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  abort(): void {
    this.#controller?.abort(new InterlockError('UPSTREAM_CLOSED', 'the client went away'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#sink.begin(this);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    const headers = rawFields(controller.rawHeaders);
    if (status < 200) this.#sink.inform(status, headers);
    else this.#sink.head(status, headers, false);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#sink.data(chunk);
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    this.#sink.end(rawFields(controller.rawTrailers));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#sink.fail(upstreamError(error));
  }

  onRequestUpgrade(controller: Dispatcher.DispatchController, status: number, _headers: unknown, socket: Duplex): void {
    if (status === 101) {
      this.#sink.switched(rawFields(controller.rawHeaders), socket);
      return;
    }
    socket.destroy();
    this.#sink.fail(new InterlockError('UPSTREAM_PROTOCOL', `the upstream switched protocols with status ${status}`));
  }
}

/** Header bytes are latin1 on the wire (RFC 9110 §5.5, obs-text): decoded and encoded the same way, they pass unchanged. */
function rawFields(raw: Dispatcher.DispatchController['rawHeaders']): RawHeaders {
  if (!Array.isArray(raw)) return [];
  const fields: string[] = new Array<string>(raw.length);
  for (let i = 0; i < raw.length; i += 1) {
    const item = raw[i] ?? '';
    fields[i] = typeof item === 'string' ? item : item.toString('latin1');
  }
  return fields;
}

/** What undici or the dialer threw, as one of ours with words for people. */
export function upstreamError(error: unknown): InterlockError {
  if (error instanceof InterlockError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return new InterlockError('UPSTREAM_TIMEOUT', 'the upstream did not answer in time', { cause: error });
    case 'UND_ERR_SOCKET':
    case 'ECONNRESET':
    case 'EPIPE':
      return new InterlockError('UPSTREAM_CLOSED', 'the upstream closed the connection before its answer was whole', {
        cause: error,
      });
    default:
      return new InterlockError(
        'UPSTREAM_PROTOCOL',
        `the exchange with the upstream broke: ${code === '' ? 'invalid answer' : code}`,
        { cause: error },
      );
  }
}
