// The URL that an agent is pointed at.

import { formatAuthority } from '../connection/authority.ts';
import type { Config } from '../config/config.ts';

/** Where the configured proxy is, as somebody on this machine reaches it: `http://127.0.0.1:8080`. */
export function proxyAddress(config: Config): string {
  const { listen, tls } = config.proxy;
  const host = listen.host === '0.0.0.0' ? '127.0.0.1' : listen.host === '::' ? '::1' : listen.host;
  return `${tls === null ? 'http' : 'https'}://${formatAuthority(host, listen.port)}`;
}

/**
 * `http://user:token@host:port`. The port always stands there: clients disagree on the one that is meant when none does
 * (curl takes 1080).
 */
export function proxyUrlFor(address: string, username: string, token: string): string {
  const { protocol, hostname, port } = new URL(address);
  const usual = protocol === 'https:' ? '443' : '80';
  return `${protocol}//${encodeURIComponent(username)}:${encodeURIComponent(token)}@${hostname}:${port === '' ? usual : port}`;
}
