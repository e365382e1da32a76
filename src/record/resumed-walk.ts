// Whether a walk may go on where an earlier one stopped: the entry there is the same, and what was kept elsewhere covers the same beginning.

import { bad, compareKept } from './chain-walk.ts';
import type { Walk } from './chain-walk.ts';
import type { SealedPart } from './dropped-part.ts';
import { InterlockError } from '../errors.ts';
import { leafHash } from './entry-codec.ts';
import { rootOf } from './merkle.ts';
import { holdsConsistency, holdsInclusion } from './merkle-proof.ts';
import type { TreeReader } from './tree-reader.ts';
import type { ReadNote } from './verify-notes.ts';
import type { WalkState } from './walk-state-form.ts';

export interface Resumed {
  readonly state: WalkState;
  /** The last entry that was read, as it stands there now. */
  readonly lastText: string | undefined;
  /** The ledger's tree as it is now. What it says counts only as far as it proves it. */
  readonly tree: Pick<TreeReader, 'inclusion' | 'consistency'>;
}

/** What does not hold is put into `walk.bad`. Throws USAGE where the entries there were dropped since. */
export async function checkResumed(walk: Walk, resumed: Resumed, sealed: readonly SealedPart[]): Promise<void> {
  const { next, total } = walk;
  // Also without a checkpoint kept elsewhere: the state is one.
  if (total < next) {
    bad(walk, total, `entry ${total} is missing: ${next} entries were verified before, and the head counts ${total}`);
    return;
  }
  if (!isThere(walk, resumed.lastText, sealed)) {
    bad(walk, next - 1, `entry ${next - 1} is not the one that was verified before`);
    return;
  }
  compareKept(walk);
  for (const read of walk.kept) if (walk.bad === null) await compareOlder(walk, read, resumed, sealed);
}

function isThere({ next, hash }: Walk, lastText: string | undefined, sealed: readonly SealedPart[]): boolean {
  if (lastText !== undefined) return leafHash(lastText) === hash;
  const part = droppedAt(next - 1, sealed);
  if (part === undefined) return false;
  const { first, entries, last } = part.segment.manifest;
  if (first + entries === next) return last === hash;
  throw new InterlockError('USAGE', `the entries around entry ${next}, where the verification stopped, were dropped since then`, {
    hint: 'leave out --resume: everything that is there is read then',
  });
}

/** A checkpoint of fewer entries: is it of the beginning of those that were verified before? Proven, whoever keeps the tree. */
async function compareOlder(walk: Walk, read: ReadNote, { tree }: Resumed, sealed: readonly SealedPart[]): Promise<void> {
  const { checkpoint } = read.note ?? {};
  if (checkpoint === undefined || checkpoint.size === 0 || checkpoint.size >= walk.next) return;
  const { size, hash, attests } = checkpoint;
  // As in a walk that passes over it: the report says so.
  if (droppedAt(size - 1, sealed) !== undefined) return;
  const root = rootOf(walk.peaks);
  try {
    const holds =
      attests === 'root'
        ? holdsConsistency({ size, root: hash }, { size: walk.next, root }, await tree.consistency(size, walk.next))
        : holdsInclusion(hash, size - 1, walk.next, await tree.inclusion(size - 1, walk.next), root);
    walk.compared.add(read);
    if (!holds) walk.differing.add(read);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    bad(walk, size - 1, `the tree does not lead from ${read.source} to what was verified before: ${why}`);
  }
}

function droppedAt(sequence: number, sealed: readonly SealedPart[]): SealedPart | undefined {
  return sealed.find(({ dropped, segment: { manifest } }) => {
    return dropped !== null && manifest.first <= sequence && sequence < manifest.first + manifest.entries;
  });
}
