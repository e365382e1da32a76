// How much one exchange may ask to have judged and written down: each action is a question to the engine and lines in an entry.

import { InterlockError } from '../errors.ts';
import type { Action, Fact } from './action.ts';

/** A thousand questions hold the event loop for a quarter of a second at most; nobody pushes more refs at once by hand (threat G4). */
export const MAX_ACTIONS = 1000;

/** What the ledger cuts texts and lists to, and rather less than half of what it takes in one entry (a substitute is written too). */
const TEXT_CHARS = 2048;
const LIST_MEMBERS = 512;
const MAX_FACT_CHARS = 384 * 1024;

/**
 * Throws CLASSIFY_FAILED. INVARIANT: what is refused for its size is on record as refused: an entry with all its actions could not be
 * written, and then nothing would tell of the try but a gap (threat F15).
 */
export function checkActions(actions: readonly Action[]): void {
  if (actions.length > MAX_ACTIONS) throw tooMuch(`does ${actions.length} things at once, and at most ${MAX_ACTIONS} are judged`);
  let size = 0;
  for (const { resource, facts } of actions) {
    size += Math.min(resource.id.length, TEXT_CHARS);
    for (const name in facts) size += sizeOf(facts[name]);
  }
  if (size > MAX_FACT_CHARS) throw tooMuch('names more than can be judged and put on record at once');
}

function sizeOf(fact: Fact | undefined): number {
  if (typeof fact === 'string') return Math.min(fact.length, TEXT_CHARS);
  if (typeof fact !== 'object') return 8;
  let size = 0;
  for (const item of fact.slice(0, LIST_MEMBERS)) size += Math.min(item.length, TEXT_CHARS);
  return size;
}

function tooMuch(problem: string): InterlockError {
  return new InterlockError('CLASSIFY_FAILED', `this request ${problem}; send it in smaller pieces`);
}
