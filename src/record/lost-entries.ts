// Entries that damage took, held against the repairs that tell of them: a walk accepts as many as are on record, and no more.

import type { Json } from './canonical.ts';

export interface LostEntries {
  see(body: { readonly [key: string]: Json }): void;
  /** Behind a lost entry the link is broken for good: what it named is gone. */
  readonly linkGone: boolean;
  /** A part was dropped; its last entry was a lost one, or not. */
  passOver(lastLost: boolean): void;
  /** Null: every lost entry is counted by the last repair. `dropped`: those in parts that were dropped. */
  problem(dropped: number): string | null;
  /** To go on from, in another walk. */
  state(): LostState;
}

export interface LostState {
  readonly marked: number;
  /** -1: the last repair names no number. */
  readonly counted: number;
  readonly linkGone: boolean;
}

export function trackLost(before: LostState = { marked: 0, counted: 0, linkGone: false }): LostEntries {
  let { marked, linkGone } = before;
  let counted: Json | undefined = before.counted;
  return {
    see(body) {
      linkGone = body['type'] === 'lost';
      if (linkGone) marked += 1;
      if (body['type'] === 'repair') counted = body['lostEntries'];
    },
    get linkGone() {
      return linkGone;
    },
    state: () => ({ marked, counted: typeof counted === 'number' ? counted : -1, linkGone }),
    passOver(lastLost) {
      linkGone = lastLost;
    },
    problem: (dropped) =>
      marked + dropped === counted
        ? null
        : `${marked + dropped} entries are marked as lost, and the last repair on record counts ${JSON.stringify(counted)}`,
  };
}
