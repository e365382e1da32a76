// Tokens: 256 random bits behind a prefix that tells what they open, kept only as a SHA-256 hash.

import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a token is for. The prefix keeps an agent's token from ever being looked up as a user's (threat D1). */
type TokenKind = 'agent' | 'user' | 'session';

const PREFIX: Readonly<Record<TokenKind, string>> = { agent: 'ilk_a_', user: 'ilk_u_', session: 'ilk_s_' };
const TOKEN_BYTES = 32;
/** Prefix and 43 base64url digits. Anything of another length is not one of ours. */
const TOKEN_SHAPE = /^ilk_([aus])_[A-Za-z0-9_-]{43}$/;

/** A fresh token. It is shown once and never stored. */
export function mintToken(kind: TokenKind): string {
  return PREFIX[kind] + randomBytes(TOKEN_BYTES).toString('base64url');
}

/** SHA-256 in lower-case hex. A plain hash will do: 256 random bits can't be guessed back from it. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}

/** What a token claims to be for, or null when it has not the shape of one. Says nothing about whether it is valid. */
export function tokenKind(token: string): TokenKind | null {
  switch (TOKEN_SHAPE.exec(token)?.[1]) {
    case 'a':
      return 'agent';
    case 'u':
      return 'user';
    case 's':
      return 'session';
    default:
      return null;
  }
}

/** Compares two hex hashes in a time that does not depend on where they differ. */
export function sameHash(left: string, right: string): boolean {
  const a = Buffer.from(left, 'latin1');
  const b = Buffer.from(right, 'latin1');
  return a.length === b.length && timingSafeEqual(a, b);
}
