// Where a walk of the chain is, as a text: an interrupted one goes on from it, and a later one reads only what is new.
//
// What it pins: the ledger, how many entries, the leaf hash of the last, the tree over all of them, and the changes of keys with their
// signatures. Whoever could write it can't make another chain of it: what it says must lead to the root that the head signs, and each
// change of keys is checked anew. It can hide only what is in the entries before: they are not read again.

import { InterlockError } from '../errors.ts';
import { newWalk } from './chain-walk.ts';
import type { Walk } from './chain-walk.ts';
import { trackDrops } from './drops.ts';
import { decodeEntry, leafHash, parseObject } from './entry-codec.ts';
import { trackExchanges } from './exchange-tracker.ts';
import { walkKeys } from './key-walk.ts';
import { trackLost } from './lost-entries.ts';
import { isWalkState, WALK_FORMAT } from './walk-state-form.ts';
import type { WalkState } from './walk-state-form.ts';

/** Larger ones are not kept: thousands of exchanges would have to be open. */
const MAX_CHARS = 1024 * 1024;

/** Null where it would be too large. Between two entries, while nothing was found. */
export function walkState(walk: Walk, ledger: string): string | null {
  const state: WalkState = {
    format: WALK_FORMAT,
    ledger,
    next: walk.next,
    hash: walk.hash,
    open: walk.last !== null,
    peaks: [...walk.peaks],
    erased: walk.erased,
    lost: walk.lost.state(),
    drops: walk.drops.state(),
    keys: walk.keys.changes.map(({ sequence, body }) => ({ sequence, body: JSON.stringify(body) })),
    exchanges: walk.tracker.state(),
  };
  const text = JSON.stringify(state);
  return text.length > MAX_CHARS ? null : text;
}

/** Throws USAGE for a text that is none. */
export function readWalkState(text: string): WalkState {
  const read = text.length > MAX_CHARS ? null : parseObject(text);
  if (isWalkState(read)) return read;
  throw new InterlockError('USAGE', 'this is not where a verification stopped', {
    hint: 'leave out --resume, or name another file: everything is read then',
  });
}

/** The walk as it was. Throws USAGE for another ledger's, and where a change of keys in it does not hold. */
export function resumeWalk(state: WalkState, ledger: string, lastText: string | undefined): Walk {
  if (state.ledger !== ledger)
    throw new InterlockError(
      'USAGE',
      `this is where the verification of the ledger ${state.ledger} stopped, this one is ${ledger}`,
    );
  const walk = newWalk(trackExchanges(state.exchanges), walkKeys(ledger), {
    lost: trackLost(state.lost),
    drops: trackDrops(state.drops),
  });
  for (const { sequence, body } of state.keys) {
    const problem = walk.keys.see(sequence, parseObject(body) ?? {});
    if (problem !== null) throw new InterlockError('USAGE', `where the verification stopped is told with ${problem}`);
  }
  walk.next = state.next;
  walk.hash = state.hash;
  walk.peaks.push(...state.peaks);
  walk.erased = state.erased;
  const last = lastText === undefined ? null : decodeEntry(lastText);
  // INVARIANT: only of the very entry that was seen.
  if (state.open && last !== null && lastText !== undefined && leafHash(lastText) === state.hash)
    walk.last = { text: lastText, body: last.body };
  return walk;
}
