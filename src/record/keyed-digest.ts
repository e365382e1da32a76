// Keyed digests of guessable things, so that the record does not give away what a short body or a query value was.

import { createHmac, hash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { InterlockError } from '../errors.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';

export const SECRET_FILE = 'ledger-secret';
const SECRET_BYTES = 32;

type KeyedDigest = (bytes: Buffer | string) => string;

/** RFC 2104: the block size of SHA-256, and the two pads. */
const BLOCK_BYTES = 64;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;
/** Up to here one copy and two one-shot hashes cost a quarter of an Hmac object, and most digests are of heads and query values. */
const ONE_SHOT_BYTES = 8192;

/**
 * HMAC-SHA-256 with this data folder's secret (`ledger-secret`, 0600, made when missing), lower-case hex.
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
  const inner = Buffer.alloc(BLOCK_BYTES + ONE_SHOT_BYTES);
  const outer = Buffer.alloc(2 * BLOCK_BYTES - SECRET_BYTES);
  padded(secret, INNER_PAD).copy(inner);
  padded(secret, OUTER_PAD).copy(outer);
  return (bytes) => {
    const length = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length;
    if (length > ONE_SHOT_BYTES) return createHmac('sha256', secret).update(bytes).digest('hex');
    if (typeof bytes === 'string') inner.write(bytes, BLOCK_BYTES);
    else bytes.copy(inner, BLOCK_BYTES);
    // As text: a Buffer of its own costs twice the hash.
    outer.write(hash('sha256', inner.subarray(0, BLOCK_BYTES + length), 'binary'), BLOCK_BYTES, 'latin1');
    return hash('sha256', outer, 'hex');
  };
}

function padded(secret: Buffer, pad: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  secret.copy(block);
  return Buffer.from(block.map((byte) => byte ^ pad));
}

function makeSecret(path: string): Buffer {
  const secret = randomBytes(SECRET_BYTES);
  writePrivateFile(path, secret);
  return secret;
}
