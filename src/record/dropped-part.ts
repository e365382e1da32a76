// The part of a chain that was dropped, as a walk passes over it: its manifest stands in the place of its entries.

import { advance, bad, checkDoubt, countErased } from './chain-walk.ts';
import type { Walk } from './chain-walk.ts';
import type { StoredEntry } from './entry-codec.ts';
import { addLeaf } from './merkle.ts';
import type { Segment } from './segments.ts';
import type { SegmentManifest } from './segment-manifest.ts';

export interface DroppedPart {
  readonly manifest: SegmentManifest;
  /** Entries that outlived it, proven to be in it; a text: why they can't be read. */
  readonly kept: readonly StoredEntry[] | string;
}

/** A segment, and what stands for it where its entries were dropped. */
export interface SealedPart {
  readonly segment: Segment;
  readonly dropped: DroppedPart | null;
}

/**
 * Takes the segment's node into the tree and goes on behind it. That the node is the true one shows in the signed root, which is made of it;
 * its first and last link show in the entries around it. False: a problem was found.
 */
export function passOver(walk: Walk, { manifest, kept }: DroppedPart): boolean {
  const { first, entries, previous, last, node } = manifest;
  countErased(walk);
  const linked = walk.lost.linkGone || previous === walk.hash;
  if (walk.doubt !== null) return checkDoubt(walk, linked);
  if (!linked)
    return bad(walk, first, `the segment from entry ${first} on, which was dropped, does not follow entry ${first - 1}`);
  if (typeof kept === 'string') return bad(walk, first, kept);
  let lastLost = false;
  for (const entry of kept) {
    const problem = walk.keys.see(entry.sequence, entry.body);
    if (problem !== null) return bad(walk, entry.sequence, `entry ${entry.sequence} holds ${problem}`);
    walk.drops.see(entry.body);
    // Lost entries themselves are counted by the entry that tells of the drop.
    lastLost = entry.body['type'] === 'lost';
    if (!lastLost) walk.lost.see(entry.body);
  }
  const height = Math.log2(entries);
  walk.made.push({ height, index: first / entries, hash: node });
  addLeaf(walk.peaks, first / entries, node, (made) => walk.made.push({ ...made, height: made.height + height }));
  walk.lost.passOver(lastLost);
  walk.drops.passOver(first, first + entries - 1);
  walk.tracker.passOver();
  advance(walk, entries, last);
  return true;
}
