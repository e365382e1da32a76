// Base64 (RFC 4648), read so strictly that no decoder can find other bytes in it (E21).

interface Base64Form {
  /** `standard` is `+/`, `url` is `-_`; `either` takes one of them, never both in one text. */
  readonly alphabet: 'standard' | 'url' | 'either';
  /** `free`: may be left out, but when it is there it must be right. */
  readonly padding: 'required' | 'free';
  /** CR and LF may stand anywhere (MIME bodies); blanks never. */
  readonly lineBreaks: boolean;
}

/** What Gmail documents for `raw`: the URL alphabet, padding or none. The standard one is taken as well: its decoders take both. */
export const BASE64URL: Base64Form = { alphabet: 'either', padding: 'free', lineBreaks: false };
/** JSON fields and whole bodies: the standard alphabet with its padding, in one piece. */
export const BASE64: Base64Form = { alphabet: 'standard', padding: 'required', lineBreaks: false };
/** RFC 2045 §6.8: lines. */
export const MIME_BASE64: Base64Form = { alphabet: 'standard', padding: 'required', lineBreaks: true };

const STANDARD = /^[A-Za-z0-9+/]*={0,2}$/;
const URL_SAFE = /^[A-Za-z0-9_-]*={0,2}$/;
/** By how many characters the last group has, those that leave its unused bits zero. */
const CLEAN_TAIL: ReadonlyMap<number, RegExp> = new Map([
  [2, /[AQgw]$/],
  [3, /[AEIMQUYcgkosw048]$/],
]);

/**
 * The bytes, or null: what one decoder skips (blanks, stray signs, text after the padding, bits that nothing needs) another stops at, and
 * then two readers see two messages.
 */
export function readBase64(text: string, form: Base64Form): Buffer | null {
  const joined = form.lineBreaks ? text.replaceAll(/\r?\n/g, '') : text;
  if (!inAlphabet(joined, form.alphabet)) return null;
  const padding = joined.endsWith('==') ? 2 : joined.endsWith('=') ? 1 : 0;
  const rest = (joined.length - padding) % 4;
  if (rest === 1 || (padding > 0 && padding !== 4 - rest)) return null;
  if (rest > 0 && padding === 0 && form.padding === 'required') return null;
  const tail = CLEAN_TAIL.get(rest);
  if (tail !== undefined && !tail.test(joined.slice(0, joined.length - padding).slice(-1))) return null;
  return Buffer.from(joined, 'base64url');
}

function inAlphabet(text: string, alphabet: Base64Form['alphabet']): boolean {
  if (alphabet === 'standard') return STANDARD.test(text);
  return URL_SAFE.test(text) || (alphabet === 'either' && STANDARD.test(text));
}
