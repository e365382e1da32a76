// Text that came from an agent, made fit to stand within a sentence: blanked, not escaped as record/plain-text.ts does, so that showing it escapes once.

/** C0 and C1 controls, line and paragraph separators, bidi marks and overrides, zero-width characters (threat D4). */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]+/gu;

/** At most `maxCharacters`, the last one `…` when something was cut. */
export function sentenceText(text: string, maxCharacters: number): string {
  // Cut first: a megabyte of controls must not cost a megabyte of work.
  const plain = text
    .slice(0, maxCharacters * 4)
    .toWellFormed()
    .replace(UNSAFE, ' ')
    .trim();
  const whole = text.length <= maxCharacters * 4 && plain.length <= maxCharacters;
  return whole ? plain : `${plain.slice(0, maxCharacters - 1).toWellFormed()}…`;
}
