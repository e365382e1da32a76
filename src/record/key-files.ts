// Which key of the data folder signs this ledger: its file, a drafted one whose change is on record already, or none (threats F5, F14).

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { InterlockError } from '../errors.ts';
import { ledgerOfKeys } from './key-change.ts';
import type { LedgerKey } from './key-change.ts';
import { DRAFT_KEY_FILE, keepSigner, KEY_FILE, keyIdOf, loadSigner } from './signer.ts';
import type { Signer } from './signer.ts';
import type { StoreView } from './store.ts';
import { KEYS_KEY } from './store-keys.ts';

/** The keys of the ledger, first to last, as the store keeps them; empty while it has the first one. `verify` reads them from the entries. */
export async function keptKeys(store: Pick<StoreView, 'get'>): Promise<readonly LedgerKey[]> {
  const text = await store.get(KEYS_KEY);
  if (text === undefined) return [];
  const keys: unknown = parsed(text);
  if (Array.isArray(keys) && keys.length > 1 && keys.every(isLedgerKey)) return keys;
  throw corrupt('the list of its keys can not be read');
}

/** Key id of the first key: the ledger's name. */
export function ledgerId(keys: readonly LedgerKey[], signer: Signer): string {
  return ledgerOfKeys(keys, signer.publicKey);
}

/**
 * The signer in force, or null when there is no key file. A change of keys is an entry first and a file afterwards: after a crash between
 * the two the draft is the key in force and gets its name here; a draft whose change was never written is thrown away.
 * Throws STORE_CORRUPT when the file is not the key that the ledger says, KEY_EXPOSED.
 */
export function signerInForce(dataDir: string, keys: readonly LedgerKey[]): Signer | null {
  const signer = loadSigner(dataDir);
  if (signer === null) return null;
  const draft = join(dataDir, DRAFT_KEY_FILE);
  const current = keys.at(-1)?.publicKey;
  if (current === undefined || current === signer.publicKey) {
    if (existsSync(draft)) rmSync(draft);
    return signer;
  }
  const drafted = loadSigner(dataDir, DRAFT_KEY_FILE);
  if (drafted?.publicKey !== current)
    throw corrupt(
      `${join(dataDir, KEY_FILE)} is key ${signer.keyId}, and the ledger is signed by key ${keyIdOf(current)} by now`,
    );
  keepSigner(dataDir);
  return drafted;
}

function isLedgerKey(value: unknown): value is LedgerKey {
  if (typeof value !== 'object' || value === null || !('publicKey' in value) || !('from' in value)) return false;
  return typeof value.publicKey === 'string' && typeof value.from === 'number';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function corrupt(why: string): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the ledger does not hold: ${why}`, {
    hint: 'restore the data folder from a backup that is whole: keys and chain belong together',
  });
}
