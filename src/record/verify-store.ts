// Verifies the chain in a store, or in a data folder whose ledger does not open.

import { ledgerOf } from './checkpoint.ts';
import type { LedgerName } from './checkpoint.ts';
import { storeCondition, openStore } from './store.ts';
import type { Store } from './store.ts';
import { InterlockError } from '../errors.ts';
import { DRAFT_KEY_FILE, loadSigner } from './signer.ts';
import { ENTRIES_END, ENTRY_PREFIX, HEAD_KEY, treeKey } from './store-keys.ts';
import { verifyChain } from './verify.ts';
import type { VerifyChainOptions } from './verify.ts';
import type { VerifyReport } from './verify-report.ts';

/** Verifies what is written at the call, on a view of its own, so a running ledger goes on meanwhile. */
export async function verifyStore(store: Store, name: LedgerName, options: VerifyChainOptions): Promise<VerifyReport> {
  const view = store.snapshot();
  try {
    const headNote = await view.get(HEAD_KEY);
    const pages = view.pages({ from: ENTRY_PREFIX, to: ENTRIES_END });
    const node = (height: number, index: number): Promise<string | undefined> => view.get(treeKey(height, index));
    return await verifyChain({ pages, headNote, name, node }, options);
  } finally {
    await view.close();
  }
}

/**
 * Verifies the ledger of a data folder that no process has open, also one that `openLedger` refuses.
 * Throws STORE_LOCKED, KEY_EXPOSED, and STORE_CORRUPT when LevelDB itself can't read it or the key is gone.
 */
export async function verifyFolder(dataDir: string, options: VerifyChainOptions): Promise<VerifyReport> {
  if (storeCondition(dataDir) !== 'present') {
    throw new InterlockError('STORE_CORRUPT', `there is no ledger in ${dataDir}`, {
      hint: 'restore the data folder from a backup',
    });
  }
  const store = await openStore(dataDir, { create: false });
  try {
    const signer = loadSigner(dataDir) ?? loadSigner(dataDir, DRAFT_KEY_FILE);
    if (signer === null)
      throw new InterlockError('STORE_CORRUPT', `the ledger's key is missing from ${dataDir}`, {
        hint: 'restore it from a backup',
      });
    return await verifyStore(store, ledgerOf(signer.publicKey), options);
  } finally {
    await store.close();
  }
}
