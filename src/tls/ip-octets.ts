// An IP address as the octets that certificates and address lists compare.

import { isIPv4, isIPv6 } from 'node:net';

/** 4 octets for IPv4, 16 for IPv6 in any text form without a zone; null for anything else. */
export function ipOctets(address: string): Buffer | null {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  if (!isIPv6(address) || address.includes('%')) return null;
  // The URL parser writes every form, also the one with a dotted tail, as hex groups.
  const hex = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail = ''] = hex.split('::');
  const left = groups(head);
  const right = groups(tail);
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  const octets = Buffer.alloc(16);
  [...left, ...zeros, ...right].forEach((group, index) => octets.writeUInt16BE(group, index * 2));
  return octets;
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
