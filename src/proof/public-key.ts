// The public key that a reader pins, in the forms that it is handed on in.

import { createPublicKey } from 'node:crypto';
import { InterlockError } from '../errors.ts';

const RAW = /^[A-Za-z0-9+/]{43}=$/;
const RAW_BYTES = 32;

/** Is this a key itself (base64 of 32 bytes, as `ledger verify` prints it), and no file's name? */
export function isRawKey(text: string): boolean {
  return RAW.test(text);
}

/** Base64 of the raw key, from that or from PEM. Throws USAGE; a private key is refused, since it has no business there. */
export function pinnedKey(text: string): string {
  const trimmed = text.trim();
  if (RAW.test(trimmed)) return trimmed;
  if (trimmed.includes('PRIVATE KEY'))
    throw new InterlockError('USAGE', 'this is a private key: a verifier needs only the public one', {
      hint: 'give the base64 that `interlock ledger verify` prints as public key',
    });
  try {
    const key = createPublicKey(trimmed);
    // RFC 8410: the SubjectPublicKeyInfo of Ed25519 ends in the 32 bytes of the key.
    if (key.asymmetricKeyType === 'ed25519')
      return key.export({ type: 'spki', format: 'der' }).subarray(-RAW_BYTES).toString('base64');
  } catch {
    // told below
  }
  throw new InterlockError('USAGE', 'this is no Ed25519 public key', {
    hint: 'give the base64 of its 32 bytes as `interlock ledger verify` prints it, or a PEM file',
  });
}
