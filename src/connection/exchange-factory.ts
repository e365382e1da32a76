// From a server's request to an Exchange: the head is checked here, once, for HTTP/1.1, HTTP/2 and upgrades alike (E5).

import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { Duplex, Readable } from 'node:stream';
import { type InterlockError, toInterlockError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import { readHead } from '../http/head.ts';
import { HeaderList } from '../http/headers.ts';
import { http1Reply } from '../http/http1-reply.ts';
import { readHttp2Head } from '../http/http2-head.ts';
import { http2Reply } from '../http/http2-reply.ts';
import type { MemoryBudget } from '../http/memory-budget.ts';
import { type BodySource, RequestBody } from '../http/request-body.ts';
import type { RequestView } from '../http/request-view.ts';
import { upgradeReply } from '../http/upgrade-reply.ts';
import { type ClientScope, serverNameFault } from './client-scope.ts';

export interface ExchangeFactory {
  fromHttp1(
    scope: ClientScope,
    request: IncomingMessage,
    response: ServerResponse,
    target: string,
    expectsContinue: boolean,
  ): Exchange;
  fromHttp2(scope: ClientScope, stream: ServerHttp2Stream, rawHeaders: readonly string[], endOfStream: boolean): Exchange;
  fromUpgrade(scope: ClientScope, request: IncomingMessage, socket: Duplex, early: Buffer, target: string): Exchange;
  /** A fresh exchange id. */
  nextId(): string;
}

interface Head {
  readonly view: RequestView;
  readonly fault: InterlockError | null;
}

export function createExchangeFactory(budget: MemoryBudget): ExchangeFactory {
  // Unique across restarts without touching the disk: a nonce for the process and a counter.
  const nonce = randomBytes(6).toString('hex');
  let count = 0;
  const nextId = (): string => `x${nonce}-${(count++).toString(36)}`;
  const assemble = (scope: ClientScope, head: Head, body: RequestBody, reply: Exchange['reply']): Exchange => ({
    id: nextId(),
    request: head.view,
    body,
    reply,
    identify: scope.identify,
    fault: head.fault,
    cause: null,
    source: scope.source,
    startedMs: performance.now(),
  });

  return {
    nextId,
    fromHttp1(scope, request, response, target, expectsContinue) {
      const hasBody = 'transfer-encoding' in request.headers || Number(request.headers['content-length'] ?? 0) > 0;
      const head = headOf(scope, () => http1Head(scope, request, target, hasBody, false));
      const invite = expectsContinue ? () => response.writeContinue() : null;
      return assemble(
        scope,
        head,
        new RequestBody(hasBody ? { ...sourceOf(request, head.view), invite } : null, budget),
        http1Reply(response),
      );
    },
    fromHttp2(scope, stream, rawHeaders, endOfStream) {
      const head = headOf(scope, () => readHttp2Head(rawHeaders, scope.authority, scope.scheme, !endOfStream));
      const source = endOfStream ? null : { ...sourceOf(stream, head.view), invite: null };
      return assemble(scope, head, new RequestBody(source, budget), http2Reply(stream, head.view.method === 'HEAD'));
    },
    fromUpgrade(scope, request, socket, early, target) {
      const head = headOf(scope, () => http1Head(scope, request, target, false, true));
      return assemble(scope, head, new RequestBody(null, budget), upgradeReply(socket, early));
    },
  };
}

function http1Head(
  scope: ClientScope,
  request: IncomingMessage,
  target: string,
  hasBody: boolean,
  upgrading: boolean,
): RequestView {
  return readHead({
    method: request.method ?? '',
    target,
    rawHeaders: request.rawHeaders,
    scheme: scope.scheme,
    authority: scope.authority,
    upgrading,
    hasBody,
    httpVersion: request.httpVersion,
  });
}

function headOf(scope: ClientScope, read: () => RequestView): Head {
  try {
    const view = read();
    return { view, fault: serverNameFault(scope) };
  } catch (error) {
    return { view: unreadable(scope), fault: toInterlockError(error) };
  }
}

/** Stands in for a head that was refused: there is nothing to judge, and nothing of it is repeated anywhere. */
function unreadable(scope: ClientScope): RequestView {
  return {
    method: 'POST',
    scheme: scope.scheme,
    authority: scope.authority,
    target: '/',
    path: '/',
    segments: [],
    ambiguousPath: true,
    query: '',
    headers: new HeaderList([]),
    upgrade: null,
    hasBody: false,
    claimedMethods: [],
    agentSequence: null,
  };
}

function sourceOf(stream: Readable, view: RequestView): Omit<BodySource, 'invite'> {
  const length = view.headers.get('content-length');
  return { stream, declaredBytes: length === undefined ? null : Number(length), encodings: view.headers.all('content-encoding') };
}
