// Whether a push only goes forward, as far as the commits in its own pack can tell.

import { createHash } from 'node:crypto';
import type { ObjectFormat } from './git-commands.ts';
import { allCommits } from './git-pack.ts';

/** Of all commands of a push together: thousands of them may each ask for a walk. */
const MAX_STEPS = 50_000;

/** `no` is proved too: the whole history is here, and the old commit is not in it. */
type Descent = 'yes' | 'no' | 'unknown';

export interface Lineage {
  /** Does `tip` descend from `base`? */
  descent(tip: string, base: string): Descent;
}

/**
 * The lineage of the commits in the pack at `start`. Git puts the newest commits first and all of them before trees and files, other clients mix
 * them: the pack is read until it tells.
 */
export function readLineage(bytes: Buffer, start: number, format: ObjectFormat): Lineage {
  const idOf = (commit: Buffer): string => createHash(format).update(`commit ${commit.length}\0`).update(commit).digest('hex');
  const commits = allCommits(bytes, start, format === 'sha256' ? 32 : 20, idOf);
  const parents = new Map<string, readonly string[]>();
  const steps = { left: MAX_STEPS };
  let ended = false;
  return {
    descent(tip, base) {
      // Ever larger bites, so that walking again costs little beside reading.
      for (let bite = 16; ; bite *= 4) {
        const found = walk(parents, tip, base, steps);
        if (found !== 'unknown' || ended) return found;
        for (let count = 0; count < bite && !ended; count += 1) {
          const next = commits.next();
          if (next.done === true) ended = true;
          else parents.set(next.value.oid, readParents(next.value.data));
        }
      }
    },
  };
}

type Parents = ReadonlyMap<string, readonly string[]>;

/** INVARIANT: a chain of hashes can't be forged. Where it leaves the pack it may go on in commits that upstream has: `unknown`. */
function walk(parents: Parents, tip: string, base: string, steps: { left: number }): Descent {
  const seen = new Set<string>();
  const open = [tip];
  let left = false;
  for (let oid = open.pop(); oid !== undefined; oid = open.pop()) {
    if (oid === base) return 'yes';
    steps.left -= 1;
    if (steps.left < 0) return 'unknown';
    if (seen.has(oid)) continue;
    seen.add(oid);
    const next = parents.get(oid);
    if (next === undefined) left = true;
    else open.push(...next);
  }
  return left ? 'unknown' : 'no';
}

/** The header lines alone: what a message says is no parent. */
function readParents(commit: Buffer): string[] {
  const end = commit.indexOf('\n\n');
  const parents: string[] = [];
  for (const line of commit.toString('latin1', 0, end < 0 ? commit.length : end).split('\n')) {
    const oid = /^parent ([0-9a-f]+)$/.exec(line)?.[1];
    if (oid !== undefined) parents.push(oid);
    else if (!line.startsWith('tree ')) break;
  }
  return parents;
}
