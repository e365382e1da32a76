// Unpacks a block that LevelDB packed with Snappy (format_description.txt of google/snappy).

import { levelBytes } from './level-bytes.ts';

/** LevelDB's blocks are of some 4 KiB; one entry of the ledger may take 1 MiB and its hidden values as much. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Throws RangeError when it does not unpack to exactly the length that it claims. */
export function unpackSnappy(packed: Buffer): Buffer {
  const input = levelBytes(packed);
  const length = input.varint();
  if (length > MAX_BYTES) throw new RangeError('a packed block is too large');
  const out = Buffer.alloc(length);
  let filled = 0;
  while (!input.done) {
    const tag = input.byte();
    if ((tag & 3) === 0) {
      const literal = input.take(literalLength(tag >>> 2, input.take.bind(input)));
      if (filled + literal.length > length) throw new RangeError('a packed block is longer than it claims');
      literal.copy(out, filled);
      filled += literal.length;
    } else filled = copyBack(out, filled, copyOf(tag, input.take.bind(input)));
  }
  if (filled !== length) throw new RangeError('a packed block is shorter than it claims');
  return out;
}

function literalLength(code: number, take: (length: number) => Buffer): number {
  return (code < 60 ? code : littleEndian(take(code - 59))) + 1;
}

interface Copy {
  readonly length: number;
  /** Bytes back from where it is put. */
  readonly back: number;
}

function copyOf(tag: number, take: (length: number) => Buffer): Copy {
  if ((tag & 3) === 1) return { length: ((tag >>> 2) & 7) + 4, back: ((tag >>> 5) << 8) | littleEndian(take(1)) };
  return { length: (tag >>> 2) + 1, back: littleEndian(take((tag & 3) === 2 ? 2 : 4)) };
}

/** One byte after the other: a copy may read what it has just written. */
function copyBack(out: Buffer, filled: number, { length, back }: Copy): number {
  if (back === 0 || back > filled || filled + length > out.length)
    throw new RangeError('a packed block refers to what is not there');
  for (let i = filled; i < filled + length; i += 1) out[i] = out[i - back] ?? 0;
  return filled + length;
}

function littleEndian(bytes: Buffer): number {
  return bytes.readUIntLE(0, bytes.length);
}
