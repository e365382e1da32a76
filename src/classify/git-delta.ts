// One object as the difference to another (gitformat-pack, "Deltified representation").

/** Copy and insert instructions over a base (gitformat-pack, "Deltified representation"); null when they don't fit. */
export function applyDelta(base: Buffer, delta: Buffer, mostBytes: number): Buffer | null {
  let at = 0;
  const sizes: number[] = [];
  while (sizes.length < 2) {
    let size = 0;
    let shift = 0;
    let byte = 0x80;
    while ((byte & 0x80) !== 0) {
      byte = delta[at] ?? 0;
      size += (byte & 0x7f) * 2 ** shift;
      shift += 7;
      at += 1;
    }
    sizes.push(size);
  }
  const [baseBytes, bytes = 0] = sizes;
  if (baseBytes !== base.length || bytes > mostBytes) return null;
  const whole = Buffer.alloc(bytes);
  let length = 0;
  while (at < delta.length) {
    const op = delta[at] ?? 0;
    at += 1;
    let copied: number;
    if ((op & 0x80) === 0) {
      copied = delta.copy(whole, length, at, at + op);
      at += op;
      if (copied !== op) return null;
    } else {
      let offset = 0;
      let size = 0;
      for (let bit = 0; bit < 7; bit += 1) {
        if ((op & (1 << bit)) === 0) continue;
        const byte = delta[at] ?? 0;
        at += 1;
        if (bit < 4) offset += byte * 2 ** (8 * bit);
        else size += byte * 2 ** (8 * (bit - 4));
      }
      copied = offset < base.length ? base.copy(whole, length, offset, offset + (size === 0 ? 0x10000 : size)) : 0;
    }
    // Every instruction must bring the end nearer: an honest packer writes no other.
    if (copied === 0) return null;
    length += copied;
  }
  return length === bytes ? whole : null;
}
