// Walks pages of a chain: each entry by the quick check where that is sure of it, and over the parts that were dropped.

import { addEntry, countErased, step } from './chain-walk.ts';
import type { Walk } from './chain-walk.ts';
import { passOver } from './dropped-part.ts';
import type { DroppedPart } from './dropped-part.ts';
import type { QuickCheck } from './quick-check.ts';
import { entryKey, hiddenKey } from './store-keys.ts';

type Page = ReadonlyArray<readonly [key: string, value: string]>;

export interface PageWalk {
  /** All pairs of a page. False: a problem was found and the walk is over. */
  take(page: Page): boolean;
}

/** `dropped`: ascending. */
export function pageWalk(walk: Walk, quick: QuickCheck, dropped: readonly DroppedPart[]): PageWalk {
  let due = 0;
  return {
    take(page) {
      for (let i = 0; i < page.length; ) {
        for (let part = dropped[due]; part?.manifest.first === walk.next; part = dropped[due]) {
          due += 1;
          if (!passOver(walk, part)) return false;
        }
        const taken = stepQuickly(walk, page, i, quick);
        const pair = page[i];
        if (taken === 0 && pair !== undefined && !step(walk, pair[0], pair[1])) return false;
        i += Math.max(1, taken);
      }
      return true;
    },
  };
}

/** How many pairs were taken: none where a closer look is needed, and at the end of a page, behind which hidden values may follow. */
function stepQuickly(
  walk: Walk,
  page: ReadonlyArray<readonly [key: string, value: string]>,
  i: number,
  quick: QuickCheck,
): number {
  const [pair, next] = [page[i], page[i + 1]];
  if (pair === undefined || next === undefined || walk.doubt !== null || walk.lost.linkGone) return 0;
  const key = entryKey(walk.next);
  if (pair[0] !== key) return 0;
  const hidden = next[0] === hiddenKey(walk.next) ? next[1] : null;
  const checked = quick.check({ sequence: walk.next, previous: walk.hash }, pair[1], hidden);
  if (checked === null) return 0;
  countErased(walk);
  walk.erased += checked.erased;
  walk.tracker.see(checked.entry);
  addEntry(walk, checked.hash);
  return hidden === null ? 1 : 2;
}
