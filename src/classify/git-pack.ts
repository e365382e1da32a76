// The commits at the front of a pack (gitformat-pack): git writes them before trees and blobs, so a push that only goes forward can prove it.

import { inflateSync } from 'node:zlib';
import { applyDelta } from './git-delta.ts';

/** How far into the pack is looked. Longer runs of commits prove nothing, which counts as possibly forced. */
export const MAX_PEEK_BYTES = 64 * 1024;
/** A push that says it is no longer than this, commands included, is read whole. */
export const MAX_PACK_BYTES = 1024 * 1024;
/** What reading a pack may cost at most: some milliseconds, however it was made. */
const MAX_OBJECTS = 1000;
const MAX_UNPACKED_BYTES = 4 * 1024 * 1024;
/** A commit is also hashed and searched for parents, and a delta of one may hold an instruction in every second byte. */
const COMMIT_COST = 4;
const DELTA_COST = 20;
const MAX_COMMIT_BYTES = 64 * 1024;
const HEADER_BYTES = 12;

/** Object types of a pack entry (gitformat-pack). */
const COMMIT = 1;
const TAG = 4;
const OFFSET_DELTA = 6;
const ID_DELTA = 7;

interface PackedCommit {
  /** The object's bytes, without git's own header. */
  readonly data: Buffer;
  /** Where its entry starts: what offset deltas count from. */
  readonly at: number;
}

interface NamedCommit {
  readonly oid: string;
  readonly data: Buffer;
}

interface CommitScan {
  readonly commits: readonly PackedCommit[];
  /** Where the last whole commit ends; `start` when no pack with commits follows. */
  readonly end: number;
  /** True while bytes to come could add a commit. */
  readonly more: boolean;
}

/** Reads whole commits from `start`, at most `budget` bytes far. Never throws: what can't be read ends the scan. */
export function scanCommits(bytes: Buffer, start: number, budget: number): CommitScan {
  const limit = start + budget;
  const seen = Math.min(bytes.length, limit);
  const header = bytes.subarray(start, Math.min(seen, start + HEADER_BYTES));
  if (!Buffer.from('PACK\0\0\0\u0002', 'latin1').subarray(0, header.length).equals(header.subarray(0, 8)))
    return { commits: [], end: start, more: false };
  if (header.length < HEADER_BYTES) return { commits: [], end: start, more: seen < limit };
  const count = Math.min(header.readUInt32BE(8), MAX_OBJECTS);
  const commits: PackedCommit[] = [];
  let end = start + HEADER_BYTES;
  let objects = 0;
  let cost = 0;
  while (objects < count && cost < MAX_UNPACKED_BYTES) {
    const entry = readEntry(bytes.subarray(0, seen), end, commits);
    if (entry === 'more') return { commits, end, more: seen < limit };
    if (entry === 'other') break;
    if (entry.data !== null) commits.push({ data: entry.data, at: end });
    objects += 1;
    cost += entry.cost;
    end = entry.end;
  }
  return { commits, end, more: false };
}

/** `data` is null for what is no commit, or leans on an object that is not here. */
type Entry = { readonly data: Buffer | null; readonly end: number; readonly cost: number };

/** A commit, a delta whose base is a commit already read, or an annotated tag (which git puts among them); `other` for every other object. */
function readEntry(bytes: Buffer, at: number, commits: readonly PackedCommit[]): Entry | 'more' | 'other' {
  // Told by its first byte: for anything else no more is waited for.
  const type = ((bytes[at] ?? COMMIT << 4) >> 4) & 7;
  if (type !== COMMIT && type !== TAG && type !== OFFSET_DELTA) return 'other';
  const head = readEntryHead(bytes, at, 0);
  if (typeof head === 'string') return head;
  if (head.size > MAX_COMMIT_BYTES) return 'other';
  const base = head.base === null ? null : commits.find((commit) => commit.at === head.base);
  if (base === undefined) return 'other';
  const inflated = inflateAt(bytes, head.data, head.size);
  if (typeof inflated === 'string') return inflated;
  if (head.type === TAG) return { data: null, end: inflated.end, cost: head.size };
  const data = base === null ? inflated.data : applyDelta(base.data, inflated.data, MAX_COMMIT_BYTES);
  return data === null
    ? 'other'
    : { data, end: inflated.end, cost: data.length * COMMIT_COST + (base === null ? 0 : head.size * DELTA_COST) };
}

