// A group of entries becomes one atomic batch: the entries, what they hide, the state they change, and the new signed head.

import { encodeEntry, leafHash } from './entry-codec.ts';
import type { Head } from './head.ts';
import type { StateChange } from './ledger.ts';
import type { Pending } from './pending.ts';
import { entryKey, HEAD_KEY, hiddenKey, stateKey, SYNCED_KEY } from './store-keys.ts';

interface Group {
  readonly changes: readonly StateChange[];
  /** The head once the batch is written. */
  readonly head: Head;
  /** One entry asked for the disk, so the whole batch goes there. */
  readonly sync: boolean;
}

/** Chains the entries onto `head` in their order. Signs once: the signature covers the last entry and through it all before. */
export function sealGroup(head: Head, entries: readonly Pending[], checkpoint: (size: number, hash: string) => string): Group {
  const changes: StateChange[] = [];
  let { size, hash } = head;
  let sync = false;
  for (const entry of entries) {
    const text = encodeEntry(entry.bodyText, hash, size, entry.time);
    changes.push({ put: entryKey(size), value: text });
    if (entry.hiddenText !== null) changes.push({ put: hiddenKey(size), value: entry.hiddenText });
    for (const change of entry.state) changes.push(underState(change));
    if (entry.durability === 'synced') sync = true;
    hash = leafHash(text);
    size += 1;
  }
  const note = checkpoint(size, hash);
  changes.push({ put: HEAD_KEY, value: note });
  // Becomes true in the same instant as the batch reaches the disk.
  if (sync) changes.push({ put: SYNCED_KEY, value: String(size) });
  return { changes, head: { size, hash, synced: sync ? size : head.synced, note }, sync };
}

function underState(change: StateChange): StateChange {
  return 'put' in change ? { put: stateKey(change.put), value: change.value } : { del: stateKey(change.del) };
}
