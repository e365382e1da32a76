// Text that came from an agent, made safe to show on a terminal, in a log line or in an answer (threats D4, F11).

/**
 * What may not be shown as it is: C0 and C1 controls (ANSI starts with ESC or U+009B), line and paragraph separators, bidirectional
 * controls (Trojan Source), zero-width and other invisible format characters, tag characters, variation selectors, private use and
 * lone surrogates.
 */
const UNSHOWABLE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Cn}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\u{e0100}-\u{e01ef}]/gu;
const SURELY_PLAIN = /^[\x20-\x5b\x5d-\x7e]*$/;

/**
 * One line of plain text: what cannot be shown is written as `\u{…}` with its hexadecimal code point, a backslash as two, so that the
 * escaped form is unambiguous. Cut to `maxChars` characters of output, the last of them `…`.
 */
export function plainText(text: string, maxChars: number): string {
  // Never escape more than can be shown: an escape only makes text longer.
  const head = text.length > maxChars ? text.slice(0, maxChars + 1) : text;
  const shown = SURELY_PLAIN.test(head) ? head : head.replaceAll('\\', '\\\\').replace(UNSHOWABLE, escaped);
  if (shown.length <= maxChars) return shown;
  return `${cutWell(shown, Math.max(0, maxChars - 1))}…`;
}

/** Cuts without leaving half a surrogate pair or half an escape behind. */
function cutWell(text: string, length: number): string {
  const cut = text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
  return cut.replace(/(?<!\\)((?:\\\\)*)\\(?:u(?:\{[0-9a-f]*)?)?$/, '$1');
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
