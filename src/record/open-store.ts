// Opens the ledger's store, under the keys of store-keys.ts.

import { moveKeys } from './move-keys.ts';
import { placedStore } from './placed-store.ts';
import { openLevelStore } from './store.ts';
import type { Store } from './store.ts';

/** `openLevelStore` of store.ts with the keys where placing.ts puts them; a ledger of before is moved. Throws as that does. */
export async function openStore(
  dataDir: string,
  options: { readonly create: boolean; readonly folder?: string },
): Promise<Store> {
  const level = await openLevelStore(dataDir, options);
  try {
    await moveKeys(level);
    return placedStore(level);
  } catch (error) {
    await level.close();
    throw error;
  }
}
