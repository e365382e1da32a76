// Makes Interlock's own requests as exchanges of their own: same pipeline, same judging, same record, with their cause.

import type { Exchange } from '../http/exchange.ts';
import { InterlockError } from '../errors.ts';
import { type CollectingReply, collectingReply } from '../http/collecting-reply.ts';
import { readHead } from '../http/head.ts';
import { HeaderList } from '../http/headers.ts';
import type { MemoryBudget } from '../http/memory-budget.ts';
import { RequestBody } from '../http/request-body.ts';
import { formatAuthority } from '../connection/authority.ts';
import { Readable } from 'node:stream';
import type { Originate, OriginatedRequest } from './originate.ts';

interface OriginatorDeps {
  readonly budget: MemoryBudget;
  readonly nextId: () => string;
  readonly handle: (exchange: Exchange) => Promise<void>;
}

/** Ref advertisements of big repositories are the largest answers that are read. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

export function createOriginator(deps: OriginatorDeps): Originate {
  return async (request) => {
    const reply = collectingReply(request.maxAnswerBytes ?? MAX_ANSWER_BYTES, true);
    await withinTime(deps.handle(exchangeOf(request, reply, deps)), reply, request.timeoutMs);
    reply.abort(); // changes nothing once it was answered; an exchange that ended without an answer must not be waited for
    const { status, headers, body } = await reply.answered;
    // Refusals are the only answers that carry the entry's id as a field of ours.
    const refused = headers.has('interlock-entry') ? body.toString('utf8').slice(0, 2_000) : null;
    return { status, headers, body, refused };
  };
}

/** The exchange may take longer to end than its answer is waited for: a name that is not resolved, a connection that does not open. */
async function withinTime(handled: Promise<void>, reply: CollectingReply, timeoutMs: number | undefined): Promise<void> {
  if (timeoutMs === undefined) return handled;
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    reply.leave(new InterlockError('UPSTREAM_TIMEOUT', `there was no answer in ${timeoutMs} ms`));
    late.resolve();
  }, timeoutMs);
  try {
    await Promise.race([handled, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function exchangeOf(request: OriginatedRequest, reply: Exchange['reply'], deps: OriginatorDeps): Exchange {
  const { authority, scheme, body } = request;
  const host = formatAuthority(authority.host, authority.port);
  const headers = new HeaderList(request.headers).without(new Set(['host', 'content-length'])).raw;
  const length = body.length > 0 ? ['content-length', String(body.length)] : [];
  const view = readHead({
    method: request.method,
    target: request.target,
    rawHeaders: ['host', host, ...headers, ...length],
    scheme,
    authority,
    upgrading: false,
    hasBody: body.length > 0,
    httpVersion: '1.1',
  });
  const source = {
    stream: Readable.from([body], { objectMode: false }),
    declaredBytes: body.length,
    encodings: [],
    invite: null,
  };
  return {
    id: deps.nextId(),
    request: view,
    body: new RequestBody(body.length > 0 ? source : null, deps.budget),
    reply,
    identify: () => request.principal,
    fault: null,
    cause: request.cause,
    source: 'interlock',
    startedMs: performance.now(),
  };
}
