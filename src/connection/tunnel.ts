// A tunnel that is not opened: judged and recorded as `tunnel.open` like any exchange, then bytes pass both ways.

import type { Duplex } from 'node:stream';
import { tunnelAction } from '../classify/tunnel-action.ts';
import { NOTHING_KNOWN } from '../classify/known.ts';
import type { Proposal } from '../classify/proposal.ts';
import { toInterlockError } from '../errors.ts';
import type { Dialer } from '../forward/dialer.ts';
import type { Sent } from '../forward/relay.ts';
import { createBodyMeter } from '../http/body-meter.ts';
import type { Exchange } from '../http/exchange.ts';
import { HeaderList } from '../http/headers.ts';
import { NO_BODY } from '../http/inspected-body.ts';
import type { MemoryBudget } from '../http/memory-budget.ts';
import type { Reply } from '../http/reply.ts';
import { RequestBody } from '../http/request-body.ts';
import type { Authority, RequestView } from '../http/request-view.ts';
import { joinSockets } from '../http/websocket.ts';
import { formatAuthority } from './authority.ts';
import { type ClientScope, serverNameFault } from './client-scope.ts';
import type { TunnelProtocol } from './sniff.ts';

/** The head that stands for a tunnel in the ledger. */
function tunnelView(authority: Authority): RequestView {
  return {
    method: 'CONNECT',
    scheme: 'https',
    authority,
    target: formatAuthority(authority.host, authority.port),
    path: '',
    segments: [],
    ambiguousPath: false,
    query: '',
    headers: new HeaderList([]),
    upgrade: null,
    hasBody: false,
    claimedMethods: [],
    agentSequence: null,
  };
}

export function tunnelExchange(id: string, scope: ClientScope, reply: Reply, budget: MemoryBudget): Exchange {
  return {
    id,
    request: tunnelView(scope.authority),
    body: new RequestBody(null, budget),
    reply,
    identify: scope.identify,
    fault: serverNameFault(scope),
    cause: null,
    source: scope.source,
    startedMs: performance.now(),
  };
}

export function tunnelProposal(exchange: Exchange, protocol: TunnelProtocol): Proposal {
  return {
    request: exchange.request,
    provider: null,
    body: NO_BODY,
    actions: [tunnelAction(exchange.request.authority, protocol)],
    known: NOTHING_KNOWN,
    lookedUp: false,
  };
}

/** Dials, establishes the tunnel if it is not yet, and passes bytes until either side ends. */
export async function forwardTunnel(exchange: Exchange, dialer: Pick<Dialer, 'dial'>): Promise<Sent> {
  const up = createBodyMeter();
  const down = createBodyMeter();
  const sent = (result: Sent['result'], status: number | null, error: Sent['error']): Sent => ({
    result,
    status,
    requestBytes: up.bytes,
    responseBytes: down.bytes,
    requestDigest: null,
    responseDigest: null,
    error,
  });
  let upstream: Duplex;
  try {
    upstream = (await dialer.dial(exchange.request.authority, { secure: false, alpn: [] })).socket;
  } catch (error) {
    return sent('failed', null, toInterlockError(error));
  }
  const client = exchange.reply.switchProtocols([]);
  if (client === null) {
    upstream.destroy();
    return sent('failed', null, toInterlockError(new Error('no tunnel on this connection')));
  }
  await new Promise<void>((resolve) => joinSockets(client, upstream, up, down, resolve));
  return sent('sent', 200, null);
}
