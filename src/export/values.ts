// What of the hidden values leaves with an entry.

import { decodeHidden } from '../record/entry-codec.ts';
import type { StoredLine } from '../record/stored-line.ts';

/**
 * `open`: what the chain itself shows, and commitments in the place of the rest. `revealed`: the hidden values too, with their salts.
 * What was handed on can't be erased here any more, so revealing is the operator's written choice.
 */
export type Values = 'open' | 'revealed';

/** Cheap and certain: `verdict` of the body stands last but for `type`, and no text of an entry holds a bare quote. */
const MAY_BE_LOGGED = '"verdict":"ALLOW_LOG"';

/**
 * The hidden values that go with it, as stored.
 * INVARIANT: with `open` nothing hidden leaves but the allow-listed headers of an ALLOW_LOG verdict, which a policy asked to be logged.
 */
export function handedOn(line: StoredLine, values: Values): StoredLine {
  if (line.hidden === null || values === 'revealed') return line;
  if (!line.text.includes(MAY_BE_LOGGED)) return { ...line, hidden: null };
  const headers = decodeHidden(line.hidden)?.['headers'];
  return { ...line, hidden: headers === undefined ? null : JSON.stringify({ headers }) };
}
