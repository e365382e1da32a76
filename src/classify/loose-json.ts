// What a lax reader might find in bytes that are no strict JSON: enough to say whose call they could be, never what is in it.

import { withoutZeros } from './without-zeros.ts';

/** Blanks, NUL (UTF-16 and UTF-32), and the bytes of the three byte order marks. */
const LEAD: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0x00, 0xef, 0xbb, 0xbf, 0xfe, 0xff]);

/** More of them before a document are made to be counted (threat C9), and could hide anything. */
const MAX_LEAD = 4096;

/** Does an object or a list start here, behind whatever blanks and marks? In UTF-8, UTF-16 or UTF-32: Python's reader takes them all. */
export function startsJson(bytes: Buffer): boolean {
  let at = 0;
  while (at < MAX_LEAD && LEAD.has(bytes[at] ?? 0x7b)) at += 1;
  return at === MAX_LEAD || bytes[at] === 0x7b || bytes[at] === 0x5b;
}

/** Of the last body: on a host that nobody knows several providers ask, one after the other. Only a cache. */
let last: { readonly bytes: Buffer; readonly text: string } | null = null;

/** The text with NUL, escapes of plain letters and case undone: a key may be spelt in many ways. The bytes may not change afterwards. */
export function looseText(bytes: Buffer): string {
  if (last?.bytes !== bytes) last = { bytes, text: readLoose(bytes) };
  return last.text;
}

function readLoose(bytes: Buffer): string {
  const text = withoutZeros(bytes).toString('latin1');
  const plain = text.replace(/\\u00([0-7][0-9a-f])/gi, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  // The Kelvin sign and the long s (threat C5) as escapes and as the UTF-8 that Latin-1 shows. Upper-casing a MiB of 0xff takes 25 ms.
  const folded = plain.toLowerCase();
  return FOLDED.test(folded) ? folded.replace(KELVIN, 'k').replace(LONG_S, 's') : folded;
}

/** In lower case already, in which `â` stays and `Å` became `å`. */
const FOLDED = /\\u212a|\u00e2\u0084\u00aa|\\u017f|\u00e5\u00bf/;
const KELVIN = /\\u212a|\u00e2\u0084\u00aa/g;
const LONG_S = /\\u017f|\u00e5\u00bf/g;
