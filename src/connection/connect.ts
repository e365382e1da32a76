// CONNECT (RFC 9110 §9.3.6): who asks and where to is settled first; then the tunnel is opened, read as HTTP, or judged as it is.

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { tunnelAction } from '../classify/tunnel-action.ts';
import type { Judge } from '../decide/judge.ts';
import { InterlockError, toInterlockError } from '../errors.ts';
import type { Authority } from '../http/request-view.ts';
import type { Directory } from '../identify/directory.ts';
import type { Principal } from '../identify/principal.ts';
import type { Termination } from '../tls/termination.ts';
import type { AgentLimit } from './agent-limit.ts';
import { parseAuthority } from './authority.ts';
import { peekServerName } from './client-hello.ts';
import { type ClientScope, identifyBy } from './client-scope.ts';
import { connectReply, establish } from './connect-reply.ts';
import { proxyAuthorization, writeRefusal } from './early-refusal.ts';
import type { OpenedTunnels } from './opened-tunnel.ts';
import { RESERVED_NAME } from './reserved-name.ts';
import type { RefusalTally } from './refusal-tally.ts';
import { sniff, type TunnelProtocol } from './sniff.ts';

export interface ConnectDeps {
  readonly directory: Directory;
  readonly judge: Judge;
  readonly termination: Termination;
  readonly opened: OpenedTunnels;
  readonly tally: RefusalTally;
  readonly agentLimit: AgentLimit;
  readonly requireAgent: boolean;
  readonly connectPorts: ReadonlySet<number>;
  /** Judges, records and, if it may, pipes a tunnel that is not opened. */
  readonly tunnel: (scope: ClientScope, reply: ReturnType<typeof connectReply>, protocol: TunnelProtocol) => void;
}

/** A client that has a tunnel and says nothing holds a socket for this long (threat G1). */
const FIRST_BYTE_TIMEOUT_MS = 30_000;

/** Never throws. Owns the socket from here on. */
export async function handleConnect(request: IncomingMessage, socket: Socket, head: Buffer, deps: ConnectDeps): Promise<void> {
  socket.on('error', () => socket.destroy());
  const source = socket.remoteAddress ?? 'unknown';
  try {
    if (hasBody(request)) throw new InterlockError('REQUEST_MALFORMED', 'a CONNECT has no body');
    const identify = identifyBy(deps.directory, proxyAuthorization(request), deps.requireAgent);
    const principal = identify();
    const authority = parseAuthority(request.url ?? '', null);
    if (authority.host === RESERVED_NAME) {
      throw new InterlockError(
        'AUTHORITY_INVALID',
        `${RESERVED_NAME} is not tunnelled to: ask for http://${RESERVED_NAME}/ through the proxy`,
      );
    }
    socket.once('close', deps.agentLimit.enter(principal.agent));
    if (head.length > 0) socket.unshift(head);
    await route({ authority, scheme: 'https', identify, source, foreignServerName: null }, principal, socket, deps);
  } catch (thrown) {
    const error = toInterlockError(thrown);
    deps.tally.count(source, error.code, error.message);
    writeRefusal(socket, error);
  }
}

async function route(scope: ClientScope, principal: Principal, socket: Socket, deps: ConnectDeps): Promise<void> {
  if (!deps.connectPorts.has(scope.authority.port)) {
    // Another port carries who knows what: it is a tunnel, denied unless permitted, and nothing is established before.
    deps.tunnel(scope, connectReply(socket, false), 'raw');
    return;
  }
  establish(socket);
  const protocol = await sniff(socket, FIRST_BYTE_TIMEOUT_MS);
  if (protocol === null) {
    socket.destroy();
  } else if (protocol === 'http') {
    deps.opened.serveHttp1(socket, { ...scope, scheme: 'http' });
  } else if (protocol === 'raw') {
    deps.tunnel(scope, connectReply(socket, true), protocol);
  } else if (deps.judge.mayPassUnopened(principal, tunnelAction(scope.authority, 'tls'))) {
    await passUnopened(scope, socket, deps);
  } else {
    await open(scope, socket, deps);
  }
}

/** INVARIANT: what passes unopened is for the name that policy let pass: a content network serves whomever the hello names (threat A4). */
async function passUnopened(scope: ClientScope, socket: Socket, deps: ConnectDeps): Promise<void> {
  const hello = await peekServerName(socket, FIRST_BYTE_TIMEOUT_MS);
  const foreignServerName = hello === null ? 'unreadable' : foreignName(hello.name, scope.authority);
  deps.tunnel({ ...scope, foreignServerName }, connectReply(socket, true), 'tls');
}

async function open(scope: ClientScope, socket: Socket, deps: ConnectDeps): Promise<void> {
  try {
    const opened = await deps.termination.open(socket, scope.authority.host);
    const inner: ClientScope = { ...scope, foreignServerName: foreignName(opened.serverName, scope.authority) };
    if (opened.protocol === 'h2') deps.opened.serveHttp2(opened.socket, inner);
    else deps.opened.serveHttp1(opened.socket, inner);
  } catch (error) {
    // INVARIANT: a failed handshake never falls back to passing bytes through (threat E5); it is on record and over.
    deps.tally.count(scope.source, 'CLIENT_TLS', `TLS with the client for ${scope.authority.host} failed: ${messageOf(error)}`);
    socket.destroy();
  }
}

/** The server name when it is not the authority's. A literal address has none (RFC 6066 §3). */
function foreignName(serverName: string | null, authority: Authority): string | null {
  if (serverName === null) return null;
  return serverName.toLowerCase().replace(/\.$/, '') === authority.host ? null : serverName;
}

function hasBody(request: IncomingMessage): boolean {
  return 'transfer-encoding' in request.headers || Number(request.headers['content-length'] ?? 0) > 0;
}

function messageOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'handshake failed';
}
