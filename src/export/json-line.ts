// One entry as one line of JSON: the hashed object, and beside it what of its hidden values leaves.

import type { StoredLine } from '../record/stored-line.ts';

/**
 * The entry's own object, with a member `values` (place → value and salt) when any go with it. Printable ASCII only: what agents wrote can't
 * end a line or move a cursor (threat F11). Without `values` and in canonical form (RFC 8785) it is what the chain hashes.
 */
export function jsonLine({ text, hidden }: StoredLine): string {
  // `values` sorts between `time` and `version`, so that the line is canonical too.
  const whole = hidden === null ? text : `${text.slice(0, text.lastIndexOf(VERSION))},"values":${hidden}${VERSION}`;
  return asciiOnly(whole);
}

const VERSION = ',"version":1}';
const PRINTABLE = /^[\x20-\x7e]*$/;

/** JSON text in printable ASCII. Lossless: all else is written as `\uXXXX`. */
export function asciiOnly(json: string): string {
  if (PRINTABLE.test(json)) return json;
  return json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
