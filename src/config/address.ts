// Addresses as an operator writes them: `host:port`, names that may carry a port, and CIDR blocks.

import { isIP, isIPv4 } from 'node:net';
import { canonicalHost, parseAuthority } from '../connection/authority.ts';
import { InterlockError } from '../errors.ts';
import type { Address } from './config.ts';

export const ADDRESS_EXPECTED = 'host:port, such as 127.0.0.1:8080 or "[::1]:8080"';
export const CIDR_EXPECTED = 'a CIDR block, such as 10.0.0.0/8 or fd00::/8';
export const HOST_EXPECTED = 'a host name, with or without a port, such as api.example.com or api.example.com:8443';

/** Reads `host:port`. A listener may ask for port 0: the system picks a free one. Throws CONFIG_INVALID. */
export function parseAddress(text: string, options: { readonly portZero: boolean }): Address {
  const zero = options.portZero && text.endsWith(':0');
  try {
    const { host, port } = parseAuthority(zero ? `${text.slice(0, -1)}1` : text, null);
    return { host, port: zero ? 0 : port };
  } catch (error) {
    throw new InterlockError('CONFIG_INVALID', `expected ${ADDRESS_EXPECTED}`, { cause: error });
  }
}

/** `name` or `name:port` in canonical spelling, as `upstream.hosts` is looked up. Null when it is neither. */
export function canonicalHostKey(text: string): string | null {
  const bare = canonicalHost(text);
  if (bare !== null) return bare;
  try {
    const { host, port } = parseAuthority(text, null);
    return `${host.includes(':') ? `[${host}]` : host}:${port}`;
  } catch {
    return null;
  }
}

/** True for `address/prefix` whose host bits are zero: `10.1.2.3/8` is more likely a slip than a wish for all of 10/8. */
export function isCidr(text: string): boolean {
  const match = /^([0-9A-Fa-f.:]+)\/(0|[1-9][0-9]{0,2})$/.exec(text);
  const [, address, prefix] = match ?? [];
  if (address === undefined || prefix === undefined || isIP(address) === 0) return false;
  const bits = isIPv4(address) ? 32 : 128;
  if (Number(prefix) > bits) return false;
  const hostBits = BigInt(bits - Number(prefix));
  return (addressBits(address) & ((1n << hostBits) - 1n)) === 0n;
}

/** Loopback by what is written, never by a look-up: a name other than `localhost` can be pointed anywhere. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

function addressBits(address: string): bigint {
  if (isIPv4(address)) return address.split('.').reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
  const [head = '', tail] = ipv6Hex(address).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** The URL parser writes a dotted tail (`::ffff:10.0.0.0`) as hex groups (RFC 5952 §5 leaves both open). */
function ipv6Hex(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}
