// Is a text canonical JSON (RFC 8785)? Told from its bytes in one pass, without making values of them: some five times as fast as reading
// and writing it anew. It is sure of what entries usually hold; of the rest it says that it is not sure, and `canonical` must be asked.

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const MINUS = 0x2d;
const ZERO = 0x30;
/** As in canonical.ts; what is deeper is not for here. */
const MAX_DEPTH = 16;
/** Digits of an integer that is surely below 2^53. */
const MAX_DIGITS = 15;

/** Told of what it passes. Depth 1: the members of the outermost object. */
export interface ScanListener {
  /** A member of an object: its key without quotes, and its value. Called behind the value. */
  member(depth: number, keyAt: number, keyEnd: number, valueAt: number, valueEnd: number): void;
  /** Before a member's value (its key) or a list's item (its index; `keyEnd` is -1). */
  step(depth: number, keyAt: number, keyEnd: number): void;
  /** An object begins here. Gives where it ends when the listener knows it, -1 when it is not sure of it, 0 to go on. */
  object(depth: number, at: number): number;
}

/** The value at `at` is canonical and ends where this says; -1: not sure. `bytes` are valid UTF-8. */
export function valueEnd(bytes: Uint8Array, at: number, depth: number, listener: ScanListener): number {
  switch (bytes[at]) {
    case QUOTE:
      return stringEnd(bytes, at + 1);
    case OPEN:
      return objectEnd(bytes, at, depth, listener);
    case OPEN_LIST:
      return listEnd(bytes, at, depth, listener);
    case 0x74:
      return wordEnd(bytes, at, TRUE);
    case 0x66:
      return wordEnd(bytes, at, FALSE);
    case 0x6e:
      return wordEnd(bytes, at, NULL);
    default:
      return integerEnd(bytes, at);
  }
}

function objectEnd(bytes: Uint8Array, at: number, depth: number, listener: ScanListener): number {
  if (depth >= MAX_DEPTH) return -1;
  const known = listener.object(depth, at);
  if (known !== 0) return known;
  let i = at + 1;
  if (bytes[i] === CLOSE) return i + 1;
  let [beforeAt, beforeEnd] = [0, -1];
  for (;;) {
    const keyAt = i + 1;
    const keyEnd = bytes[i] === QUOTE ? plainEnd(bytes, keyAt) : -1;
    if (keyEnd < 0 || bytes[keyEnd + 1] !== COLON) return -1;
    if (beforeEnd >= 0 && !follows(bytes, beforeAt, beforeEnd, keyAt, keyEnd)) return -1;
    listener.step(depth + 1, keyAt, keyEnd);
    const end = valueEnd(bytes, keyEnd + 2, depth + 1, listener);
    if (end < 0) return -1;
    listener.member(depth + 1, keyAt, keyEnd, keyEnd + 2, end);
    if (bytes[end] === CLOSE) return end + 1;
    if (bytes[end] !== COMMA) return -1;
    [beforeAt, beforeEnd] = [keyAt, keyEnd];
    i = end + 1;
  }
}

function listEnd(bytes: Uint8Array, at: number, depth: number, listener: ScanListener): number {
  if (depth >= MAX_DEPTH) return -1;
  let i = at + 1;
  if (bytes[i] === CLOSE_LIST) return i + 1;
  for (let index = 0; ; index += 1) {
    listener.step(depth + 1, index, -1);
    const end = valueEnd(bytes, i, depth + 1, listener);
    if (end < 0) return -1;
    if (bytes[end] === CLOSE_LIST) return end + 1;
    if (bytes[end] !== COMMA) return -1;
    i = end + 1;
  }
}

/** 1: may stand in a text as it is. Controls, the quote and the backslash may not. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) => (byte < 0x20 || byte === QUOTE || byte === BACKSLASH ? 0 : 1));
/** And those of them that sort by their bytes as by UTF-16: keys are compared. */
const PLAIN_ASCII = PLAIN.map((plain, byte) => (byte < 0x80 ? plain : 0));
/** What may follow a backslash alone: RFC 8785 section 3.2.2.2. */
const SHORT_ESCAPES: ReadonlySet<number | undefined> = new Set(Buffer.from('"\\bfnrt'));
/** Controls that have a short escape are never written in the long form. */
const LONG_ESCAPE = /^u00(?:0[0-7be-f]|1[0-9a-f])$/;

/** `at`: behind the opening quote. Gives what is behind the closing one. */
function stringEnd(bytes: Uint8Array, at: number): number {
  let i = at;
  for (;;) {
    while (PLAIN[bytes[i] ?? 0] === 1) i += 1;
    if (bytes[i] === QUOTE) return i + 1;
    if (bytes[i] !== BACKSLASH) return -1;
    const length = escapeLength(bytes, i + 1);
    if (length === 0) return -1;
    i += 1 + length;
  }
}

function escapeLength(bytes: Uint8Array, at: number): number {
  if (SHORT_ESCAPES.has(bytes[at])) return 1;
  return LONG_ESCAPE.test(String.fromCharCode(...bytes.subarray(at, at + 5))) ? 5 : 0;
}

/** Where a text without escapes and in ASCII ends: its closing quote. */
export function plainEnd(bytes: Uint8Array, at: number): number {
  let i = at;
  while (PLAIN_ASCII[bytes[i] ?? 0] === 1) i += 1;
  return bytes[i] === QUOTE ? i : -1;
}

/** Does the second key sort behind the first? */
function follows(bytes: Uint8Array, firstAt: number, firstEnd: number, at: number, end: number): boolean {
  const length = Math.min(firstEnd - firstAt, end - at);
  for (let i = 0; i < length; i += 1) {
    const [a, b] = [bytes[firstAt + i] ?? 0, bytes[at + i] ?? 0];
    if (a !== b) return a < b;
  }
  return firstEnd - firstAt < end - at;
}

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

function wordEnd(bytes: Uint8Array, at: number, word: Uint8Array): number {
  for (let i = 0; i < word.length; i += 1) if (bytes[at + i] !== word[i]) return -1;
  return at + word.length;
}

/** Of an integer in its one form. Fractions and large ones are for who is asked next. */
function integerEnd(bytes: Uint8Array, at: number): number {
  const first = bytes[at] === MINUS ? at + 1 : at;
  let i = first;
  while (isDigit(bytes[i])) i += 1;
  if (i === first || i - first > MAX_DIGITS) return -1;
  if (bytes[first] === ZERO && (i > first + 1 || first > at)) return -1;
  const next = bytes[i];
  return next === 0x2e || next === 0x45 || next === 0x65 ? -1 : i;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= 0x39;
}
