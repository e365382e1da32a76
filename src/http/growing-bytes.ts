// Bytes in one piece that grows: a sender of very many small chunks must not make looking at all of them cost the square.

interface GrowingBytes {
  /** All bytes so far. Stays as it is when more are added. */
  add(chunk: Buffer): Buffer;
}

/** Starts with a copy of `first`. */
export function growingBytes(first: Buffer): GrowingBytes {
  let room = Buffer.from(first);
  let length = first.length;
  return {
    add(chunk) {
      if (length + chunk.length > room.length) {
        const larger = Buffer.allocUnsafeSlow(2 * (length + chunk.length));
        room.copy(larger, 0, 0, length);
        room = larger;
      }
      chunk.copy(room, length);
      length += chunk.length;
      return room.subarray(0, length);
    },
  };
}
