// The one member of a gzip body (RFC 1952 §2.3): some servers read all members of a body as one text, others the first alone (E15).

import { crc32 } from 'node:zlib';

export interface GzipMember {
  /** What stands between the header and the last eight bytes. Not one member, unless all of it is one deflate stream. */
  readonly deflated: Buffer;
  /** Are these the bytes that the trailer vouches for? */
  vouchesFor(decoded: Buffer): boolean;
}

const FIXED_BYTES = 10;
const TRAILER_BYTES = 8;
const HAS_CHECKSUM = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;
/** RFC 1952 §2.3.1.2: a reader must refuse what these may come to mean. */
const RESERVED = 0xe0;

/** Null when it is no gzip body. Linear in the header; throws nothing. */
export function gzipMember(bytes: Buffer): GzipMember | null {
  const start = endOfHeader(bytes);
  const end = bytes.length - TRAILER_BYTES;
  if (start === null || start > end) return null;
  const sum = bytes.readUInt32LE(end);
  const size = bytes.readUInt32LE(end + 4);
  return {
    deflated: bytes.subarray(start, end),
    vouchesFor: (decoded) => decoded.length % 2 ** 32 === size && crc32(decoded) === sum,
  };
}

function endOfHeader(bytes: Buffer): number | null {
  if (bytes.length < FIXED_BYTES || bytes.readUInt16BE(0) !== 0x1f8b || bytes[2] !== 8) return null;
  const flags = bytes[3] ?? RESERVED;
  if ((flags & RESERVED) !== 0) return null;
  let at: number | null = FIXED_BYTES;
  if ((flags & HAS_EXTRA) !== 0) at = bytes.length < at + 2 ? null : at + 2 + bytes.readUInt16LE(at);
  if ((flags & HAS_NAME) !== 0) at = behindZero(bytes, at);
  if ((flags & HAS_COMMENT) !== 0) at = behindZero(bytes, at);
  return at !== null && (flags & HAS_CHECKSUM) !== 0 ? at + 2 : at;
}

function behindZero(bytes: Buffer, at: number | null): number | null {
  const zero = at === null ? -1 : bytes.indexOf(0, at);
  return zero === -1 ? null : zero + 1;
}
