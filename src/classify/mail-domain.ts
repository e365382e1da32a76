// The domain of a mail address as A-labels (RFC 5890), only when every mail system would look up the same name.

import { domainToASCII, domainToUnicode } from 'node:url';

const LABELS = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const UNICODE_LABELS = /^[\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)*$/u;
/** IDNA 2003 and 2008 send these to different names (UTS 46 §4): `straße` is `strasse` to one and `xn--strae-oqa` to the other. */
const DEVIATIONS = /[ßςẞ]/;
const MAX_LENGTH = 253;

/** Lower case, one trailing dot dropped. Null for literals, numbers, anything that would be mapped, and everything not a host name. */
export function readDomain(text: string): string | null {
  const name = (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase();
  if (name.length === 0 || name.length > MAX_LENGTH) return null;
  const ascii = LABELS.test(name) ? name : unicodeDomain(name);
  if (ascii === null || ascii.length > MAX_LENGTH || !LABELS.test(ascii)) return null;
  // A last label of digits makes it an address to some resolvers (WHATWG URL, "ends in a number").
  if (/(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$/.test(ascii)) return null;
  return ascii.split('.').every(isSound) ? ascii : null;
}

/**
 * An A-label that decodes to nothing, or to what has another A-label, is one name to who sends it as it is and another to who shows it in
 * letters first (RFC 5891 §5.3). Node gives back what it can't decode.
 */
function isSound(label: string): boolean {
  if (!label.startsWith('xn--')) return true;
  const shown = domainToUnicode(label);
  return shown !== label && domainToASCII(shown) === label;
}

/** INVARIANT: only names that mean the same before and after IDNA mapping: full-width `ｅｘ.com` is nobody's spelling of `ex.com`. */
function unicodeDomain(name: string): string | null {
  if (!UNICODE_LABELS.test(name) || DEVIATIONS.test(name)) return null;
  const ascii = domainToASCII(name);
  return ascii !== '' && domainToUnicode(ascii) === name.normalize('NFC') ? ascii : null;
}
