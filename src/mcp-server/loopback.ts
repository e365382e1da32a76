// Who may speak to the MCP server over HTTP: programs on this machine, and no web page.

import type { IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';

export interface LoopbackAddress {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:7800`, `[::1]:0`; null for anything that others could reach. A name is none: it may lead elsewhere tomorrow. */
export function loopbackAddress(text: string): LoopbackAddress | null {
  const found = /^(?:\[(::1)\]|(127\.\d{1,3}\.\d{1,3}\.\d{1,3})):(\d{1,5})$/.exec(text);
  const host = found?.[1] ?? found?.[2] ?? '';
  const port = Number(found?.[3] ?? Number.NaN);
  return (host === '::1' || isIPv4(host)) && port <= 65_535 ? { host, port } : null;
}

/** How the address is written in a URL: `[::1]:7800`. */
export function hostAndPort({ host, port }: LoopbackAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * The reason why a request is refused, or null.
 * INVARIANT: a page that pointed its own name at this machine (DNS rebinding) sends that name as Host, and any page of another site sends its
 * Origin: both are refused, for whoever is answered here speaks with the agent's token (threat D3). Programs send no Origin.
 */
export function loopbackProblem(request: Pick<IncomingMessage, 'headersDistinct'>, at: LoopbackAddress): string | null {
  const ours = new Set([hostAndPort(at), `localhost:${at.port}`]);
  const hosts = request.headersDistinct['host'] ?? [];
  if (hosts.length !== 1 || !ours.has(hosts[0]?.toLowerCase() ?? '')) return 'this is not the address that Interlock listens on';
  const origins = request.headersDistinct['origin'] ?? [];
  if (origins.some((origin) => origin !== `http://${hosts[0]}`)) return 'requests of web pages are not answered';
  const sites = request.headersDistinct['sec-fetch-site'] ?? [];
  return sites.every((site) => site === 'same-origin' || site === 'none') ? null : 'requests of web pages are not answered';
}
