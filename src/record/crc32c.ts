// CRC-32C (Castagnoli, RFC 3720 appendix B.4), with which LevelDB protects its records and blocks.

const POLYNOMIAL = 0x82f63b78;
/** LevelDB stores checksums masked, since a checksum of bytes that hold their own checksum is a poor one. */
const MASK_DELTA = 0xa282ead8;
/** Bytes taken at once. */
const SLICES = 4;
const BYTE = 256;

/** `TABLES[n * 256 + b]`: what byte `b` comes to with `n` zero bytes behind it. */
const TABLES = slicingTables();

function slicingTables(): Uint32Array {
  const tables = new Uint32Array(SLICES * BYTE);
  for (let byte = 0; byte < BYTE; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    tables[byte] = crc;
  }
  for (let i = BYTE; i < tables.length; i += 1) {
    const before = tables[i - BYTE] ?? 0;
    tables[i] = (before >>> 8) ^ (tables[before & 0xff] ?? 0);
  }
  return tables;
}

/** Of `bytes` from `from` to `to`, as an unsigned 32-bit number. */
export function crc32c(bytes: Uint8Array, from = 0, to = bytes.length): number {
  const at = (index: number): number => TABLES[index] ?? 0;
  let crc = 0xffffffff;
  let i = from;
  for (; i + SLICES <= to; i += SLICES) {
    const word = crc ^ ((bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24));
    crc =
      at(3 * BYTE + (word & 0xff)) ^ at(2 * BYTE + ((word >>> 8) & 0xff)) ^ at(BYTE + ((word >>> 16) & 0xff)) ^ at(word >>> 24);
  }
  for (; i < to; i += 1) crc = (crc >>> 8) ^ at((crc ^ (bytes[i] ?? 0)) & 0xff);
  return (crc ^ 0xffffffff) >>> 0;
}

/** The checksum behind one that LevelDB stored. */
export function unmasked(stored: number): number {
  const rotated = (stored - MASK_DELTA) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}
