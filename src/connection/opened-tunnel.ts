// The servers that read HTTP from opened tunnels. They never listen: connections are handed to them once their scope is known.

import { createServer as createHttp1Server, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { Exchange } from '../http/exchange.ts';
import type { ClientScope } from './client-scope.ts';
import type { ExchangeFactory } from './exchange-factory.ts';
import { hangUp } from './hang-up.ts';
import { HEAD_LIMITS, isWebSocketUpgrade } from './head-limits.ts';
import { createPipelineLimit } from './pipeline-limit.ts';

export interface OpenedTunnels {
  /** Reads HTTP/1.1 from a socket (TLS already taken off, or never there). */
  serveHttp1(socket: Socket, scope: ClientScope): void;
  serveHttp2(socket: Socket, scope: ClientScope): void;
  /** Lets what is under way finish and takes nothing new. */
  drain(): void;
}

interface OpenedTunnelOptions {
  readonly factory: ExchangeFactory;
  readonly handle: (exchange: Exchange) => void;
  /** Bytes that were no HTTP: refused before there is an exchange. */
  readonly onGarbage: (scope: ClientScope, message: string) => void;
}

export function createOpenedTunnels(options: OpenedTunnelOptions): OpenedTunnels {
  const scopes = new WeakMap<object, ClientScope>();
  const sessions = new Set<ServerHttp2Session>();
  const http1 = http1Server(scopes, options);
  const http2 = http2Server(scopes, sessions, options);
  let arriving: ClientScope | null = null;
  http2.on('session', (session) => {
    // `session` is emitted within emit('connection'), so the scope that is arriving is this session's.
    if (arriving !== null) scopes.set(session, arriving);
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    dropWhenIdle(session);
    session.on('error', () => session.destroy());
  });
  return {
    serveHttp1(socket, scope) {
      scopes.set(socket, scope);
      http1.emit('connection', socket);
      socket.resume(); // whoever looked at the first bytes has paused it
    },
    serveHttp2(socket, scope) {
      arriving = scope;
      http2.emit('connection', socket);
      arriving = null;
      // The tunnel's socket may be half open, so Node's session would outlive a client that is gone, and hold what waits for it (threat G5).
      socket.on('end', () => socket.destroy());
    },
    drain() {
      http1.closeIdleConnections();
      for (const session of sessions) session.close();
    },
  };
}

function http1Server(scopes: WeakMap<object, ClientScope>, { factory, handle, onGarbage }: OpenedTunnelOptions): Server {
  const pipeline = createPipelineLimit((request, why) => {
    const scope = scopes.get(request.socket);
    if (scope !== undefined) onGarbage(scope, why);
  });
  const serve = (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void => {
    const scope = scopes.get(request.socket);
    if (scope === undefined) request.socket.destroy();
    else if (pipeline.admit(request, response)) {
      const exchange = factory.fromHttp1(scope, request, response, request.url ?? '', expectsContinue);
      pipeline.began(request, exchange);
      handle(exchange);
    }
  };
  const server = createHttp1Server({ ...HEAD_LIMITS, shouldUpgradeCallback: isWebSocketUpgrade });
  server.on('request', (request, response) => serve(request, response, false));
  server.on('checkContinue', (request, response) => serve(request, response, true));
  server.on('checkExpectation', (request, response) => serve(request, response, false));
  server.on('upgrade', (request, socket, head) => {
    const scope = scopes.get(request.socket);
    if (scope === undefined || !pipeline.isOpen(request.socket)) socket.destroy();
    else handle(factory.fromUpgrade(scope, request, socket, head, request.url ?? ''));
  });
  server.on('connect', (request, socket) => {
    const scope = scopes.get(request.socket);
    if (scope !== undefined) onGarbage(scope, 'CONNECT inside a tunnel');
    hangUp(socket, 'HTTP/1.1 501 Not Implemented\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  server.on('clientError', (error, socket) => {
    pipeline.broke(socket);
    const scope = scopes.get(socket);
    if (scope !== undefined && !isHangUp(error)) onGarbage(scope, `not HTTP: ${codeOf(error)}`);
    if (socket.writable && !isHangUp(error))
      hangUp(socket, 'HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    else socket.destroy();
  });
  // A server that is only fed never emits this, and without it Node does not start its header time-outs (threat G1).
  server.emit('listening');
  return server;
}

function http2Server(
  scopes: WeakMap<object, ClientScope>,
  sessions: Set<ServerHttp2Session>,
  { factory, handle, onGarbage }: OpenedTunnelOptions,
): Http2Server {
  const server = createHttp2Server({
    // Bounds against floods (threats B15, B16): Node cuts a session that passes them.
    maxHeaderListPairs: 256,
    maxSessionInvalidFrames: 50,
    maxSessionRejectedStreams: 50,
    maxOutstandingPings: 5,
    maxSettings: 16,
    maxSessionMemory: 16,
    streamResetBurst: 200,
    streamResetRate: 20,
    settings: {
      maxConcurrentStreams: 128,
      maxHeaderListSize: 65_536,
      enableConnectProtocol: false,
      initialWindowSize: 1_048_576,
    },
  });
  server.on('stream', (stream, _fields, flags, rawHeaders) => {
    stream.on('error', () => undefined);
    const scope = stream.session === undefined ? undefined : scopes.get(stream.session);
    if (scope === undefined) {
      stream.close();
      return;
    }
    const END_STREAM = 0x1; // RFC 9113 §6.2
    handle(factory.fromHttp2(scope, stream, rawHeaders, (flags & END_STREAM) !== 0));
  });
  server.on('sessionError', (error, session) => {
    const scope = scopes.get(session);
    if (scope !== undefined && !isHangUp(error)) onGarbage(scope, `HTTP/2 session: ${codeOf(error)}`);
    sessions.delete(session);
  });
  return server;
}

/** A session that says nothing is closed: before its first stream soon (threat G1), later as a kept-alive connection would be. */
function dropWhenIdle(session: ServerHttp2Session): void {
  let used = false;
  session.setTimeout(HEAD_LIMITS.headersTimeout, () => {
    if (used)
      session.close(); // streams under way, such as a long model call, still end by themselves
    else session.destroy();
  });
  session.once('stream', () => {
    used = true;
    session.setTimeout(HEAD_LIMITS.keepAliveTimeout);
  });
}

function isHangUp(error: Error): boolean {
  const code = codeOf(error);
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : 'unreadable';
}
