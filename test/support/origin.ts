// A local origin: TLS on loopback, HTTP/1.1 and HTTP/2 by ALPN, and a record of what really arrived.

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createPlainServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Http2ServerResponse, SecureServerOptions } from 'node:http2';
import { createSecureServer } from 'node:http2';
import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Leaf } from './throwaway-ca.ts';
import { receive, type OriginRequest, type Received } from './received.ts';

export type OriginResponse = ServerResponse | Http2ServerResponse;

/** Answers one request. It is called when the head is there; `received.body()` waits for the rest. */
export type Answer = (request: OriginRequest, response: OriginResponse, received: Received) => unknown;

export interface OriginOptions {
  /** Null: plain HTTP. */
  readonly leaf: Leaf | null;
  readonly answer?: Answer;
  /** Default: both. `['http/1.1']` makes an origin of the old world, `['h2']` one that speaks nothing else. */
  readonly protocols?: readonly ('h2' | 'http/1.1')[];
  readonly tls?: SecureServerOptions;
  /** Default: an `Expect: 100-continue` is answered at once. */
  readonly onExpect?: (request: OriginRequest, response: OriginResponse) => void;
  readonly onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export interface Origin extends AsyncDisposable {
  readonly port: number;
  /** `127.0.0.1:port`, as `upstream.hosts` wants it. */
  readonly address: string;
  readonly received: Received[];
  /** TCP connections accepted so far. */
  readonly connections: number;
  readonly server: Server;
  /** The requests for a target that starts with this, newest last. */
  of(prefix: string): Received[];
}

/** Listens on a free loopback port. Disposing cuts every open connection. */
export async function startOrigin(options: OriginOptions): Promise<Origin> {
  const received: Received[] = [];
  const answer = options.answer ?? echo;
  const onRequest = (request: OriginRequest, response: OriginResponse): void => {
    const record = receive(request);
    received.push(record);
    response.on('error', () => {});
    Promise.resolve(answer(request, response, record)).catch(() => response.destroy?.());
  };
  const server = createServer(options);
  server.on('request', onRequest);
  server.on('checkContinue', (request: OriginRequest, response: OriginResponse) => {
    if (options.onExpect !== undefined) return options.onExpect(request, response);
    response.writeContinue();
    onRequest(request, response);
  });
  const { onUpgrade } = options;
  if (onUpgrade !== undefined) {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      received.push(receive(request));
      socket.on('error', () => {});
      onUpgrade(request, socket, head);
    });
  }
  return listening(server, received);
}

function createServer(options: OriginOptions): Server {
  if (options.leaf === null) return createPlainServer();
  const protocols = options.protocols ?? ['h2', 'http/1.1'];
  const identity = { key: options.leaf.keyPem, cert: options.leaf.certPem };
  // Node's HTTP/2 server offers h2 whatever it is told.
  if (!protocols.includes('h2')) return createHttpsServer({ ...identity, ...options.tls });
  return createSecureServer({
    ...identity,
    allowHTTP1: protocols.includes('http/1.1'),
    settings: { enableConnectProtocol: true },
    ...options.tls,
  });
}

async function listening(server: Server, received: Received[]): Promise<Origin> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  // A client that refuses our certificate is a test, not a fault.
  server.on('tlsClientError', () => {});
  server.on('sessionError', () => {});
  server.on('clientError', (_error: Error, socket: Socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  return {
    port,
    address: `127.0.0.1:${port}`,
    received,
    get connections() {
      return connections;
    },
    server,
    of: (prefix) => received.filter((one) => one.target.startsWith(prefix)),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** The port that a server on port 0 was given. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address.port;
}

/** Says back what arrived, as JSON. */
export async function echo(_request: OriginRequest, response: OriginResponse, received: Received): Promise<void> {
  const body = await received.body();
  sendJson(response, 200, {
    method: received.method,
    target: received.target,
    protocol: received.protocol,
    headers: received.headers,
    bytes: received.bytes,
    body: body.subarray(0, 4096).toString('utf8'),
  });
}

export function sendJson(response: OriginResponse, status: number, value: unknown, headers: Record<string, string> = {}): void {
  const body = Buffer.from(JSON.stringify(value));
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  response.setHeader('content-length', body.length);
  for (const [name, field] of Object.entries(headers)) response.setHeader(name, field);
  response.end(body);
}
