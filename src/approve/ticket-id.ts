// Ticket ids: `t_` and 128 random bits in base32, so that knowing some tells nothing about the others (threat D2).

import { randomBytes } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_SHAPE = /^t_[a-z2-7]{26}$/;

export function newTicketId(): string {
  return randomId('t_');
}

/** A prefix and 128 random bits. */
export function randomId(prefix: string): string {
  let bits = 0n;
  for (const byte of randomBytes(16)) bits = (bits << 8n) | BigInt(byte);
  // 26 digits of 5 bits are 130: the two spare ones are zero, at the end.
  bits <<= 2n;
  let id = '';
  for (let i = 0; i < 26; i += 1) {
    id = ALPHABET.charAt(Number(bits & 31n)) + id;
    bits >>= 5n;
  }
  return prefix + id;
}

/** True for the shape alone: safe as part of a key or a file name. */
export function isTicketId(text: string): boolean {
  return ID_SHAPE.test(text);
}
