// Reads one of LevelDB's tables block by block, each against its checksum, and goes on behind a damaged one.
//
// LevelDB's own reads look at no checksum here (its binding offers no such option), and its repair stops at the first block that does not
// read. Format: doc/table_format.md of LevelDB.

import { crc32c, unmasked } from './crc32c.ts';
import type { LevelChange } from './level-batch.ts';
import { levelBytes } from './level-bytes.ts';
import type { LevelBytes } from './level-bytes.ts';
import { unpackSnappy } from './snappy.ts';

export interface TableContent {
  readonly changes: readonly LevelChange[];
  /** What does not read, in plain words with its offset. */
  readonly damages: readonly string[];
}

const FOOTER = 48;
/** `0xdb4775248b80fb57`, little-endian, ends every table. */
const MAGIC = Buffer.from('57fb808b247547db', 'hex');
/** A byte for the packing and the checksum. */
const TRAILER = 5;
const PLAIN = 0;
const SNAPPY = 1;
const PUT = 1;

interface Handle {
  readonly offset: number;
  readonly size: number;
}

/** Every change in it that is sound. Throws nothing, whatever the file holds. */
export function readTable(file: Buffer): TableContent {
  const changes: LevelChange[] = [];
  const damages = walk(file, (block) => {
    for (const [key, value] of rowsOf(block)) changes.push(changeOf(key, value));
  });
  return { changes, damages };
}

/** Only whether every block is as it was written; nothing is unpacked but what tells where blocks are. */
export function checkTable(file: Buffer): readonly string[] {
  return walk(file, null);
}

/** The same of what LevelDB reads before any entry, from the end of a file alone: `before` bytes of it are not there. */
export function checkTableEnd(end: Buffer, before: number): readonly string[] {
  try {
    directoryOf(end, before);
    return [];
  } catch (error) {
    return [unreadable(error)];
  }
}

function walk(file: Buffer, visit: ((block: Buffer) => void) | null): string[] {
  let handles: readonly Handle[];
  try {
    handles = directoryOf(file, 0);
  } catch (error) {
    return [unreadable(error)];
  }
  const damages: string[] = [];
  for (const handle of handles) {
    try {
      if (visit === null) soundBlock(file, handle);
      else visit(blockAt(file, handle));
    } catch (error) {
      damages.push(`block at ${handle.offset}: ${messageOf(error)}`);
    }
  }
  return damages;
}

/** Where the blocks of entries are. Throws RangeError when the index does not read, or the filters, which can hide what is there. */
function directoryOf(file: Buffer, before: number): readonly Handle[] {
  if (file.length < FOOTER || !file.subarray(-MAGIC.length).equals(MAGIC))
    throw new RangeError('its last bytes are not those of a table');
  const footer = levelBytes(file.subarray(-FOOTER));
  const [filters, index] = [handleIn(footer, before), handleIn(footer, before)];
  for (const [, value] of rowsOf(blockAt(file, filters))) soundBlock(file, handleIn(levelBytes(value), before));
  return rowsOf(blockAt(file, index)).map(([, value]) => handleIn(levelBytes(value), before));
}

function handleIn(bytes: LevelBytes, before: number): Handle {
  return { offset: bytes.varint() - before, size: bytes.varint() };
}

function unreadable(error: unknown): string {
  return `its index does not read: ${messageOf(error)}`;
}

/** The stored bytes of a block and how they are packed. Throws RangeError when the checksum says that they are others. */
function soundBlock(file: Buffer, { offset, size }: Handle): { readonly bytes: Buffer; readonly packing: number } {
  const end = offset + size;
  if (offset < 0 || end + TRAILER > file.length) throw new RangeError('it lies outside of the file');
  if (unmasked(file.readUInt32LE(end + 1)) !== crc32c(file, offset, end + 1)) throw new RangeError('its checksum is wrong');
  return { bytes: file.subarray(offset, end), packing: file[end] ?? PLAIN };
}

function blockAt(file: Buffer, handle: Handle): Buffer {
  const { bytes, packing } = soundBlock(file, handle);
  if (packing === PLAIN) return bytes;
  if (packing === SNAPPY) return unpackSnappy(bytes);
  throw new RangeError(`packing ${packing} is not known`);
}

/** Keys share what they begin with; behind them stands where it is told in full, which is not needed here. */
function rowsOf(block: Buffer): Array<readonly [key: Buffer, value: Buffer]> {
  if (block.length < 4) throw new RangeError('a block is too short');
  const restarts = block.readUInt32LE(block.length - 4);
  const end = block.length - 4 - 4 * restarts;
  if (end < 0) throw new RangeError('a block counts more than it holds');
  const bytes = levelBytes(block.subarray(0, end));
  const rows: Array<readonly [Buffer, Buffer]> = [];
  let key: Buffer = Buffer.alloc(0);
  while (!bytes.done) {
    const shared = bytes.varint();
    const own = bytes.varint();
    const length = bytes.varint();
    if (shared > key.length) throw new RangeError('a key shares more than there is');
    key = Buffer.concat([key.subarray(0, shared), bytes.take(own)]);
    rows.push([key, bytes.take(length)]);
  }
  return rows;
}

/** The last eight bytes of a stored key are its order and whether it was put or deleted. */
function changeOf(key: Buffer, value: Buffer): LevelChange {
  if (key.length < 8) throw new RangeError('a key is too short');
  const tag = key.readBigUInt64LE(key.length - 8);
  const put = Number(tag & 0xffn) === PUT;
  return { key: key.toString('utf8', 0, key.length - 8), value: put ? value.toString('utf8') : null, order: Number(tag >> 8n) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
