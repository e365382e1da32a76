// A group of entries becomes one atomic batch: the entries, what they hide, the state they change, the tree over them, and the new signed head.

import { encodeEntry, leafHash } from './entry-codec.ts';
import type { Head } from './head.ts';
import type { StateChange } from './ledger.ts';
import { addLeaf, rootOf } from './merkle.ts';
import type { TreeNode } from './merkle.ts';
import type { Pending } from './pending.ts';
import { entryKey, HEAD_KEY, hiddenKey, stateKey, SYNCED_KEY, treeKey } from './store-keys.ts';

interface Group {
  readonly changes: readonly StateChange[];
  /** The head once the batch is written. */
  readonly head: Head;
  /** One entry asked for the disk, so the whole batch goes there. */
  readonly sync: boolean;
}

/** Chains the entries onto `head` in their order. Signs once: the signature covers the root of the tree over all entries. */
export function sealGroup(head: Head, entries: readonly Pending[], checkpoint: (size: number, root: string) => string): Group {
  const changes: StateChange[] = [];
  const peaks = [...head.peaks];
  const keep = (made: TreeNode): void => void changes.push({ put: treeKey(made.height, made.index), value: made.hash });
  let { size, hash } = head;
  let sync = false;
  for (const entry of entries) {
    const text = encodeEntry(entry.bodyText, hash, size, entry.time);
    changes.push({ put: entryKey(size), value: text });
    if (entry.hiddenText !== null) changes.push({ put: hiddenKey(size), value: entry.hiddenText });
    for (const change of entry.state) changes.push(underState(change));
    if (entry.durability === 'synced') sync = true;
    hash = leafHash(text);
    addLeaf(peaks, size, hash, keep);
    size += 1;
  }
  const note = checkpoint(size, rootOf(peaks));
  changes.push({ put: HEAD_KEY, value: note });
  // Becomes true in the same instant as the batch reaches the disk.
  if (sync) changes.push({ put: SYNCED_KEY, value: String(size) });
  return { changes, head: { size, hash, peaks, synced: sync ? size : head.synced, note }, sync };
}

function underState(change: StateChange): StateChange {
  return 'put' in change ? { put: stateKey(change.put), value: change.value } : { del: stateKey(change.del) };
}
