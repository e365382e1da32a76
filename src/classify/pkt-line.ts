// pkt-line: git's framing. Four hex digits of length (counting themselves), then the payload (gitprotocol-common).

/** The largest packet, header included. Git's own LARGE_PACKET_MAX; a longer claim is an attack or noise. */
export const MAX_PACKET_BYTES = 65520;

/** Ends a list. */
export const FLUSH_PACKET = Buffer.from('0000', 'latin1');

export type Packet =
  | { readonly kind: 'data'; readonly payload: Buffer; readonly end: number }
  | { readonly kind: 'flush' | 'delimiter' | 'response-end'; readonly end: number };

/**
 * The packet that starts at `offset`; `end` is where the next one starts.
 * `more` when its bytes are not all there, `invalid` when no bytes to come can make it a packet.
 * The payload is a view, not a copy.
 */
export function readPacket(bytes: Buffer, offset: number): Packet | 'more' | 'invalid' {
  const digits = bytes.toString('latin1', offset, Math.min(offset + 4, bytes.length));
  if (!/^[0-9a-fA-F]*$/.test(digits)) return 'invalid';
  if (digits.length < 4) return 'more';
  const length = Number.parseInt(digits, 16);
  if (length === 0) return { kind: 'flush', end: offset + 4 };
  if (length === 1) return { kind: 'delimiter', end: offset + 4 };
  if (length === 2) return { kind: 'response-end', end: offset + 4 };
  if (length < 4 || length > MAX_PACKET_BYTES) return 'invalid';
  if (bytes.length < offset + length) return 'more';
  return { kind: 'data', payload: bytes.subarray(offset + 4, offset + length), end: offset + length };
}

/** One data packet. Throws RangeError when the payload is longer than a packet can hold: callers split first. */
export function writePacket(payload: Buffer | string): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload;
  const length = bytes.length + 4;
  if (length > MAX_PACKET_BYTES) throw new RangeError(`a pkt-line holds at most ${MAX_PACKET_BYTES - 4} bytes`);
  return Buffer.concat([Buffer.from(length.toString(16).padStart(4, '0'), 'latin1'), bytes]);
}

/** A payload without the one line feed that senders may add (gitprotocol-common: "should contain a LF, receivers must not complain"). */
export function chomp(payload: Buffer): Buffer {
  return payload.at(-1) === 0x0a ? payload.subarray(0, -1) : payload;
}
