// What is in the store after a write of it failed: opened anew, read, and held against what was acknowledged.

import { InterlockError } from '../errors.ts';
import { headSigner } from './group.ts';
import type { HeadSigner } from './group.ts';
import { EMPTY_HEAD, readHead } from './head.ts';
import type { Head } from './head.ts';
import { keptKeys } from './key-files.ts';
import type { Signer } from './signer.ts';
import type { Store } from './store.ts';

interface Failed {
  readonly store: Store;
  readonly ledger: string;
  /** The last head that was surely written. */
  readonly head: Head;
  readonly signing: HeadSigner;
  /** Of a change of keys that may be in the store or not. */
  readonly drafted: Signer | null;
}

/**
 * After a failed write the log may end in half a record. LevelDB would append behind it, and a later start would drop everything up to
 * the next block: acknowledged entries lost in silence. Opening again recovers the log and starts a new one.
 * Throws RECORD_FAILED when less is found than was acknowledged, and what `readHead` and opening throw.
 */
export async function reopenChain({ store, ledger, head, signing, drafted }: Failed): Promise<Pick<Failed, 'head' | 'signing'>> {
  await store.reopen();
  const current = (await keptKeys(store)).at(-1)?.publicKey;
  const now = drafted !== null && drafted.publicKey === current ? headSigner(ledger, drafted) : signing;
  const found = (await readHead(store, { ledger, publicKey: now.signer.publicKey })) ?? EMPTY_HEAD;
  if (found.size > head.size || (found.size === head.size && found.hash === head.hash)) return { head: found, signing: now };
  throw new InterlockError(
    'RECORD_FAILED',
    `the ledger could not be written: ${head.size} entries were written and the store now holds ${found.size}`,
    { hint: 'nothing is forwarded until it can be: check free space and rights of the data folder' },
  );
}
