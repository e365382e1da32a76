// Text that came from an agent, split into what can be shown as it is and what must be shown as an escape (threat D4).

/** One run of characters: plain, or an invisible or direction-changing one, written `U+202E`. */
export interface Run {
  readonly text: string;
  readonly escaped: boolean;
}

/** The list of record/plain-text.ts: controls, bidi, zero-width, tags, variation selectors, private use, lone surrogates. */
const UNSHOWABLE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Cn}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\u{e0100}-\u{e01ef}]/u;
const SURELY_PLAIN = /^[\x20-\x7e]*$/;

/** With `lines`, line ends and tabs stay: for a body that is shown as it is laid out. */
export function runsOf(text: string, lines = false): readonly Run[] {
  if (SURELY_PLAIN.test(text)) return text === '' ? [] : [{ text, escaped: false }];
  const runs: Run[] = [];
  let plain = '';
  for (const character of text) {
    if (!UNSHOWABLE.test(character) || (lines && (character === '\n' || character === '\t'))) {
      plain += character;
      continue;
    }
    if (plain !== '') runs.push({ text: plain, escaped: false });
    plain = '';
    runs.push({ text: codePoint(character), escaped: true });
  }
  if (plain !== '') runs.push({ text: plain, escaped: false });
  return runs;
}

/**
 * The same of text that the gateway escaped already (record/plain-text.ts): `\\u{202e}` is such a character, two backslashes are one. What
 * it should have escaped and did not is escaped here.
 */
export function runsOfEscaped(text: string, lines = false): readonly Run[] {
  const runs: Run[] = [];
  let end = 0;
  const plain = (part: string): void => {
    for (const run of runsOf(part, lines)) {
      const last = runs.at(-1);
      if (last === undefined || last.escaped || run.escaped) runs.push(run);
      else runs[runs.length - 1] = { text: last.text + run.text, escaped: false };
    }
  };
  for (const match of text.matchAll(/\\\\|\\u\{([0-9a-f]{1,6})\}/g)) {
    plain(text.slice(end, match.index));
    if (match[1] === undefined) plain('\\');
    else runs.push({ text: `U+${match[1].toUpperCase().padStart(4, '0')}`, escaped: true });
    end = match.index + match[0].length;
  }
  plain(text.slice(end));
  return runs;
}

/** The same as one string, for titles and notifications, where there is no markup to tell the two apart. */
export function plainLine(text: string, maxChars = 200): string {
  const line = runsOf(text.slice(0, maxChars * 2))
    .map((run) => (run.escaped ? `⟨${run.text}⟩` : run.text))
    .join('');
  return line.length > maxChars ? `${line.slice(0, maxChars - 1)}…` : line;
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
