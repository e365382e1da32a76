// Opens one connection to where an exchange goes: resolve once, check every address, dial a checked one, secure it.

import { isIP, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { formatAuthority } from '../connection/authority.ts';
import type { Authority } from '../http/request-view.ts';
import type { UpstreamTrust } from '../tls/upstream-trust.ts';
import type { AddressGuard } from './address-guard.ts';
import { openTunnel, parseParentProxy, type ParentProxy } from './parent-proxy.ts';
import type { ResolvedAddress, Resolver } from './resolver.ts';
import { connectFirst } from './tcp-connect.ts';

interface DialOptions {
  /** TLS, verified for the authority's host. */
  readonly secure: boolean;
  readonly alpn: readonly string[];
}

export interface Dialed {
  /** Connected and, when asked for, secured. Has an `error` listener already, never emits one unheard. */
  readonly socket: Socket | TLSSocket;
  /** The upstream's ALPN answer; null when it gave none. */
  readonly protocol: 'h2' | 'http/1.1' | null;
  /** The address at the other end of the TCP connection: the parent's, when there is one. */
  readonly address: string;
}

export interface Dialer {
  /**
   * Throws ADDRESS_DENIED, RESOLVE_FAILED, CONNECT_FAILED, UPSTREAM_TIMEOUT, UPSTREAM_CERTIFICATE, UPSTREAM_PROTOCOL or
   * UPSTREAM_CLOSED. INVARIANT: nothing is resolved or dialled before this is called.
   */
  dial(authority: Authority, options: DialOptions): Promise<Dialed>;
  /** Throws ADDRESS_DENIED for what is known without asking anybody: literals, pins, metadata names. Nothing is resolved. */
  check(authority: Authority): void;
}

interface DialerOptions {
  readonly resolver: Resolver;
  readonly guard: AddressGuard;
  readonly trust: UpstreamTrust;
  /** `upstream.proxy`. */
  readonly parentProxy: string | null;
  /** For the TCP connection in all, and again for each handshake on it. */
  readonly connectTimeoutMs: number;
}

/** Throws CONFIG_INVALID when `parentProxy` is no proxy URL. */
export function createDialer(options: DialerOptions): Dialer {
  const { trust, connectTimeoutMs } = options;
  const parent = options.parentProxy === null ? null : parseParentProxy(options.parentProxy);
  return {
    check: (authority) => void checkedPlace(options, authority),
    async dial(authority, { secure, alpn }) {
      const raw = parent === null ? await dialDirectly(options, authority) : await dialThrough(options, parent, authority);
      const address = raw.remoteAddress ?? '';
      if (!secure) return { socket: raw, protocol: null, address };
      const socket = await trust.secure(raw, {
        servername: authority.host,
        alpn,
        timeoutMs: connectTimeoutMs,
        clientCertHost: formatAuthority(authority.host, authority.port),
      });
      return { socket, protocol: protocolOf(socket), address };
    },
  };
}

async function dialDirectly({ resolver, guard, connectTimeoutMs }: DialerOptions, authority: Authority): Promise<Socket> {
  const addresses = await resolver.resolve(authority);
  checkAll(guard, addresses);
  return connectFirst(formatAuthority(authority.host, authority.port), addresses, connectTimeoutMs);
}

/**
 * The target's name goes to the parent unresolved: often only the parent can resolve it, and it dials what it finds, so which
 * addresses a name may have is the parent's to check. What needs no resolving (literals, pins, metadata names) is checked here.
 * Plain HTTP goes through a tunnel too, so that one path carries every exchange.
 */
async function dialThrough(options: DialerOptions, parent: ParentProxy, authority: Authority): Promise<Socket> {
  const { resolver, guard, trust, connectTimeoutMs } = options;
  const place = checkedPlace(options, authority);
  const addresses = await resolver.resolve(parent.authority);
  // The operator's word opens the parent's range; a parent that is one of our own listeners would be a loop, and is refused.
  checkAll(
    guard,
    addresses.map((found) => ({ ...found, pinned: true })),
  );
  const { host, port } = parent.authority;
  const raw = await connectFirst(`the parent proxy ${formatAuthority(host, port)}`, addresses, connectTimeoutMs);
  const socket = parent.secure
    ? await trust.secure(raw, { servername: host, alpn: ['http/1.1'], timeoutMs: connectTimeoutMs })
    : raw;
  await openTunnel(socket, parent, formatAuthority(place.host, place.port), connectTimeoutMs);
  return socket;
}

function checkedPlace({ resolver, guard }: DialerOptions, authority: Authority): ReturnType<Resolver['place']> {
  const place = resolver.place(authority);
  if (isIP(place.host) !== 0) guard.check(place.host, place.port, place.pinned);
  return place;
}

/** INVARIANT: one denied answer refuses them all: a name that resolves to a mix is an attack or a mistake (A10). */
function checkAll(guard: AddressGuard, addresses: readonly ResolvedAddress[]): void {
  for (const { address, port, pinned } of addresses) guard.check(address, port, pinned);
}

function protocolOf(socket: TLSSocket): Dialed['protocol'] {
  const { alpnProtocol } = socket;
  return alpnProtocol === 'h2' || alpnProtocol === 'http/1.1' ? alpnProtocol : null;
}
