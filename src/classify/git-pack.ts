// The commits at the front of a pack (gitformat-pack): git writes them before trees and blobs, so a push that only goes forward can prove it.

import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';

/** How far into the pack is looked. Longer runs of commits prove nothing, which counts as possibly forced. */
export const MAX_PEEK_BYTES = 64 * 1024;
const MAX_COMMITS = 1000;
const MAX_COMMIT_BYTES = 64 * 1024;
const HEADER_BYTES = 12;

export interface PackedCommit {
  /** The object's bytes, without git's own header. */
  readonly data: Buffer;
  /** Where its entry starts: what offset deltas count from. */
  readonly at: number;
}

export interface CommitScan {
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
  const count = Math.min(header.readUInt32BE(8), MAX_COMMITS);
  const commits: PackedCommit[] = [];
  let end = start + HEADER_BYTES;
  while (commits.length < count) {
    const entry = readEntry(bytes.subarray(0, seen), end, commits);
    if (entry === 'more') return { commits, end, more: seen < limit };
    if (entry === 'other') break;
    commits.push({ data: entry.data, at: end });
    end = entry.end;
  }
  return { commits, end, more: false };
}

type Entry = { readonly data: Buffer; readonly end: number };

/** A commit, or a delta whose base is a commit already read; `other` for every other object. */
function readEntry(bytes: Buffer, at: number, commits: readonly PackedCommit[]): Entry | 'more' | 'other' {
  const head = readEntryHead(bytes, at);
  if (head === 'more' || head === 'other') return head;
  if (head.size > MAX_COMMIT_BYTES) return 'other';
  const base = head.base === null ? null : commits.find((commit) => commit.at === head.base);
  if (base === undefined) return 'other';
  const inflated = inflateAt(bytes, head.data, head.size);
  if (typeof inflated === 'string') return inflated;
  const data = base === null ? inflated.data : applyDelta(base.data, inflated.data);
  return data === null ? 'other' : { data, end: inflated.end };
}

interface EntryHead {
  readonly size: number;
  /** Where an offset delta's base starts; null for a plain commit. Deltas by object id lean on bases outside a thin pack. */
  readonly base: number | null;
  readonly data: number;
}

function readEntryHead(bytes: Buffer, start: number): EntryHead | 'more' | 'other' {
  let at = start;
  let byte = bytes[at];
  if (byte === undefined) return 'more';
  const type = (byte >> 4) & 7;
  if (type !== 1 && type !== 6) return 'other';
  let size = byte & 15;
  for (let shift = 4; (byte & 0x80) !== 0; shift += 7) {
    at += 1;
    byte = bytes[at];
    if (byte === undefined) return 'more';
    size += (byte & 0x7f) * 2 ** shift;
    if (shift > 32) return 'other';
  }
  at += 1;
  if (type === 1) return { size, base: null, data: at };
  let distance = -1;
  do {
    byte = bytes[at];
    if (byte === undefined) return 'more';
    distance = (distance + 1) * 128 + (byte & 0x7f);
    at += 1;
  } while ((byte & 0x80) !== 0 && distance < MAX_PEEK_BYTES);
  return { size, base: start - distance, data: at };
}

function inflateAt(bytes: Buffer, at: number, size: number): Entry | 'more' | 'other' {
  try {
    // `info` tells how many bytes were used up; zlib stops at the end of its stream and leaves the rest alone.
    const result: unknown = inflateSync(bytes.subarray(at), { maxOutputLength: Math.max(size, 1), info: true });
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

/** Copy and insert instructions over a base (gitformat-pack, "Deltified representation"); null when they don't fit. */
function applyDelta(base: Buffer, delta: Buffer): Buffer | null {
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
  const parts: Buffer[] = [];
  let length = 0;
  while (at < delta.length && length <= MAX_COMMIT_BYTES) {
    const op = delta[at] ?? 0;
    at += 1;
    let part: Buffer;
    if ((op & 0x80) === 0) {
      part = delta.subarray(at, at + op);
      at += op;
      if (op === 0) return null;
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
      part = base.subarray(offset, offset + (size === 0 ? 0x10000 : size));
    }
    parts.push(part);
    length += part.length;
  }
  return sizes[0] === base.length && sizes[1] === length && length <= MAX_COMMIT_BYTES ? Buffer.concat(parts) : null;
}

/**
 * True when the commits prove that `tip` descends from `base`: a chain of hashes, so it can't be forged. False means unknown,
 * because the chain may go on in commits that the upstream has already.
 */
export function provesDescent(commits: readonly PackedCommit[], tip: string, base: string, format: 'sha1' | 'sha256'): boolean {
  const parents = new Map<string, readonly string[]>();
  for (const { data } of commits) {
    const oid = createHash(format).update(`commit ${data.length}\0`).update(data).digest('hex');
    parents.set(oid, readParents(data.toString('latin1')));
  }
  const seen = new Set<string>();
  const open = [tip];
  for (let oid = open.pop(); oid !== undefined; oid = open.pop()) {
    if (oid === base) return true;
    if (seen.has(oid)) continue;
    seen.add(oid);
    open.push(...(parents.get(oid) ?? []));
  }
  return false;
}

function readParents(commit: string): string[] {
  const parents: string[] = [];
  for (const line of commit.split('\n')) {
    const oid = /^parent ([0-9a-f]+)$/.exec(line)?.[1];
    if (oid !== undefined) parents.push(oid);
    else if (!line.startsWith('tree ')) break;
  }
  return parents;
}
