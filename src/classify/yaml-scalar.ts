// What a plain (unquoted) YAML scalar is to every reader alike: YAML 1.1 and 1.2 take `on`, `0777`, `1:30`, `1e3` and dates differently (E20).

import { type JsonNumber, readJsonNumber } from './json-number.ts';

type PlainScalar = null | boolean | string | number | JsonNumber;

/** Readings that all versions share; `unsure` for words that are truth values to YAML 1.1 (yaml.org/type/bool) and texts to YAML 1.2. */
const WORDS: ReadonlyMap<string, null | boolean | 'unsure'> = new Map<string, null | boolean | 'unsure'>([
  ...spellings('null', null),
  ...spellings('true', true),
  ...spellings('false', false),
  ...['y', 'n', 'yes', 'no', 'on', 'off'].flatMap((word) => spellings(word, 'unsure' as const)),
  ['', null],
  ['~', null],
  // YAML 1.1: the default value of a mapping, and a merge.
  ['=', 'unsure'],
  ['<<', 'unsure'],
]);
const LONGEST_WORD = 5;
const INTEGER = /^(?:0|-?[1-9][0-9]*)$/;
/** Never a negative zero. */
const DECIMAL = /^(?:0|-?[1-9][0-9]*)\.[0-9]+$/;
/** A character that stands in no number, time or date of any version: a quantity (`64Mi`, `10%`), an address with its range, a tag. */
const SURELY_TEXT = /[^0-9A-Fa-fOoXxTtZz_+\-.:, ]/;
const NOT_FINITE = /^[-+]?\.(?:inf|nan)$/i;
/** Two dots or more: an IPv4 address, a version. */
const DOTTED = /^[0-9]+(?:\.[0-9]+){2,}$/;
/** `-c`, `--port`. */
const FLAG = /^--?[A-Za-z]/;

/** Undefined: readers differ. `text` is one scalar, unfolded, without its comment. */
export function plainScalar(text: string): PlainScalar | undefined {
  if (text.length <= LONGEST_WORD) {
    const word = WORDS.get(text);
    if (word !== undefined) return word === 'unsure' ? undefined : word;
  }
  const first = text.charCodeAt(0);
  const numberLike = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d || first === 0x2e;
  return numberLike ? numberOrText(text) : text;
}

function numberOrText(text: string): PlainScalar | undefined {
  if (INTEGER.test(text) || DECIMAL.test(text)) return readJsonNumber({ text, at: 0 });
  const isText = DOTTED.test(text) || FLAG.test(text) || (SURELY_TEXT.test(text) && !NOT_FINITE.test(text));
  return isText ? text : undefined;
}

/** The three that YAML knows: `true`, `True`, `TRUE`. */
function spellings<T>(word: string, value: T): [string, T][] {
  const title = word.charAt(0).toUpperCase() + word.slice(1);
  return [word, title, word.toUpperCase()].map((spelling) => [spelling, value]);
}
