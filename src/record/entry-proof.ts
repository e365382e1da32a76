// Does one entry stand where it should? Its links to its neighbours, its hidden values and the signature over the head, at the cost of a few reads.

import { readCheckpoint } from './checkpoint.ts';
import type { LedgerName } from './checkpoint.ts';
import { decodeEntry, leafHash, NO_PREVIOUS } from './entry-codec.ts';
import type { Head } from './head.ts';
import { rootOf } from './merkle.ts';
import { entryKey, hiddenKey } from './store-keys.ts';
import type { StoreView } from './store.ts';
import { checkHidden } from './verify-hidden.ts';

export interface EntryProof {
  /** It follows the entry before it, the one behind it (or the signed head) follows it, and its hidden values are those committed to. */
  readonly chain: boolean;
  /** The ledger's key signed a head behind it. That every link in between holds is what `interlock ledger verify` walks. */
  readonly signature: boolean;
}

/** Null for a sequence that there is not. */
export async function proveEntry(store: StoreView, sequence: number, head: Head, name: LedgerName): Promise<EntryProof | null> {
  if (!Number.isSafeInteger(sequence) || sequence < 0 || sequence >= head.size) return null;
  const [before, text, hidden, behind] = await Promise.all([
    sequence === 0 ? null : store.get(entryKey(sequence - 1)),
    store.get(entryKey(sequence)),
    store.get(hiddenKey(sequence)),
    sequence + 1 === head.size ? null : store.get(entryKey(sequence + 1)),
  ]);
  const signature = isSigned(head, name);
  const entry = text === undefined ? null : decodeEntry(text);
  if (text === undefined || entry === null || entry.sequence !== sequence) return { chain: false, signature };
  const previous = before === null ? NO_PREVIOUS : leafHash(before ?? '');
  const follower = behind === null ? head.hash : (decodeEntry(behind ?? '')?.previous ?? '');
  const sound = checkHidden(text, entry.body, hidden ?? null).problem === null;
  return { chain: entry.previous === previous && leafHash(text) === follower && sound, signature };
}

function isSigned(head: Head, name: LedgerName): boolean {
  try {
    const { size, hash } = readCheckpoint(head.note, name);
    return size === head.size && hash === rootOf(head.peaks);
  } catch {
    return false;
  }
}
