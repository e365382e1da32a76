// Ledgers of before kept their state, their keys and their tree behind all entries. Once, when such a ledger is opened, they are moved to the front.

import type { StateChange } from './ledger.ts';
import { FRONT } from './placing.ts';
import type { Pair, Store } from './store.ts';
import { ENTRIES_END } from './store-keys.ts';

const LAST = '\uffff';

/**
 * Each batch moves whole pairs, so a crash leaves every one of them in one of its two places, and the next open goes on. Nobody reads before
 * it is through. `level`: LevelDB itself.
 */
export async function moveKeys(level: Store): Promise<void> {
  let moved = 0;
  for await (const page of level.pages({ from: ENTRIES_END, to: LAST })) {
    await level.write(page.flatMap(toFront), false);
    moved += page.length;
  }
  // The tables that held them span what is written from now on.
  if (moved > 0) await level.compact(ENTRIES_END, LAST);
}

/** INVARIANT: the deletion comes first: whoever reads the files without LevelDB takes what was said last of a key, wherever it lies. */
function toFront([key, value]: Pair): StateChange[] {
  return [{ del: key }, { put: FRONT + key, value }];
}
