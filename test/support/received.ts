// What really arrived at an origin: the evidence that most end-to-end tests are about.

import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';

export type OriginRequest = IncomingMessage | Http2ServerRequest;

export interface Received {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  readonly protocol: 'h1' | 'h2';
  /** The name asked for in the ClientHello; null over plain TCP or when none was sent. */
  readonly servername: string | null;
  /** Flat `[name, value, …]` in order and spelling of arrival. */
  readonly headers: readonly string[];
  /** The connection it came over: equal numbers mean a reused connection. */
  readonly connection: number;
  /** Every value of a field; `name` is lower case. */
  all(name: string): string[];
  /** The first value of a field or undefined. */
  get(name: string): string | undefined;
  /** Resolves when the body has ended, with its first MiB; rejects when it was cut off. */
  body(): Promise<Buffer>;
  readonly bytes: number;
  /** SHA-256 of the whole body, once it has ended; null before, or when it was cut off. */
  readonly digest: string | null;
  readonly trailers: Readonly<Record<string, string | string[] | undefined>>;
}

const KEPT_BYTES = 1024 * 1024;
const numbers = new WeakMap<object, number>();
let connections = 0;

/** Starts listening to a request's body at once, so that nothing is lost whoever else reads it. */
export function receive(request: OriginRequest): Received {
  const hash = createHash('sha256');
  const kept: Buffer[] = [];
  const state: { bytes: number; digest: string | null } = { bytes: 0, digest: null };
  const ended = new Promise<Buffer>((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      if (state.bytes < KEPT_BYTES) kept.push(chunk);
      state.bytes += chunk.length;
    });
    request.on('end', () => {
      // Node's HTTP/2 requests say `end` after a reset too.
      if (request.aborted || state.bytes < declaredLength(request)) return reject(new Error('the request body was cut off'));
      state.digest = hash.digest('hex');
      resolve(Buffer.concat(kept).subarray(0, KEPT_BYTES));
    });
    request.on('aborted', () => reject(new Error('the request body was cut off')));
    request.on('error', reject);
  });
  ended.catch(() => {});
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    protocol: request.httpVersionMajor === 2 ? 'h2' : 'h1',
    servername: servernameOf(request),
    headers: [...request.rawHeaders],
    connection: connectionNumber(request),
    all: (name) => valuesOf(request.rawHeaders, name),
    get: (name) => valuesOf(request.rawHeaders, name)[0],
    body: () => ended,
    get bytes() {
      return state.bytes;
    },
    get digest() {
      return state.digest;
    },
    get trailers() {
      return request.trailers;
    },
  };
}

function valuesOf(raw: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i]?.toLowerCase() === name) values.push(raw[i + 1] ?? '');
  }
  return values;
}

function declaredLength(request: OriginRequest): number {
  return Number(request.headers['content-length'] ?? 0);
}

function servernameOf(request: OriginRequest): string | null {
  const socket = 'stream' in request ? request.stream.session?.socket : request.socket;
  const name: unknown = socket === undefined ? undefined : Reflect.get(socket, 'servername');
  return typeof name === 'string' ? name : null;
}

function connectionNumber(request: OriginRequest): number {
  const key: object = 'stream' in request ? (request.stream.session ?? request.stream) : request.socket;
  const known = numbers.get(key);
  if (known !== undefined) return known;
  connections += 1;
  numbers.set(key, connections);
  return connections;
}
