// Where the chain ends: read from the store and checked before anything is added to it.

import { InterlockError } from '../errors.ts';
import { readCheckpoint } from './checkpoint.ts';
import { decodeEntry, leafHash, NO_PREVIOUS } from './entry-codec.ts';
import type { StoreView } from './store.ts';
import { ENTRIES_END, ENTRY_PREFIX, entryKey, HEAD_KEY, parseEntryKey, SYNCED_KEY } from './store-keys.ts';

export interface Head {
  /** Entries in the chain; the next one's sequence. */
  readonly size: number;
  /** Leaf hash of the last entry, 64 zeros when there is none. */
  readonly hash: string;
  /** Entries that are surely on disk. */
  readonly synced: number;
  /** The signed checkpoint; empty when there is no entry. */
  readonly note: string;
}

export const EMPTY_HEAD: Head = { size: 0, hash: NO_PREVIOUS, synced: 0, note: '' };

/** How many of the last entries are checked at a start; the whole chain is `verify`'s work. */
const CHECKED_AT_START = 64;

/**
 * The head, after its signature and the last entries were checked against each other; null when the store holds no entry at all.
 * Head and entries are written in one batch, so none can be ahead of the other: a difference is damage or tampering, and adding to
 * such a chain would sign it. Throws STORE_CORRUPT.
 */
export async function readHead(store: StoreView, publicKey: string): Promise<Head | null> {
  const note = await store.get(HEAD_KEY);
  const last = await lastSequence(store, note === undefined ? 0 : claimedSize(note, publicKey));
  if (note === undefined) {
    if (last === null) return null;
    throw corrupt('there are entries but no signed head');
  }
  const { size, head } = open(note, publicKey);
  if (last !== size - 1)
    throw corrupt(
      `the signed head speaks of ${size} entries, ${last === null ? 'and its last entry is missing' : `the last one found is ${last}`}`,
    );
  await checkTail(store, size, head);
  return { size, hash: head, synced: readSynced(await store.get(SYNCED_KEY), size), note };
}

function claimedSize(note: string, publicKey: string): number {
  return open(note, publicKey).size;
}

function open(note: string, publicKey: string): { readonly size: number; readonly head: string } {
  try {
    return readCheckpoint(note, publicKey);
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

async function checkTail(store: StoreView, size: number, head: string): Promise<void> {
  const first = Math.max(0, size - CHECKED_AT_START);
  let previous: string | null = first === 0 ? NO_PREVIOUS : null;
  for (let sequence = first; sequence < size; sequence += 1) {
    const text = await store.get(entryKey(sequence));
    const entry = text === undefined ? null : decodeEntry(text);
    if (text === undefined || entry === null) throw corrupt(`entry ${sequence} is missing or unreadable`);
    if (entry.sequence !== sequence || (previous !== null && entry.previous !== previous))
      throw corrupt(`entry ${sequence} does not follow the one before`);
    previous = leafHash(text);
  }
  if (previous !== head) throw corrupt(`the last entry, ${size - 1}, is not the one that the head signs`);
}

function readSynced(text: string | undefined, size: number): number {
  const synced = Number(text ?? '0');
  return Number.isSafeInteger(synced) ? Math.min(Math.max(synced, 0), size) : 0;
}

function corrupt(why: string, cause?: unknown): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the ledger does not hold: ${why}`, {
    cause,
    hint: 'run `interlock ledger verify`, keep a copy of the data folder as it is, and restore it from a backup',
  });
}
