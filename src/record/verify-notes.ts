// Signed checkpoints as a walk of the chain meets them: the head in the store, and those that were kept elsewhere.

import { checkSigned, parseCheckpoint } from './checkpoint.ts';
import type { Checkpoint, CheckpointNote } from './checkpoint.ts';
import { keyAt } from './key-change.ts';
import type { LedgerKey } from './key-change.ts';
import { rootOf } from './merkle.ts';

/** A checkpoint that was kept elsewhere, and what to call it in a message: `the checkpoint in audit.note`. */
export interface KeptNote {
  readonly source: string;
  readonly note: string;
}

export interface ReadNote {
  readonly source: string;
  readonly note: CheckpointNote | null;
  /** Why there is no checkpoint. */
  readonly problem: string;
}

/** Who signed it is asked when the walk is over: only then the keys of the ledger are known. */
export function readNote({ source, note }: { readonly source: string; readonly note: string | undefined }): ReadNote {
  if (note === undefined) return { source, note: null, problem: 'there is none' };
  try {
    return { source, note: parseCheckpoint(note), problem: '' };
  } catch (error) {
    return { source, note: null, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Null, or why it says nothing about this ledger: no note, of another ledger, or not signed by the key that was in force at its size. */
export function noteProblem({ note, problem }: ReadNote, ledger: string, keys: readonly LedgerKey[]): string | null {
  if (note === null) return problem;
  const { checkpoint } = note;
  if (checkpoint.ledger !== ledger) return `it speaks of ${checkpoint.origin}, this is the ledger ${ledger}`;
  try {
    checkSigned(note, keyAt(keys, checkpoint.size) ?? '');
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Is it what the checkpoint attests? `hash`: leaf hash of the last entry; `peaks`: of the tree over all of them. Of a chain of its size. */
export function matches(
  { attests, hash }: Checkpoint,
  chain: { readonly hash: string; readonly peaks: readonly string[] },
): boolean {
  return hash === (attests === 'root' ? rootOf(chain.peaks) : chain.hash);
}
