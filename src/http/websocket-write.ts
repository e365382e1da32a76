// The few WebSocket frames that Interlock itself writes: a refusal in place of a message, and closes.

import { randomBytes } from 'node:crypto';
import { BINARY, CLOSE, TEXT, unmasked, type Side } from './websocket-frames.ts';

const MAX_REASON_BYTES = 123;

/** A whole message in one frame, as a server sends it (no mask). */
export function messageFrame(bytes: Buffer, text: boolean): Buffer {
  return Buffer.concat([head(text ? TEXT : BINARY, bytes.length, 0), bytes]);
}

/** `reason` is cut to what fits (RFC 6455 §5.5). A client's frames are masked (§5.3). */
export function closeFrame(code: number, reason: string, side: Side): Buffer {
  const payload = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), cut(reason)]);
  if (side === 'server') return Buffer.concat([head(CLOSE, payload.length, 0), payload]);
  const mask = randomBytes(4);
  return Buffer.concat([head(CLOSE, payload.length, 0x80), mask, unmasked(payload, mask, 0)]);
}

function cut(reason: string): Buffer {
  const bytes = Buffer.from(reason);
  let end = Math.min(bytes.length, MAX_REASON_BYTES);
  // Never in the middle of a character: a close reason must be UTF-8.
  while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}

function head(opcode: number, length: number, masked: number): Buffer {
  const first = 0x80 | opcode;
  if (length < 126) return Buffer.from([first, masked | length]);
  if (length < 65_536) return Buffer.from([first, masked | 126, length >> 8, length & 0xff]);
  const bytes = Buffer.alloc(10);
  bytes.set([first, masked | 127]);
  bytes.writeBigUInt64BE(BigInt(length), 2);
  return bytes;
}
