// The proxy's own listener: CONNECT and absolute-form requests; anything else is told how to use a proxy.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { InterlockError, toInterlockError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Authority } from '../http/request-view.ts';
import type { Directory } from '../identify/directory.ts';
import { parseAuthority } from './authority.ts';
import { type ClientScope, identifyBy } from './client-scope.ts';
import { proxyAuthorization, writeRefusal } from './early-refusal.ts';
import type { ExchangeFactory } from './exchange-factory.ts';
import { HEAD_LIMITS, isWebSocketUpgrade } from './head-limits.ts';
import { createPipelineLimit, type PipelineLimit } from './pipeline-limit.ts';
import type { RefusalTally } from './refusal-tally.ts';

interface ListenerDeps {
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly connections: number;
  readonly requireAgent: boolean;
  readonly directory: Directory;
  readonly factory: ExchangeFactory;
  readonly tally: RefusalTally;
  readonly connect: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
  readonly handle: (exchange: Exchange) => void;
  /** Answers for the reserved name; null when the authority is not it. */
  readonly internal: (exchange: Exchange) => boolean;
}

interface AbsoluteForm {
  readonly scheme: 'http' | 'https';
  readonly authority: Authority;
  readonly target: string;
}

/** RFC 9112 §3.2.2. Other schemes (ftp, ws, file, gopher …) are refused (threat A18). */
const ABSOLUTE = /^(https?):\/\/([^/?#\\]*)(\/[^#]*|\?[^#]*)?$/i;

export function createListener(deps: ListenerDeps): Server {
  const options = { ...HEAD_LIMITS, shouldUpgradeCallback: isWebSocketUpgrade };
  const server: Server =
    deps.tls === null ? createServer(options) : createTlsServer({ ...options, ...deps.tls, minVersion: 'TLSv1.2' });
  server.maxConnections = deps.connections;
  const pipeline = createPipelineLimit((request, why) => deps.tally.count(sourceOf(request), 'REQUEST_MALFORMED', why));
  const served = { ...deps, began: pipeline.began };
  const admit = (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void => {
    if (pipeline.admit(request, response)) serve(request, response, expectsContinue, served);
  };
  server.on('request', (request, response) => admit(request, response, false));
  server.on('checkContinue', (request, response) => admit(request, response, true));
  server.on('checkExpectation', (request, response) => admit(request, response, false));
  server.on('upgrade', (request, socket, head) => {
    if (pipeline.isOpen(request.socket)) upgrade(request, socket, head, deps);
    else socket.destroy();
  });
  server.on('connect', (request, socket, head) => {
    if (pipeline.isOpen(request.socket)) deps.connect(request, plainSocket(socket), head);
    else socket.destroy();
  });
  server.on('clientError', (error, socket) => {
    pipeline.broke(socket);
    const source = 'remoteAddress' in socket && typeof socket.remoteAddress === 'string' ? socket.remoteAddress : 'unknown';
    const code = 'code' in error ? String(error.code) : '';
    if (code === 'ECONNRESET' || code === 'EPIPE') {
      socket.destroy();
      return;
    }
    deps.tally.count(source, 'REQUEST_MALFORMED', `not HTTP: ${code}`);
    writeRefusal(socket, new InterlockError('REQUEST_MALFORMED', 'this is not a request that an HTTP proxy can read'));
  });
  return server;
}

/** Node types the socket of a CONNECT as any duplex; on these servers it is the connection itself. */
function plainSocket(socket: Duplex): Socket {
  return socket as Socket;
}

function serve(
  request: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
  deps: ListenerDeps & Pick<PipelineLimit, 'began'>,
): void {
  try {
    const form = absoluteForm(request.url ?? '');
    const exchange = deps.factory.fromHttp1(scopeOf(request, form, deps), request, response, form.target, expectsContinue);
    deps.began(request, exchange);
    if (!deps.internal(exchange)) deps.handle(exchange);
  } catch (thrown) {
    refuse(request, deps, thrown);
  }
}

function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, deps: ListenerDeps): void {
  socket.on('error', () => socket.destroy());
  try {
    const form = absoluteForm(request.url ?? '');
    deps.handle(deps.factory.fromUpgrade(scopeOf(request, form, deps), request, socket, head, form.target));
  } catch (thrown) {
    refuse(request, deps, thrown);
  }
}

function scopeOf(request: IncomingMessage, form: AbsoluteForm, deps: ListenerDeps): ClientScope {
  return {
    authority: form.authority,
    scheme: form.scheme,
    identify: identifyBy(deps.directory, proxyAuthorization(request), deps.requireAgent),
    source: sourceOf(request),
    foreignServerName: null,
  };
}

function absoluteForm(url: string): AbsoluteForm {
  const [, scheme, authority, rest] = ABSOLUTE.exec(url) ?? [];
  if (scheme === undefined || authority === undefined) {
    throw new InterlockError(
      'REQUEST_MALFORMED',
      'this is an HTTP proxy: set HTTPS_PROXY to its address and ask for the site itself',
    );
  }
  const secure = scheme.toLowerCase() === 'https';
  const target = rest === undefined ? '/' : rest.startsWith('?') ? `/${rest}` : rest;
  return { scheme: secure ? 'https' : 'http', authority: parseAuthority(authority, secure ? 443 : 80), target };
}

function refuse(request: IncomingMessage, deps: ListenerDeps, thrown: unknown): void {
  const error = toInterlockError(thrown);
  deps.tally.count(sourceOf(request), error.code, error.message);
  writeRefusal(request.socket, error);
}

function sourceOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? 'unknown';
}
