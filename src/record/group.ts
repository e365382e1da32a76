// A group of entries becomes one atomic batch: the entries, what they hide, the state they change, the tree over them, and the new signed head.

import { checkpointWriter, withSignatures } from './checkpoint.ts';
import { encodeLeaf } from './entry-codec.ts';
import type { Head } from './head.ts';
import type { StateChange } from './ledger.ts';
import { addLeaf, rootOf } from './merkle.ts';
import type { TreeNode } from './merkle.ts';
import type { Pending, Rekey } from './pending.ts';
import type { Signer } from './signer.ts';
import { entryKey, HEAD_KEY, hiddenKey, KEYS_KEY, stateKey, SYNCED_KEY, treeKey } from './store-keys.ts';

export interface Group {
  readonly changes: readonly StateChange[];
  /** The head once the batch is written. */
  readonly head: Head;
  /** Who signed it, and signs what follows. */
  readonly signing: HeadSigner;
  /** One entry asked for the disk, so the whole batch goes there. */
  readonly sync: boolean;
}

/** Signs heads with the key in force. */
export interface HeadSigner {
  readonly signer: Signer;
  readonly checkpoint: (size: number, root: string) => string;
}

/** `ledger`: its name. */
export function headSigner(ledger: string, signer: Signer): HeadSigner {
  return { signer, checkpoint: checkpointWriter(signer, ledger) };
}

/** Chains the entries onto `head` in their order. Signs once: the signature covers the root of the tree over all entries. */
export function sealGroup(head: Head, entries: readonly Pending[], before: HeadSigner, ledger: string): Group {
  const changes: StateChange[] = [];
  const peaks = [...head.peaks];
  const keep = (made: TreeNode): void => void changes.push({ put: treeKey(made.height, made.index), value: made.hash });
  let { size, hash } = head;
  let sync = false;
  let signing = before;
  for (const entry of entries) {
    const leaf = encodeLeaf(entry.bodyText, hash, size, entry.time);
    changes.push({ put: entryKey(size), value: leaf.text });
    if (entry.hiddenText !== null) changes.push({ put: hiddenKey(size), value: entry.hiddenText });
    for (const change of entry.state) changes.push(underState(change));
    if (entry.durability === 'synced') sync = true;
    if (entry.rekey !== null) {
      signing = headSigner(ledger, entry.rekey.signer);
      changes.push({ put: KEYS_KEY, value: keysText(entry.rekey, size) });
    }
    hash = leaf.hash;
    addLeaf(peaks, size, hash, keep);
    size += 1;
  }
  const note = signedHead(before, signing, size, rootOf(peaks));
  changes.push({ put: HEAD_KEY, value: note });
  // Becomes true in the same instant as the batch reaches the disk. In each batch: one behind it tells that its sync had returned, also
  // when it does not read itself any more (store-check.ts).
  const synced = sync ? size : head.synced;
  changes.push({ put: SYNCED_KEY, value: String(synced) });
  return { changes, head: { size, hash, peaks, synced, note }, signing, sync };
}

/** The head of a change of keys has both signatures: whoever knows only the old key still can read it. */
function signedHead(before: HeadSigner, now: HeadSigner, size: number, root: string): string {
  const note = now.checkpoint(size, root);
  return before === now ? note : withSignatures(note, before.checkpoint(size, root));
}

function keysText({ signer, before, change }: Rekey, sequence: number): string {
  return JSON.stringify([...before, { publicKey: signer.publicKey, from: sequence, change }]);
}

function underState(change: StateChange): StateChange {
  return 'put' in change ? { put: stateKey(change.put), value: change.value } : { del: stateKey(change.del) };
}
