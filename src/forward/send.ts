// The forward stage: what a decision lets out becomes bytes on the way upstream (E40).

import type { IdempotencyKey } from '../approve/ticket.ts';
import type { Decision } from '../enforce/decision.ts';
import { pinnedFields } from '../enforce/idempotency.ts';
import { toInterlockError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import { collectingReply } from '../http/collecting-reply.ts';
import { HeaderList, type RawHeaders } from '../http/headers.ts';
import { answer, type Reply } from '../http/reply.ts';
import type { RequestView } from '../http/request-view.ts';
import type { MessageGate } from '../http/message-gate.ts';
import { handshakeFields } from '../http/websocket.ts';
import type { Watch } from '../observe/watch.ts';
import type { Outgoing, Upstream } from './outgoing.ts';
import { relay, type Sent } from './relay.ts';

/** The most of an upstream's answer that is held when it must be translated for the client (a push report is a few KB, what a batch did can be MB). */
const SETTLED_ANSWER_BYTES = 8 * 1024 * 1024;

const ACCEPT_ENCODING: ReadonlySet<string> = new Set(['accept-encoding']);

export interface Release {
  readonly decision: Decision;
  /** The verdict entry's id: refusals inside an answer name it. */
  readonly entry: string;
  /** The pool owner: connections are never shared between principals. */
  readonly principal: string;
  readonly fresh: boolean;
  /** The idempotency key of the first try, in place of the request's own. Null: it goes as it came. */
  readonly pinned: IdempotencyKey | null;
  readonly extraHeaders: RawHeaders;
  /** What the answer passes through. */
  readonly watch: Watch | null;
  /** Judges the messages after an upgrade; null: nobody reads them. */
  readonly gate: MessageGate | null;
}

/** Throws only for a malformed WebSocket handshake and for a body that broke off before it was begun; every failure on the way is in the result. */
export function send(exchange: Exchange, release: Release, upstream: Upstream): Promise<Sent> {
  const outgoing = outgoingOf(exchange, release);
  const settle = release.decision.substitute?.settle ?? null;
  if (settle === null) return relayWatched(upstream, outgoing, exchange.reply, release);
  return sendSettled(exchange, outgoing, release, settle, upstream);
}

function outgoingOf(exchange: Exchange, release: Release): Outgoing {
  const { substitute } = release.decision;
  const request = substitute?.request ?? exchange.request;
  const headers = pinnedFields(fieldsOf(request, exchange.reply), release.pinned);
  return {
    method: request.method,
    scheme: request.scheme,
    authority: request.authority,
    target: request.target,
    headers: release.watch?.fields(headers) ?? headers,
    body: bodyOf(exchange, release.decision),
    principal: release.principal,
    fresh: release.fresh,
    upgrade: request.upgrade === 'websocket' ? 'websocket' : null,
  };
}

function fieldsOf({ headers, upgrade }: RequestView, reply: Reply): RawHeaders {
  if (upgrade !== null) return handshakeFields(headers).raw;
  return reply.plain === true ? headers.without(ACCEPT_ENCODING).raw : headers.raw;
}

/** INVARIANT: what was judged is what is sent: the substitute's bytes, or the very bytes that arrived. */
function bodyOf(exchange: Exchange, decision: Decision): Outgoing['body'] {
  const { substitute } = decision;
  if (substitute === null) return exchange.body.outgoing();
  const { bytes, body } = substitute;
  if (bytes.kind === 'whole') return body.bytes;
  return exchange.body.outgoingWithPrefix(bytes.replacedBytes, bytes.replacement);
}

function relayWatched(
  upstream: Upstream,
  outgoing: Outgoing,
  reply: Reply,
  release: Pick<Release, 'extraHeaders' | 'watch' | 'gate'>,
): Promise<Sent> {
  const { extraHeaders, watch, gate } = release;
  if (watch === null) return relay(upstream, outgoing, reply, { extraHeaders, gate });
  return ending(relay(upstream, outgoing, watch.before(reply), { extraHeaders, gate }), watch);
}

/** What upstream sent and what the client got may end apart: a rewriter has a last word, or cuts. */
async function ending(relayed: Promise<Sent>, watch: Watch): Promise<Sent> {
  const sent = await relayed;
  const cut = await watch.ended(sent.result);
  return cut === null ? sent : { ...sent, error: cut };
}

type Settle = NonNullable<NonNullable<Decision['substitute']>['settle']>;

async function sendSettled(
  exchange: Exchange,
  outgoing: Outgoing,
  release: Release,
  settle: Settle,
  upstream: Upstream,
): Promise<Sent> {
  const collected = collectingReply(SETTLED_ANSWER_BYTES);
  exchange.reply.onClose(() => undefined); // a client that leaves changes nothing: the push is on its way
  const sent = await relayWatched(upstream, outgoing, collected, { extraHeaders: [], watch: release.watch, gate: null });
  if (sent.error !== null) return sent;
  try {
    const native = await settle(await collected.answered, release.entry);
    const headers = new HeaderList(native.headers).without(new Set(['content-length'])).raw;
    answer(exchange.reply, native.status, [...headers, ...release.extraHeaders], native.body);
    return sent;
  } catch (thrown) {
    // What was sent stays sent: the outcome says so, and the client hears what could not be told natively.
    return { ...sent, error: toInterlockError(thrown) };
  }
}
