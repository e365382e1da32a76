// The numbers of strict JSON: exact as a JavaScript number, or kept as they were written.

/**
 * A number that a JavaScript number could not carry exactly, or that readers disagree on: fraction, exponent, beyond 2^53, `-0`.
 * A class, so that `instanceof` tells it from a document's own objects: no agent can forge one.
 */
export class JsonNumber {
  readonly raw: string;

  constructor(raw: string) {
    this.raw = raw;
  }
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const INTEGER = /^-?[0-9]{1,16}$/;
const MAX_PLAIN_DIGITS = 15;

/** Reads the number that starts at the cursor, and moves it behind. Undefined when none starts there. */
export function readJsonNumber(cursor: { readonly text: string; at: number }): number | JsonNumber | undefined {
  const { text, at } = cursor;
  const end = plainEnd(text, at);
  if (end !== -1) {
    cursor.at = end;
    return Number(text.slice(at, end));
  }
  NUMBER.lastIndex = at;
  const raw = NUMBER.exec(text)?.[0];
  if (raw === undefined) return undefined;
  cursor.at = at + raw.length;
  const number = INTEGER.test(raw) ? Number(raw) : Number.NaN;
  return Number.isSafeInteger(number) && raw !== '-0' ? number : new JsonNumber(raw);
}

/** Nearly all numbers, told without a pattern: whole, positive, and short enough to be exact. -1 for every other. */
function plainEnd(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (!(first >= 0x31 && first <= 0x39)) return -1;
  let at = start + 1;
  let code = text.charCodeAt(at);
  for (; code >= 0x30 && code <= 0x39; code = text.charCodeAt(at)) at += 1;
  const goesOn = code === 0x2e || code === 0x65 || code === 0x45;
  return goesOn || at - start > MAX_PLAIN_DIGITS ? -1 : at;
}
