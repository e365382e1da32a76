// A salted commitment: what the chain hashes in the place of a personal or sensitive value, so that the value can be erased later.

import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { canonical } from './canonical.ts';
import type { Json } from './canonical.ts';

/** Separates these digests from every other use of SHA-256 here; a change of the construction changes this text. */
export const HIDDEN_DOMAIN = 'interlock:commitment:v1';
const SALT_BYTES = 16;
const POOL_BYTES = 4096;

/** A value that the chain commits to, kept beside the entry. `salt`: 32 lower-case hex digits. */
export interface Hidden {
  readonly salt: string;
  readonly value: Json;
}

/** What stands in the hashed entry: 64 lower-case hex digits. */
interface Commitment {
  readonly commitment: string;
}

/**
 * SHA-256 over `interlock:commitment:v1`, NUL, the salt in hex, NUL and the canonical value, in lower-case hex.
 * Hiding rests on the salt: 128 random bits make guessing a mail address or an amount useless once the salt is erased with it.
 */
export function commit(value: Json, salt: string): string {
  return commitText(canonical(value), salt);
}

/** `commit` for a value whose canonical text is at hand. */
export function commitText(text: string, salt: string): string {
  return hash('sha256', `${HIDDEN_DOMAIN}\0${salt}\0${text}`, 'hex');
}

/** Does this value with this salt open that commitment? */
export function opens(hidden: Hidden, commitment: string): boolean {
  const made = Buffer.from(commit(hidden.value, hidden.salt), 'latin1');
  const given = Buffer.from(commitment, 'latin1');
  return made.length === given.length && timingSafeEqual(made, given);
}

/** Is this the object that stands for a hidden value? Facts are never objects and resources have `type` and `id`, so nothing else is. */
export function isCommitment(value: unknown): value is Commitment {
  return typeof value === 'object' && value !== null && 'commitment' in value && typeof value.commitment === 'string';
}

let pool: Buffer = Buffer.alloc(0);
let used = 0;

/** 128 fresh random bits in hex. Cut from a pool, since a call into the random source costs more than the hash it feeds. */
export function newSalt(): string {
  if (used + SALT_BYTES > pool.length) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  const salt = pool.toString('hex', used, used + SALT_BYTES);
  // Erased as it is handed out: a later memory disclosure does not give the salts of values that were erased.
  pool.fill(0, used, used + SALT_BYTES);
  used += SALT_BYTES;
  return salt;
}
