// Reads a LevelDB log (its write-ahead log, and its MANIFEST) record by record, and says where it is damaged.
//
// LevelDB itself drops what does not read, goes on with the next block, and opens: entries vanish from the middle of the chain without a
// word (threat F14). Format: doc/log_format.md of LevelDB, blocks of 32 KiB that hold fragments with a header of seven bytes each.

import { crc32c, unmasked } from './crc32c.ts';

export interface LogRecord {
  /** Where its first fragment begins. */
  readonly offset: number;
  readonly bytes: Buffer;
}

export interface LogDamage {
  readonly offset: number;
  readonly problem: string;
}

export interface LogContent {
  readonly records: readonly LogRecord[];
  /** In the order of their offsets. */
  readonly damages: readonly LogDamage[];
  /** Where half a record begins with which the file ends, as a killed writer leaves it; null when it ends with a whole one. */
  readonly tornAt: number | null;
}

const BLOCK = 32 * 1024;
const HEADER = 7;
const FULL = 1;
const FIRST = 2;
const LAST = 4;

/** A physical record: whole, or why it is not. `end` is where the next one is looked for. */
type Fragment =
  | { readonly kind: 'whole'; readonly type: number; readonly payload: Buffer; readonly end: number }
  | { readonly kind: 'bad'; readonly problem: string; readonly end: number }
  /** The trailer of a block. */
  | { readonly kind: 'blank'; readonly end: number }
  | { readonly kind: 'torn' };

/** Every record that is whole, also those behind damage. Bounded by the file: work and memory are linear in it. */
export function readLevelLog(file: Buffer): LogContent {
  const records: LogRecord[] = [];
  const damages: LogDamage[] = [];
  let open: { readonly offset: number; readonly parts: Buffer[] } | null = null;
  let tornAt: number | null = null;
  let at = 0;
  while (at < file.length && tornAt === null) {
    const fragment = fragmentAt(file, at);
    const here = at;
    if (fragment.kind === 'torn') {
      tornAt = open?.offset ?? here;
      break;
    }
    at = fragment.end;
    if (fragment.kind === 'blank') continue;
    if (fragment.kind === 'bad') {
      damages.push({ offset: open?.offset ?? here, problem: fragment.problem });
      open = null;
      continue;
    }
    const { type, payload } = fragment;
    if ((type === FULL || type === FIRST) !== (open === null)) {
      damages.push({ offset: open?.offset ?? here, problem: 'a part of a record is missing' });
      open = null;
    }
    if (type === FULL) records.push({ offset: here, bytes: payload });
    else if (type === FIRST) open = { offset: here, parts: [payload] };
    else if (open !== null) {
      open.parts.push(payload);
      if (type === LAST) {
        records.push({ offset: open.offset, bytes: Buffer.concat(open.parts) });
        open = null;
      }
    }
  }
  if (open !== null) tornAt ??= open.offset;
  return { records, damages, tornAt };
}

function fragmentAt(file: Buffer, at: number): Fragment {
  const blockEnd = Math.min(file.length, at - (at % BLOCK) + BLOCK);
  const atEnd = blockEnd === file.length;
  if (blockEnd - at < HEADER) return atEnd && blockEnd % BLOCK !== 0 ? { kind: 'torn' } : { kind: 'blank', end: blockEnd };
  const length = file.readUInt16LE(at + 4);
  const type = file[at + 6] ?? 0;
  const end = at + HEADER + length;
  // Room that a file system gave before the bytes came. LevelDB passes over it in silence, with all that stands behind it in the block.
  if (type === 0 && length === 0)
    return { kind: 'bad', problem: 'zeros stand in the place of a record', end: nextSound(file, at + 1, blockEnd) };
  if (end > blockEnd) {
    // Only the last block can end in the middle of a record. A damaged length looks the same there, but for what still reads behind it.
    const next = nextSound(file, at + 1, blockEnd);
    return atEnd && end > file.length && next === blockEnd
      ? { kind: 'torn' }
      : { kind: 'bad', problem: 'the length of a record is wrong', end: next };
  }
  if (isSound(file, at, end) && type >= FULL && type <= LAST)
    return { kind: 'whole', type, payload: file.subarray(at + HEADER, end), end };
  return { kind: 'bad', problem: 'the checksum of a record is wrong', end: nextSound(file, at + 1, blockEnd) };
}

function isSound(file: Buffer, at: number, end: number): boolean {
  return unmasked(file.readUInt32LE(at)) === crc32c(file, at + 6, end);
}

/**
 * Where the next fragment that holds begins, or the block's end. INVARIANT: no damage hides what is whole behind it: a synced batch there
 * means that synced entries are damaged, and nothing may be cut off. Chance finds one in four thousand million places; text has none.
 */
function nextSound(file: Buffer, from: number, blockEnd: number): number {
  for (let at = from; at + HEADER <= blockEnd; at += 1) {
    const type = file[at + 6] ?? 0;
    const end = at + HEADER + file.readUInt16LE(at + 4);
    if (type >= FULL && type <= LAST && end <= blockEnd && isSound(file, at, end)) return at;
  }
  return blockEnd;
}
