// The little of DER (X.690) that certificates need: writers for the types used, and a bounded reader of one level.

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One element as it stands in the input: `whole` with its header, `content` without. Both are views, not copies. */
export interface DerElement {
  readonly tag: number;
  readonly whole: Buffer;
  readonly content: Buffer;
}

export function sequence(...parts: readonly Buffer[]): Buffer {
  return element(TAG.sequence, parts);
}

export function set(...parts: readonly Buffer[]): Buffer {
  return element(TAG.set, parts);
}

/** A positive INTEGER from big-endian octets: a zero octet is put before a set top bit, leading zeros are dropped (X.690 §8.3). */
export function integer(octets: Buffer): Buffer {
  let start = 0;
  while (start < octets.length - 1 && octets[start] === 0) start += 1;
  const magnitude = octets.subarray(start);
  const negative = ((magnitude[0] ?? 0) & 0x80) !== 0;
  return element(TAG.integer, negative || magnitude.length === 0 ? [Buffer.of(0), magnitude] : [magnitude]);
}

/** BOOLEAN TRUE; FALSE is never written, being the default wherever certificates have one (X.690 §11.5). */
export function yes(): Buffer {
  return Buffer.of(TAG.boolean, 1, 0xff);
}

export function octetString(...parts: readonly Buffer[]): Buffer {
  return element(TAG.octetString, parts);
}

/** `unusedBits` are the low bits of the last octet that do not count. */
export function bitString(octets: Buffer, unusedBits = 0): Buffer {
  return element(TAG.bitString, [Buffer.of(unusedBits), octets]);
}

export function utf8String(text: string): Buffer {
  return element(TAG.utf8String, [Buffer.from(text, 'utf8')]);
}

/** From dotted decimals: `oid('2.5.29.17')`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const octets = [first * 40 + second, ...rest].flatMap(base128);
  return element(TAG.oid, [Buffer.from(octets)]);
}

/** UTCTime through 2049, GeneralizedTime from 2050, both to the second (RFC 5280 §4.1.2.5). */
export function time(at: Date): Buffer {
  const digits = at
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  return at.getUTCFullYear() < 2050
    ? element(TAG.utcTime, [Buffer.from(digits.slice(2), 'latin1')])
    : element(TAG.generalizedTime, [Buffer.from(digits, 'latin1')]);
}

/** `[number]` around whole elements. */
export function explicit(number: number, ...parts: readonly Buffer[]): Buffer {
  return element(0xa0 | number, parts);
}

/** `[number]` in place of a primitive type's own tag. */
export function implicit(number: number, content: Buffer): Buffer {
  return element(0x80 | number, [content]);
}

/** The elements that lie one after the other in `bytes`. Throws RangeError on anything that is not definite-length DER. */
export function readElements(bytes: Buffer): DerElement[] {
  const elements: DerElement[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const read = readElement(bytes, offset);
    elements.push(read);
    offset += read.whole.length;
  }
  return elements;
}

function readElement(bytes: Buffer, offset: number): DerElement {
  const tag = bytes.readUInt8(offset);
  const short = bytes.readUInt8(offset + 1);
  const lengthOctets = short < 0x80 ? 0 : short & 0x7f;
  if (short === 0x80 || lengthOctets > 4) throw new RangeError('DER length is indefinite or too long');
  const length = lengthOctets === 0 ? short : bytes.readUIntBE(offset + 2, lengthOctets);
  const start = offset + 2 + lengthOctets;
  if (start + length > bytes.length) throw new RangeError('DER element ends beyond its container');
  return { tag, whole: bytes.subarray(offset, start + length), content: bytes.subarray(start, start + length) };
}

function element(tag: number, parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([header(tag, length), ...parts]);
}

function header(tag: number, length: number): Buffer {
  if (length < 0x80) return Buffer.of(tag, length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest & 0xff);
  return Buffer.of(tag, 0x80 | octets.length, ...octets);
}

function base128(value: number): number[] {
  const octets = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) octets.unshift(0x80 | (rest & 0x7f));
  return octets;
}
