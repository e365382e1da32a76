// The Ed25519 key that signs the chain's heads.

import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { InterlockError } from '../errors.ts';
import { readPrivateFile, renameDurably, writePrivateFile } from './private-file.ts';

export const KEY_FILE = 'ledger-key.pem';
/** A key that has not signed a kept entry yet (see store.ts on the first start). */
export const DRAFT_KEY_FILE = 'ledger-key.pem.new';

export interface Signer {
  /** The raw 32 bytes (RFC 8032), base64. What a verifier pins. */
  readonly publicKey: string;
  /** First 16 hex digits of the raw key's SHA-256: enough to tell keys apart in a message. */
  readonly keyId: string;
  /** Signature of 64 bytes. Synchronous: on the thread pool the same signature costs twice the CPU. */
  sign(message: Buffer): Buffer;
}

/** The signer in this data folder, or null when there is none. Throws KEY_EXPOSED when others may read the file, STORE_CORRUPT when it is no Ed25519 key. */
export function loadSigner(dataDir: string, file: string = KEY_FILE): Signer | null {
  const path = join(dataDir, file);
  const pem = readPrivateFile(path);
  return pem === null ? null : signerFor(parseKey(path, pem));
}

/** Makes a key that becomes the ledger's with `keepSigner`. */
export function draftSigner(dataDir: string): Signer {
  const { privateKey } = generateKeyPairSync('ed25519');
  writePrivateFile(join(dataDir, DRAFT_KEY_FILE), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return signerFor(privateKey);
}

/** Gives the drafted key its lasting name. From then on a data folder without entries is a damaged one. */
export function keepSigner(dataDir: string): void {
  renameDurably(join(dataDir, DRAFT_KEY_FILE), join(dataDir, KEY_FILE));
}

/** The signer over a private key object. */
export function signerFor(privateKey: KeyObject): Signer {
  const raw = rawPublicKey(createPublicKey(privateKey));
  return {
    publicKey: raw.toString('base64'),
    keyId: keyIdOf(raw.toString('base64')),
    sign: (message) => sign(null, message, privateKey),
  };
}

/** The short name of a public key (base64 of 32 bytes). */
export function keyIdOf(publicKey: string): string {
  return hash('sha256', Buffer.from(publicKey, 'base64'), 'hex').slice(0, 16);
}

function rawPublicKey(key: KeyObject): Buffer {
  // RFC 8410: the SubjectPublicKeyInfo of Ed25519 ends in the 32 bytes of the key.
  return key.export({ type: 'spki', format: 'der' }).subarray(-32);
}

function parseKey(path: string, pem: Buffer): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Falls through: the parser's own message could quote the file.
  }
  throw new InterlockError('STORE_CORRUPT', `${path} is not an Ed25519 private key in PEM`, {
    hint: 'restore it from a backup: the chain was signed with it',
  });
}
