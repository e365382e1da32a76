// Keeps web pages away from a console on loopback: which names it answers to, and who may send it requests (threat D3).

import { isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);

/**
 * The reason why this request is none for us, or null.
 * INVARIANT: a page whose own name was pointed at this machine (DNS rebinding) sends that name as Host, and is refused.
 */
export function hostProblem(request: IncomingMessage, names: ReadonlySet<string>): string | null {
  const hosts = request.headersDistinct['host'] ?? [];
  const host = hosts.length === 1 ? hostName(hosts[0] ?? '') : null;
  if (host === null) return 'the Host header is missing or not a name';
  if (LOOPBACK_NAMES.has(host) || names.has(host)) return null;
  // An address can't be pointed elsewhere by DNS: the one this connection came in on is ours.
  if (isIP(host) !== 0 && host === plainAddress(request.socket.localAddress)) return null;
  return 'the console does not answer to this name: use the address it listens on';
}

/** The reason why a browser's request is refused: another site's page sent it. Programs send neither header. */
export function originProblem(request: IncomingMessage): string | null {
  const origin = request.headers['origin'];
  const site = request.headers['sec-fetch-site'];
  const host = request.headers['host'] ?? '';
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
    return 'requests from other origins are not answered';
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'requests from other sites are not answered';
  return null;
}

/**
 * A person who follows a link to the page from elsewhere: a chat's message, the way back from an OpenID provider. The page is the same for
 * everybody and holds nothing; a frame is no visit (its destination is not `document`), and no other path is one.
 */
export function isPageVisit(request: IncomingMessage): boolean {
  return (
    request.method === 'GET' &&
    isPage(request.url ?? '') &&
    request.headers['origin'] === undefined &&
    request.headers['sec-fetch-mode'] === 'navigate' &&
    request.headers['sec-fetch-dest'] === 'document'
  );
}

/** The page itself, and the way back from an OpenID provider, which proves itself by its state and the browser's own cookie. */
function isPage(url: string): boolean {
  return url === '/' || url.startsWith('/?') || url.startsWith('/v1/oidc/callback?');
}

/** Lower case, without port and brackets; null for anything that is not one plain host. */
function hostName(host: string): string | null {
  const found = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/.exec(host.toLowerCase());
  return found?.[1] ?? found?.[2]?.replace(/\.$/, '') ?? null;
}

/** `::ffff:127.0.0.1` is how a dual-stack socket names an IPv4 address. */
function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}
