// Files of zstd frames that can be read from anywhere: the Zstandard Seekable Format. `zstd -d` reads such a file from end to end.

import { isAscii } from 'node:buffer';
import { open, readFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { InterlockError } from '../errors.ts';
import { isMissing } from './recent.ts';

/** Where a frame lies in the file, and what it comes to. All in bytes. */
export interface FramePlace {
  readonly offset: number;
  readonly bytes: number;
  readonly plainBytes: number;
}

/** A skippable frame (RFC 8878 section 3.1.2) holds the table, so that plain readers pass over it. */
const SKIPPABLE_MAGIC = 0x184d2a5e;
const SEEKABLE_MAGIC = 0x8f92eab1;
const HEADER_BYTES = 8;
const FOOTER_BYTES = 9;
const ROW_BYTES = 8;
/** A segment has 256 of them. */
const MAX_FRAMES = 65_536;
/** Text of one frame at most. A string can't hold more. */
const MAX_PLAIN_BYTES = 512 * 1024 * 1024 - 64;
/** Most of an entry are digests: higher levels take up to five times as long and save nothing. */
const LEVEL = 1;
/** The least that zlib takes. */
const LEAST_CHUNK = 64;
const LINE_FEED = 0x0a;

const compress = promisify<Buffer, object, Buffer>(zstdCompress);
const decompress = promisify<Buffer, object, Buffer>(zstdDecompress);

/** One frame, with a checksum of its content, so that a flipped bit is found where it is read. Works in the thread pool. */
export function compressFrame(plain: Buffer): Promise<Buffer> {
  return compress(plain, {
    // Without the size zstd makes its tables for whatever may still come, and zlib sixteen pieces of the result: together as dear as the work.
    pledgedSrcSize: plain.length,
    chunkSize: Math.max(LEAST_CHUNK, Math.ceil(plain.length / 2)),
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL, [constants.ZSTD_c_checksumFlag]: 1 },
  });
}

/** The table that ends the file. */
export function seekTable(frames: ReadonlyArray<Pick<FramePlace, 'bytes' | 'plainBytes'>>): Buffer {
  const table = Buffer.alloc(HEADER_BYTES + frames.length * ROW_BYTES + FOOTER_BYTES);
  table.writeUInt32LE(SKIPPABLE_MAGIC, 0);
  table.writeUInt32LE(table.length - HEADER_BYTES, 4);
  let at = HEADER_BYTES;
  for (const { bytes, plainBytes } of frames) {
    table.writeUInt32LE(bytes, at);
    table.writeUInt32LE(plainBytes, at + 4);
    at += ROW_BYTES;
  }
  table.writeUInt32LE(frames.length, at);
  table.writeUInt8(0, at + 4);
  table.writeUInt32LE(SEEKABLE_MAGIC, at + 5);
  return table;
}

/** Where the frames of this file are. Throws STORE_CORRUPT when it ends in no table that fits it, and what opening it throws. */
export async function readSeekTable(path: string): Promise<FramePlace[]> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const footer = await readAt(file, path, Math.max(0, size - FOOTER_BYTES), FOOTER_BYTES);
    const count = footer.readUInt32LE(0);
    if (footer.readUInt32LE(5) !== SEEKABLE_MAGIC || footer.readUInt8(4) !== 0 || count > MAX_FRAMES) throw damaged(path);
    const rows = await readAt(file, path, size - FOOTER_BYTES - count * ROW_BYTES, count * ROW_BYTES);
    const frames = framesIn(rows);
    const end = frames.reduce((sum, { bytes }) => sum + bytes, 0);
    if (end + HEADER_BYTES + rows.length + FOOTER_BYTES !== size) throw damaged(path);
    return frames;
  } finally {
    await file.close();
  }
}

function framesIn(rows: Buffer): FramePlace[] {
  const frames: FramePlace[] = [];
  let offset = 0;
  for (let at = 0; at < rows.length; at += ROW_BYTES) {
    const bytes = rows.readUInt32LE(at);
    frames.push({ offset, bytes, plainBytes: rows.readUInt32LE(at + 4) });
    offset += bytes;
  }
  return frames;
}

