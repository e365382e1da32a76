// Where the chain ends: read from the store and checked before anything is added to it.

import { InterlockError } from '../errors.ts';
import { readCheckpoint } from './checkpoint.ts';
import type { Checkpoint, LedgerName } from './checkpoint.ts';
import { decodeEntry, leafHash, NO_PREVIOUS } from './entry-codec.ts';
import { rootOf } from './merkle.ts';
import type { StoreView } from './store.ts';
import { ENTRIES_END, ENTRY_PREFIX, entryKey, HEAD_KEY, parseEntryKey, SYNCED_KEY } from './store-keys.ts';
import { treeReader, treeSource } from './tree-reader.ts';

export interface Head {
  /** Entries in the chain; the next one's sequence. */
  readonly size: number;
  /** Leaf hash of the last entry, 64 zeros when there is none. */
  readonly hash: string;
  /** Of the Merkle tree over all entries, largest first (merkle.ts). */
  readonly peaks: readonly string[];
  /** Entries that are surely on disk. */
  readonly synced: number;
  /** The signed checkpoint; empty when there is no entry. */
  readonly note: string;
}

export const EMPTY_HEAD: Head = { size: 0, hash: NO_PREVIOUS, peaks: [], synced: 0, note: '' };

/** How many of the last entries are checked at a start; the whole chain is `verify`'s work. */
const CHECKED_AT_START = 64;

/**
 * The head, after its signature, the last entries and the tree were checked against each other; null when the store holds no entry at all.
 * Head and entries are written in one batch, so none can be ahead of the other: a difference is damage or tampering, and adding to
 * such a chain would sign it. Throws STORE_CORRUPT.
 */
export async function readHead(store: StoreView, name: LedgerName): Promise<Head | null> {
  const found = await signedEnd(store, name);
  if (found === null) return null;
  const { checkpoint, note } = found;
  const { size } = checkpoint;
  const hash = await tailHash(store, size);
  const peaks = await treeReader(treeSource(store)).peaks(size);
  if (checkpoint.hash !== (checkpoint.attests === 'root' ? rootOf(peaks) : hash))
    throw corrupt(`the entries are not the ${size} that the head signs`);
  return { size, hash, peaks, synced: readSynced(await store.get(SYNCED_KEY), size), note };
}

/** The signed head, when the last entry found is the one that it speaks of; null when there is neither. Throws STORE_CORRUPT. */
export async function signedEnd(
  store: StoreView,
  name: LedgerName,
): Promise<{ readonly checkpoint: Checkpoint; readonly note: string } | null> {
  const note = await store.get(HEAD_KEY);
  const checkpoint = note === undefined ? null : open(note, name);
  const last = await lastSequence(store, checkpoint?.size ?? 0);
  if (note === undefined || checkpoint === null) {
    if (last === null) return null;
    throw corrupt('there are entries but no signed head');
  }
  const { size } = checkpoint;
  if (last === size - 1) return { checkpoint, note };
  throw corrupt(
    `the signed head speaks of ${size} entries, ${last === null ? 'and its last entry is missing' : `the last one found is ${last}`}`,
  );
}

function open(note: string, name: LedgerName): Checkpoint {
  try {
    return readCheckpoint(note, name);
  } catch (cause) {
    throw corrupt(cause instanceof Error ? cause.message : 'the head can not be read', cause);
  }
}

/** Sequence of the last entry, looked for from shortly before where the head says it is. */
async function lastSequence(store: StoreView, size: number): Promise<number | null> {
  let last: number | null = null;
  for await (const page of store.pages({ from: size > 0 ? entryKey(size - 1) : ENTRY_PREFIX, to: ENTRIES_END })) {
    for (const [key] of page) last = parseEntryKey(key)?.sequence ?? last;
  }
  return last;
}

/** Leaf hash of the last entry, when it and those before it follow each other. */
async function tailHash(store: StoreView, size: number): Promise<string> {
  const first = Math.max(0, size - CHECKED_AT_START);
  let previous: string | null = first === 0 ? NO_PREVIOUS : null;
  let afterLost = false;
  for (let sequence = first; sequence < size; sequence += 1) {
    const text = await store.get(entryKey(sequence));
    const entry = text === undefined ? null : decodeEntry(text);
    if (text === undefined || entry === null) throw corrupt(`entry ${sequence} is missing or unreadable`);
    if (entry.sequence !== sequence || (previous !== null && !afterLost && entry.previous !== previous))
      throw corrupt(`entry ${sequence} does not follow the one before`);
    previous = leafHash(text);
    // What it names was lost by damage; verify holds such entries against the repair that tells of them.
    afterLost = entry.body['type'] === 'lost';
  }
  return previous ?? NO_PREVIOUS;
}

function readSynced(text: string | undefined, size: number): number {
  const synced = Number(text ?? '0');
  return Number.isSafeInteger(synced) ? Math.min(Math.max(synced, 0), size) : 0;
}

function corrupt(why: string, cause?: unknown): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the ledger does not hold: ${why}`, {
    cause,
    hint: 'run `interlock ledger verify`; restore the data folder from a backup, or run `interlock ledger repair`',
  });
}
