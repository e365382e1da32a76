// Walks pages of a chain: each entry by the quick check where that is sure of it, and over the parts that were dropped.

import { isUtf8 } from 'node:buffer';
import { addEntry, countErased, step } from './chain-walk.ts';
import type { Walk } from './chain-walk.ts';
import { passOver } from './dropped-part.ts';
import type { DroppedPart } from './dropped-part.ts';
import type { Checked, EntryLine, QuickCheck } from './quick-check.ts';
import type { PlainFrame } from './segments.ts';
import { entryKey, hiddenKey } from './store-keys.ts';

type Page = ReadonlyArray<readonly [key: string, value: string]>;

const LINE_FEED = 0x0a;
const NOTHING = Buffer.alloc(0);

export interface PageWalk {
  /** All pairs of a page, or all entries of a frame. False: a problem was found and the walk is over. */
  take(page: Page | PlainFrame): boolean;
}

/** `dropped`: ascending. */
export function pageWalk(walk: Walk, quick: QuickCheck, dropped: readonly DroppedPart[]): PageWalk {
  let due = 0;
  const passDropped = (): boolean => {
    for (let part = dropped[due]; part?.manifest.first === walk.next; part = dropped[due]) {
      due += 1;
      if (!passOver(walk, part)) return false;
    }
    return true;
  };
  const takePairs = (page: Page): boolean => {
    for (let i = 0; i < page.length; ) {
      if (!passDropped()) return false;
      const taken = stepQuickly(walk, page, i, quick);
      const pair = page[i];
      if (taken === 0 && pair !== undefined && !step(walk, pair[0], pair[1])) return false;
      i += Math.max(1, taken);
    }
    return true;
  };
  return { take: (page) => ('entries' in page && 'first' in page ? takeFrame(walk, page, quick, passDropped) : takePairs(page)) };
}

/** Each line of a frame, from its bytes: no text is made of what the quick check is sure of. */
function takeFrame(walk: Walk, { first, entries, values }: PlainFrame, quick: QuickCheck, passDropped: () => boolean): boolean {
  const readable = isUtf8(entries) && (values === null || isUtf8(values));
  const hidden = values ?? NOTHING;
  let hiddenAt = 0;
  let sequence = first;
  for (let at = 0; at < entries.length; sequence += 1) {
    const end = entries.indexOf(LINE_FEED, at);
    const hiddenEnd = Math.max(hiddenAt, hidden.indexOf(LINE_FEED, hiddenAt));
    if (!passDropped()) return false;
    const line = { entries, at, end, hidden, hiddenAt, hiddenEnd };
    const taken = readable && sequence === walk.next && takeLine(walk, line, quick);
    if (!taken && !stepLine(walk, sequence, line)) return false;
    at = end + 1;
    hiddenAt = hiddenEnd < hidden.length ? hiddenEnd + 1 : hiddenEnd;
  }
  return true;
}

function takeLine(walk: Walk, line: EntryLine, quick: QuickCheck): boolean {
  if (walk.doubt !== null || walk.lost.linkGone) return false;
  const checked = quick.checkLine({ sequence: walk.next, previous: walk.hash }, line);
  if (checked === null) return false;
  seeChecked(walk, checked);
  return true;
}

function stepLine(walk: Walk, sequence: number, { entries, at, end, hidden, hiddenAt, hiddenEnd }: EntryLine): boolean {
  if (end > at && !step(walk, entryKey(sequence), entries.toString('utf8', at, end))) return false;
  return hiddenEnd === hiddenAt || step(walk, hiddenKey(sequence), hidden.toString('utf8', hiddenAt, hiddenEnd));
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
  seeChecked(walk, checked);
  return hidden === null ? 1 : 2;
}

function seeChecked(walk: Walk, checked: Checked): void {
  countErased(walk);
  walk.erased += checked.erased;
  walk.tracker.see(checked.entry);
  addEntry(walk, checked.hash);
}
