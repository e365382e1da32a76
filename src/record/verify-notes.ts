// Signed checkpoints as a walk of the chain meets them: the head in the store, and those that were kept elsewhere.

import { readCheckpoint } from './checkpoint.ts';
import type { Checkpoint, LedgerName } from './checkpoint.ts';
import { rootOf } from './merkle.ts';

/** A checkpoint that was kept elsewhere, and what to call it in a message: `the checkpoint in audit.note`. */
export interface KeptNote {
  readonly source: string;
  readonly note: string;
}

export interface ReadNote {
  readonly source: string;
  readonly checkpoint: Checkpoint | null;
  /** Why there is no checkpoint. */
  readonly problem: string;
}

export function readNote(
  { source, note }: { readonly source: string; readonly note: string | undefined },
  name: LedgerName,
): ReadNote {
  if (note === undefined) return { source, checkpoint: null, problem: 'there is none' };
  try {
    return { source, checkpoint: readCheckpoint(note, name), problem: '' };
  } catch (error) {
    return { source, checkpoint: null, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Is it what the checkpoint attests? `hash`: leaf hash of the last entry; `peaks`: of the tree over all of them. Of a chain of its size. */
export function matches(
  { attests, hash }: Checkpoint,
  chain: { readonly hash: string; readonly peaks: readonly string[] },
): boolean {
  return hash === (attests === 'root' ? rootOf(chain.peaks) : chain.hash);
}
