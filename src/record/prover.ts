// What a proof is made of: an entry's own text, its place in the tree of a signed checkpoint, and that one checkpoint goes on from another.

import { InterlockError } from '../errors.ts';
import { decodeHidden } from './entry-codec.ts';
import type { LedgerKey } from './key-change.ts';
import type { HiddenValues } from './reveal.ts';
import { entryKey, hiddenKey } from './store-keys.ts';
import type { StoreView } from './store.ts';
import { treeReader, treeSource } from './tree-reader.ts';

export interface Evidence {
  /** Canonical text, as hashed. */
  readonly text: string;
  /** Audit path in the tree of `size` entries, hex, from the leaf's sibling upwards. */
  readonly path: readonly string[];
  /** Hidden values that are still kept, with their salts. */
  readonly hidden: HiddenValues;
}

export interface LedgerProver {
  /** Base64 of the raw key that signs. */
  readonly publicKey: string;
  /** All keys, first to last; the first counts from 0. */
  keys(): readonly LedgerKey[];
  /** The newest checkpoint that is written. `note` is empty when there is no entry. */
  head(): { readonly note: string; readonly size: number };
  /** Of entry `sequence` in the tree of `size` entries. Throws NAME_UNKNOWN when there is none, STORE_CORRUPT when it is damaged. */
  evidence(sequence: number, size: number): Promise<Evidence>;
  /** Root over the first `size` entries, hex. */
  root(size: number): Promise<string>;
  /** Proof that the first `older` of `newer` entries are the tree of an older checkpoint. Throws USAGE for sizes that make no sense. */
  consistency(older: number, newer: number): Promise<string[]>;
}

export function createProver(
  store: StoreView,
  signed: {
    readonly keys: () => { readonly publicKey: string; readonly keys: readonly LedgerKey[] };
    readonly head: LedgerProver['head'];
    /** Of an entry that was dropped: its segment, and what is kept of it, which is nothing for most. Null: it was not dropped. */
    readonly dropped: (sequence: number) => Promise<Dropped | null>;
  },
): LedgerProver {
  // One for all questions: it remembers the part of the tree that was asked about last.
  const tree = treeReader(treeSource(store));
  return {
    get publicKey() {
      return signed.keys().publicKey;
    },
    keys: () => signed.keys().keys,
    head: signed.head,
    async evidence(sequence, size) {
      if (!Number.isSafeInteger(sequence) || sequence < 0 || sequence >= size)
        throw new InterlockError('NAME_UNKNOWN', 'there is no such entry', {
          hint: 'an id is the number that `interlock ledger tail` shows',
        });
      const [text, hiddenText] = await Promise.all([store.get(entryKey(sequence)), store.get(hiddenKey(sequence))]);
      const hidden = hiddenText === undefined ? {} : decodeHidden(hiddenText);
      const gone = text === undefined ? await signed.dropped(sequence) : null;
      if (gone !== null) return outlived(sequence, gone, await tree.inclusion(gone.first, size, gone.entries));
      if (text === undefined || hidden === null)
        throw new InterlockError('STORE_CORRUPT', `entry ${sequence} is missing or unreadable`, {
          hint: 'run `interlock ledger verify`',
        });
      return { text, path: await tree.inclusion(sequence, size), hidden };
    },
    root: (size) => tree.root(size),
    consistency: (older, newer) => tree.consistency(older, newer),
  };
}

interface Dropped {
  readonly first: number;
  readonly entries: number;
  readonly kept: { readonly text: string; readonly path: readonly string[] } | null;
}

/** A few entries outlive their segment, with the way to its node; `above`: from there to the root. */
function outlived(sequence: number, { kept }: Dropped, above: readonly string[]): Evidence {
  if (kept !== null) return { text: kept.text, path: [...kept.path, ...above], hidden: {} };
  throw new InterlockError('NAME_UNKNOWN', `entry ${sequence} was dropped by retention`, {
    hint: '`interlock ledger search --type retention` tells when and by which rule',
  });
}