/** The lines of one frame. Throws STORE_CORRUPT when it is not what was written, and what opening the file throws. */
export async function readLines(path: string, place: FramePlace): Promise<string[]> {
  return linesOf(await readPlain(path, place));
}

/** The same as bytes: lines that each end in a line feed. */
export async function readPlain(path: string, place: FramePlace): Promise<Buffer> {
  return unpack(path, place, await readBytes(path, place.offset, place.bytes));
}

/** Bytes of the file as they are. Throws STORE_CORRUPT when it ends before, and what opening the file throws. */
export async function readBytes(path: string, offset: number, bytes: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    return await readAt(file, path, offset, bytes);
  } finally {
    await file.close();
  }
}

/** The lines of one frame from its packed bytes, each ended by a line feed. Throws STORE_CORRUPT when it is not what was written. */
export async function unpack(path: string, place: FramePlace, packed: Buffer): Promise<Buffer> {
  if (place.plainBytes > MAX_PLAIN_BYTES) throw damaged(path);
  try {
    // In one piece: else the pieces, and the text made of all of them at once, would cost ten times as much as unpacking.
    const plain = await decompress(packed, { maxOutputLength: Math.max(1, place.plainBytes), chunkSize: chunkFor(place) });
    if (plain.length === place.plainBytes && (plain.length === 0 || plain.at(-1) === LINE_FEED)) return plain;
  } catch (cause) {
    throw damaged(path, cause);
  }
  throw damaged(path);
}

/** What begins a frame that can be unpacked, or the table behind the last one (RFC 8878 section 3.1). */
const BEGINNINGS = [Buffer.from('28b52ffd', 'hex'), Buffer.from('5e2a4d18', 'hex')];
/** The same bytes may stand within a frame: it is tried up to the next but one as well. */
const TRIED = 2;

/**
 * The lines of each frame that unpacks, in their order, whatever became of the file around them; nothing where there is no file.
 * Each frame's own checksum vouches for it. For a damaged file: all of it is read at once.
 */
export async function* framesWithin(path: string): AsyncGenerator<Buffer> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (isMissing(error)) return Buffer.alloc(0);
    throw error;
  });
  const begins = beginningsIn(bytes);
  for (let i = 0; i < begins.length; i += 1) {
    for (let behind = i + 1; behind <= i + TRIED; behind += 1) {
      const packed = bytes.subarray(begins[i], begins[behind] ?? bytes.length);
      const plain = await decompress(packed, { maxOutputLength: MAX_PLAIN_BYTES }).catch(() => null);
      if (plain === null || plain.at(-1) !== LINE_FEED) continue;
      yield plain;
      i = behind - 1;
      break;
    }
  }
}

function beginningsIn(bytes: Buffer): number[] {
  const found: number[] = [];
  for (const magic of BEGINNINGS) for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) found.push(at);
  return found.toSorted((a, b) => a - b);
}

function chunkFor({ plainBytes }: FramePlace): number {
  return Math.max(LEAST_CHUNK, plainBytes + 1);
}

/** Every line ends in a line feed, also the last: what is behind it is none. */
export function linesOf(plain: Buffer): string[] {
  const lines: string[] = [];
  const encoding = isAscii(plain) ? 'latin1' : 'utf8';
  let from = 0;
  for (let end = plain.indexOf(LINE_FEED); end >= 0; end = plain.indexOf(LINE_FEED, from)) {
    lines.push(plain.toString(encoding, from, end));
    from = end + 1;
  }
  return lines;
}

async function readAt(file: FileHandle, path: string, offset: number, length: number): Promise<Buffer> {
  if (offset < 0) throw damaged(path);
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) throw damaged(path);
    filled += bytesRead;
  }
  return buffer;
}

function damaged(path: string, cause?: unknown): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the sealed file ${path} is damaged`, {
    cause,
    hint: 'run `interlock ledger verify`, keep a copy of the file as it is, and restore it from a backup',
  });
}
