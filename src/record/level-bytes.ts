// A cursor over bytes in LevelDB's encoding. Whatever does not fit throws: the bytes come from a disk that may have failed.

export interface LevelBytes {
  readonly done: boolean;
  /** Throws RangeError for one that is over 2^53, longer than ten bytes, or cut off. */
  varint(): number;
  byte(): number;
  /** A length and that many bytes. */
  slice(): Buffer;
  take(length: number): Buffer;
}

const MAX_VARINT_BYTES = 10;

export function levelBytes(bytes: Buffer, start = 0): LevelBytes {
  let at = start;
  function take(length: number): Buffer {
    if (!(length >= 0 && at + length <= bytes.length)) throw new RangeError('the bytes end too early');
    at += length;
    return bytes.subarray(at - length, at);
  }
  function byte(): number {
    return take(1)[0] ?? 0;
  }
  function varint(): number {
    let value = 0;
    for (let i = 0; i < MAX_VARINT_BYTES; i += 1) {
      const part = byte();
      value += (part & 0x7f) * 2 ** (7 * i);
      if (part < 0x80) {
        if (!Number.isSafeInteger(value)) break;
        return value;
      }
    }
    throw new RangeError('a number is too large');
  }
  return {
    get done() {
      return at >= bytes.length;
    },
    varint,
    byte,
    slice: () => take(varint()),
    take,
  };
}
