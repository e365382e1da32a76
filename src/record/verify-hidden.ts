// Checks the values kept beside an entry against the commitments in it.

import type { Json } from './canonical.ts';
import { isCommitment, opens } from './commitment.ts';
import { decodeHidden } from './entry-codec.ts';

interface HiddenCheck {
  /** Null: every value that is kept opens its commitment. */
  readonly problem: string | null;
  /** Commitments whose value is no longer kept. */
  readonly erased: number;
}

/** Unescaped quotes stand only around keys and texts, so no agent's text can look like this. */
const MARK = '{"commitment":"';

/** `text` and `body` of an entry, and its hidden record; null when none lies beside it. */
export function checkHidden(text: string, body: Json, hiddenText: string | null): HiddenCheck {
  const commitments = count(text);
  if (hiddenText === null) return { problem: null, erased: commitments };
  const hidden = decodeHidden(hiddenText);
  if (hidden === null) return { problem: 'they are not in the form that they are written in', erased: 0 };
  const places = Object.entries(hidden);
  for (const [place, value] of places) {
    const commitment = at(body, place);
    if (!isCommitment(commitment)) return { problem: `${place} is not committed to`, erased: 0 };
    if (!opensSafely(value, commitment.commitment))
      return { problem: `${place} is not the value that was committed to`, erased: 0 };
  }
  return { problem: null, erased: commitments - places.length };
}

function opensSafely(value: { readonly salt: string; readonly value: Json }, commitment: string): boolean {
  try {
    return opens(value, commitment);
  } catch {
    // No canonical form: then it can't have been committed to.
    return false;
  }
}

function at(body: Json, place: string): Json | undefined {
  let found: Json | undefined = body;
  for (const key of place.split('/')) {
    if (found === undefined || !isObject(found) || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return found;
}

/** A list counts too: its members go by their index. */
function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null;
}

function count(text: string): number {
  let found = 0;
  for (let i = text.indexOf(MARK); i >= 0; i = text.indexOf(MARK, i + MARK.length)) found += 1;
  return found;
}
