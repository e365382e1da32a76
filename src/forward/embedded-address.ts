// The IPv4 address that hides in an IPv6 one, for every scheme that routers or kernels translate back (A8).

import { ipOctets } from '../tls/ip-octets.ts';

interface Scheme {
  /** Octets that the address begins with. */
  readonly prefix: readonly number[];
  /** Where the four octets lie. */
  readonly at: number;
  /** Teredo writes the client's address inverted (RFC 4380 §4). */
  readonly inverted?: true;
}

const NAT64_WELL_KNOWN = [0, 0x64, 0xff, 0x9b];
const TWELVE_ZEROS = Array.from({ length: 12 }, () => 0);

const SCHEMES: readonly Scheme[] = [
  { prefix: [...TWELVE_ZEROS.slice(0, 10), 0xff, 0xff], at: 12 }, // mapped, RFC 4291 §2.5.5.2
  { prefix: TWELVE_ZEROS, at: 12 }, // compatible, RFC 4291 §2.5.5.1
  { prefix: [...TWELVE_ZEROS.slice(0, 8), 0xff, 0xff, 0, 0], at: 12 }, // translated, RFC 2765 §2.1
  { prefix: [...NAT64_WELL_KNOWN, 0, 0, 0, 0, 0, 0, 0, 0], at: 12 }, // NAT64, RFC 6052 §2.1
  { prefix: [...NAT64_WELL_KNOWN, 0, 1], at: 12 }, // local-use NAT64, RFC 8215, as a /96 of it
  { prefix: [0x20, 0x02], at: 2 }, // 6to4, RFC 3056 §2
  { prefix: [0x20, 0x01, 0, 0], at: 12, inverted: true }, // Teredo, RFC 4380 §4
];

/** The embedded IPv4 address as a dotted quad, or null. `::` and `::1` are themselves and embed nothing. */
export function embeddedIPv4(address: string): string | null {
  const octets = ipOctets(address);
  if (octets === null || octets.length !== 16 || isSelf(octets)) return null;
  const scheme = SCHEMES.find(({ prefix }) => prefix.every((octet, index) => octets[index] === octet));
  if (scheme === undefined) return null;
  const quad = [...octets.subarray(scheme.at, scheme.at + 4)];
  return quad.map((octet) => (scheme.inverted === true ? octet ^ 0xff : octet)).join('.');
}

function isSelf(octets: Buffer): boolean {
  return octets.subarray(0, 15).every((octet) => octet === 0) && octets.readUInt8(15) <= 1;
}
