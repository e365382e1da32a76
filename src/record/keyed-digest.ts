// Keyed digests of guessable things, so that the record does not give away what a short body or a query value was.

import { hash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { InterlockError } from '../errors.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';

export const SECRET_FILE = 'ledger-secret';
const SECRET_BYTES = 32;

export type KeyedDigest = (bytes: Buffer | string) => string;

/**
 * SHA-256(secret in hex || SHA-256(bytes) in hex) with this data folder's secret (`ledger-secret`, 0600, made when missing), lower-case
 * hex. The inner digest has one length, so nothing can be extended; two one-shot hashes cost a quarter of an Hmac object.
 * Losing the secret loses the comparison with older digests, nothing else; so a missing one is made anew.
 */
export function openKeyedDigest(dataDir: string): KeyedDigest {
  const path = join(dataDir, SECRET_FILE);
  const secret = readPrivateFile(path) ?? makeSecret(path);
  if (secret.length !== SECRET_BYTES) {
    throw new InterlockError('STORE_CORRUPT', `${path} holds ${secret.length} bytes, expected ${SECRET_BYTES}`, {
      hint: 'restore it, or move it away: digests made before then no longer compare',
    });
  }
  const key = secret.toString('hex');
  return (bytes) => hash('sha256', key + hash('sha256', bytes, 'hex'), 'hex');
}

function makeSecret(path: string): Buffer {
  const secret = randomBytes(SECRET_BYTES);
  writePrivateFile(path, secret);
  return secret;
}