interface EntryHead {
  readonly type: number;
  readonly size: number;
  /** Where an offset delta's base starts, or the id (hex) of an id delta's; null for a plain object. */
  readonly base: number | string | null;
  readonly data: number;
}

function readEntryHead(bytes: Buffer, start: number, idBytes: number): EntryHead | 'more' | 'other' {
  let at = start;
  let byte = bytes[at];
  if (byte === undefined) return 'more';
  const type = (byte >> 4) & 7;
  if (type === 0 || type === 5) return 'other';
  let size = byte & 15;
  for (let shift = 4; (byte & 0x80) !== 0; shift += 7) {
    at += 1;
    byte = bytes[at];
    if (byte === undefined) return 'more';
    size += (byte & 0x7f) * 2 ** shift;
    if (shift > 32) return 'other';
  }
  at += 1;
  if (type === ID_DELTA) {
    const end = at + idBytes;
    return bytes.length < end ? 'more' : { type, size, base: bytes.toString('hex', at, end), data: end };
  }
  if (type !== OFFSET_DELTA) return { type, size, base: null, data: at };
  let distance = -1;
  do {
    byte = bytes[at];
    if (byte === undefined) return 'more';
    distance = (distance + 1) * 128 + (byte & 0x7f);
    at += 1;
  } while ((byte & 0x80) !== 0 && distance < MAX_PACK_BYTES);
  return { type, size, base: start - distance, data: at };
}

function inflateAt(bytes: Buffer, at: number, size: number): { data: Buffer; end: number } | 'more' | 'other' {
  try {
    // `info` tells how many bytes were used up; zlib stops at the end of its stream and leaves the rest alone.
    // Room for what it says it is, instead of zlib's 16 KiB for each of a thousand small objects.
    const room = Math.min(size + 64, 16_384);
    const limits = { maxOutputLength: Math.max(size, 1), chunkSize: room, info: true };
    const result: unknown = inflateSync(bytes.subarray(at), limits);
    const used = usedBytes(result);
    return used === null || used.data.length !== size ? 'other' : { data: used.data, end: at + used.count };
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR' ? 'more' : 'other';
  }
}

/** The shape of zlib's answer with `info: true`, which its published types leave out. */
function usedBytes(result: unknown): { data: Buffer; count: number } | null {
  if (typeof result !== 'object' || result === null || !('buffer' in result) || !('engine' in result)) return null;
  const { buffer, engine } = result;
  if (!Buffer.isBuffer(buffer) || typeof engine !== 'object' || engine === null || !('bytesWritten' in engine)) return null;
  return typeof engine.bytesWritten === 'number' ? { data: buffer, count: engine.bytesWritten } : null;
}

/**
 * The commits anywhere in a pack, one after the other as they are asked for, with their ids as `idOf` tells them. A delta is resolved where
 * its base is one of them and came first. Other objects are passed over. Never throws; what can't be read, or would cost too much, is the end.
 */
export function* allCommits(
  bytes: Buffer,
  start: number,
  idBytes: number,
  idOf: (commit: Buffer) => string,
): Generator<NamedCommit> {
  if (bytes.toString('latin1', start, start + 8) !== 'PACK\0\0\0\u0002' || bytes.length < start + HEADER_BYTES) return;
  const known = new Map<number | string, Buffer>();
  let cost = 0;
  let at = start + HEADER_BYTES;
  for (let left = Math.min(bytes.readUInt32BE(start + 8), MAX_OBJECTS); left > 0; left -= 1) {
    const head = readEntryHead(bytes, at, idBytes);
    if (typeof head === 'string') return;
    cost += head.size * (head.type === COMMIT ? COMMIT_COST : known.has(head.base ?? '') ? DELTA_COST : 1);
    if (cost > MAX_UNPACKED_BYTES) return;
    const inflated = inflateAt(bytes, head.data, head.size);
    if (typeof inflated === 'string') return;
    const data = commitOf(head, inflated.data, known);
    if (data !== null) {
      if (head.type !== COMMIT) cost += data.length * COMMIT_COST;
      const oid = idOf(data);
      known.set(at, data).set(oid, data);
      yield { oid, data };
    }
    at = inflated.end;
  }
}

function commitOf(head: EntryHead, data: Buffer, known: ReadonlyMap<number | string, Buffer>): Buffer | null {
  if (data.length > MAX_COMMIT_BYTES) return null;
  if (head.type === COMMIT) return data;
  const base = head.base === null ? undefined : known.get(head.base);
  return base === undefined ? null : applyDelta(base, data, MAX_COMMIT_BYTES);
}
