// The one parser of host and port: every spelling of a host becomes one canonical text, or is refused (A2, A7, A8, A12) (E7).

import { isIP, isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { InterlockError } from '../errors.ts';
import type { Authority } from '../http/request-view.ts';

/** A name in presentation form with its trailing dot (RFC 1035 §2.3.4), and room for what IDNA shortens. */
const MAX_TEXT_LENGTH = 1024;
const MAX_NAME_LENGTH = 253;
/** Underscores are in real names (`_dmarc`, buckets); everything else that servers quote or escape is not. */
const LABEL = /^[a-z0-9_-]{1,63}$/;
/** ASCII that may stand in a host before mapping. `%`, `@`, `/`, `\`, `*`, controls and spaces are not in it. */
const HOST_TEXT = /^(?:[A-Za-z0-9._-]|[^\p{ASCII}])+$/u;
/** WHATWG URL §3.5 "ends in a number": such a host is an IPv4 address or nothing. */
const NUMERIC_LABEL = /^(?:[0-9]+|0x[0-9a-f]*)$/;
/** One spelling of a port: no sign, no leading zero, no space. */
const PORT = /^[1-9][0-9]{0,4}$/;

const EXPECTED = 'expected host:port, such as api.example.com:443 or [2001:db8::1]:443';

/**
 * The host as a browser would understand it, or null when it is none: lower case, A-labels (UTS 46), one trailing dot
 * stripped, IPv4 in any spelling as dotted quad, IPv6 compressed as in RFC 5952 §4 and without brackets.
 * INVARIANT: canonicalHost(canonicalHost(x)) === canonicalHost(x), and a result whose last label is a number is an IPv4 address.
 */
export function canonicalHost(text: string): string | null {
  if (text.length === 0 || text.length > MAX_TEXT_LENGTH) return null;
  if (text.startsWith('[')) return text.endsWith(']') ? canonicalIPv6(text.slice(1, -1)) : null;
  if (text.includes(':')) return canonicalIPv6(text);
  // Percent signs are refused rather than decoded: no client sends them in an authority, and decoders disagree (A7).
  if (!HOST_TEXT.test(text)) return null;
  const mapped = domainToASCII(text);
  return canonicalName(mapped.endsWith('.') ? mapped.slice(0, -1) : mapped);
}

/**
 * Reads `host:port`, `[v6]:port` or, when there is a `defaultPort`, a host alone (RFC 3986 §3.2 without userinfo; RFC 9110
 * §9.3.6 wants the port in CONNECT: give null). Throws AUTHORITY_INVALID, whose message never repeats the text: it may hold
 * a password.
 */
export function parseAuthority(text: string, defaultPort: number | null): Authority {
  if (text.includes('@')) throw invalid('it holds user information before an @');
  const { host, port } = split(text);
  const canonical = canonicalHost(host);
  if (canonical === null) throw invalid('its host is neither a DNS name nor an IP address');
  if (port !== null) return { host: canonical, port: parsePort(port) };
  if (defaultPort === null) throw invalid('it has no port');
  return { host: canonical, port: defaultPort };
}

/** `host:port` as it stands on the wire: IPv6 literals in brackets. Pass null to leave the port out. */
export function formatAuthority(host: string, port: number | null): string {
  const shown = isIPv6(host) ? `[${host}]` : host;
  return port === null ? shown : `${shown}:${port}`;
}

function split(text: string): { host: string; port: string | null } {
  const bracket = text.startsWith('[') ? text.indexOf(']') : -1;
  // `parsePort` would refuse it as well: this says what is wrong with it.
  if (bracket === -1 && text.indexOf(':') !== text.lastIndexOf(':')) {
    throw invalid('it has more than one colon (an IPv6 address needs brackets)');
  }
  const colon = text.indexOf(':', bracket + 1);
  if (colon === -1) return { host: text, port: null };
  return { host: text.slice(0, colon), port: text.slice(colon + 1) };
}

function parsePort(text: string): number {
  const port = PORT.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw invalid('its port is not a decimal number from 1 to 65535');
  return port;
}

function canonicalIPv6(text: string): string | null {
  // A zone id names an interface of one machine: meaningless to an upstream and a way around address lists (A8).
  if (text.includes('%') || !isIPv6(text)) return null;
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}

function canonicalName(name: string): string | null {
  if (isIPv4(name)) return name;
  if (name.length === 0 || name.length > MAX_NAME_LENGTH || isIP(name) !== 0) return null;
  const labels = name.split('.');
  if (!labels.every((label) => LABEL.test(label))) return null;
  return NUMERIC_LABEL.test(labels.at(-1) ?? '') ? null : name;
}

function invalid(problem: string): InterlockError {
  return new InterlockError('AUTHORITY_INVALID', `this authority cannot be used: ${problem}; ${EXPECTED}`);
}
