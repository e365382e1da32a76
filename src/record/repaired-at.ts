// When a repair could not save everything: state of before then may be older than what was done with it, so no room takes it at its word.

import type { StateStore } from './ledger.ts';

/** State key; its value is the time in RFC 3339. It stays: what was made since is not in doubt. */
export const REPAIRED_AT = 'repaired';

/**
 * Milliseconds since 1970: what was made up to then may have been used, ended or taken back without a trace. Null: there was no such repair.
 * INVARIANT: a time that does not read puts everything in doubt.
 */
export async function doubtedUntil(state: StateStore): Promise<number | null> {
  const told = await state.get(REPAIRED_AT);
  if (told === undefined) return null;
  const time = Date.parse(told);
  return Number.isNaN(time) ? Number.POSITIVE_INFINITY : time;
}
