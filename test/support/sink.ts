// A response sink that writes down what an upstream's answer does, and resolves when it is over.

import type { Duplex } from 'node:stream';
import type { InterlockError } from '../../src/errors.ts';
import type { Flow, Outgoing, ResponseSink } from '../../src/forward/outgoing.ts';

export interface Seen {
  readonly status: number | null;
  readonly headers: readonly string[];
  readonly interim: readonly number[];
  readonly body: string;
  readonly trailers: readonly string[];
  readonly error: InterlockError | null;
  readonly socket: Duplex | null;
}

export interface RecordingSink extends ResponseSink {
  readonly over: Promise<Seen>;
  readonly flow: Flow | null;
}

export function recordingSink(onHead: (sink: RecordingSink) => void = () => undefined): RecordingSink {
  const { promise, resolve } = Promise.withResolvers<Seen>();
  const seen = {
    status: null as number | null,
    headers: [] as readonly string[],
    interim: [] as number[],
    body: '',
    trailers: [] as readonly string[],
  };
  let flow: Flow | null = null;
  const finish = (error: InterlockError | null, socket: Duplex | null): void => resolve({ ...seen, error, socket });
  const sink: RecordingSink = {
    over: promise,
    get flow() {
      return flow;
    },
    begin(given) {
      flow = given;
    },
    inform: (status) => void seen.interim.push(status),
    head(status, headers) {
      seen.status = status;
      seen.headers = headers;
      onHead(sink);
    },
    data(chunk) {
      seen.body += chunk.toString('latin1');
    },
    end(trailers) {
      seen.trailers = trailers;
      finish(null, null);
    },
    fail: (error) => finish(error, null),
    switched(headers, socket) {
      seen.headers = headers;
      finish(null, socket);
    },
  };
  return sink;
}

export function outgoingTo(host: string, port: number, parts: Partial<Outgoing> = {}): Outgoing {
  return {
    method: 'GET',
    scheme: 'https',
    authority: { host, port },
    target: '/',
    headers: [],
    body: null,
    principal: 'bot',
    fresh: false,
    upgrade: null,
    ...parts,
  };
}
