// Reads git objects from a checkout's own files, loose or packed: git itself need not be installed where the gateway runs.

import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateSync, constants } from 'node:zlib';
import { applyDelta } from '../classify/git-delta.ts';
import { piecesOf } from '../decide/pace.ts';

/** Commits and trees are small; a blob is never read. */
const MAX_OBJECT_BYTES = 16 * 1024 * 1024;
const MAX_DELTAS = 64;
const MAX_PACKS = 500;
const FANOUT_AT = 8;
const IDS_AT = FANOUT_AT + 256 * 4;
const TYPES: Readonly<Record<number, string>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };

export interface GitObject {
  readonly type: string;
  readonly data: Buffer;
}

/** Null for one that is not there, is too large or makes no sense. `objects` is the checkout's `objects` folder. */
export async function readGitObject(objects: string, oid: string): Promise<GitObject | null> {
  try {
    const found = (await readLoose(objects, oid)) ?? (await readPacked(objects, oid));
    // INVARIANT: an object is believed only when it is what its name says.
    return found !== null && objectId(found, oid.length) === oid ? found : null;
  } catch {
    return null;
  }
}

/** SHA-1, or SHA-256 in repositories whose names are that long. */
export function objectId({ type, data }: GitObject, digits: number): string {
  return begun(type, data.length, digits).update(data).digest('hex');
}

/** The name of a file's object. A file of some MiB takes too long for one turn: `rest` is called after each piece. */
export async function blobId(data: Uint8Array, digits: number, rest: () => Promise<void> | undefined): Promise<string> {
  const hash = begun('blob', data.length, digits);
  for (const piece of piecesOf(data)) {
    hash.update(piece);
    await rest();
  }
  return hash.digest('hex');
}

function begun(type: string, length: number, digits: number): Hash {
  return createHash(digits === 64 ? 'sha256' : 'sha1').update(`${type} ${length}\0`);
}

async function readLoose(objects: string, oid: string): Promise<GitObject | null> {
  const packed = await readFile(join(objects, oid.slice(0, 2), oid.slice(2))).catch(() => null);
  if (packed === null) return null;
  const whole = inflateSync(packed, { maxOutputLength: MAX_OBJECT_BYTES });
  const end = whole.indexOf(0);
  const [type = ''] = whole.subarray(0, end).toString('latin1').split(' ');
  return { type, data: whole.subarray(end + 1) };
}

async function readPacked(objects: string, oid: string): Promise<GitObject | null> {
  const names = (await readdir(join(objects, 'pack'))).filter((name) => /^pack-[0-9a-f]+\.idx$/.test(name));
  for (const name of names.slice(0, MAX_PACKS)) {
    const index = join(objects, 'pack', name);
    const at = await offsetIn(index, oid);
    if (at === null) continue;
    await using pack = await open(index.replace(/idx$/, 'pack'), 'r');
    return await readEntry(pack, at, (base) => offsetIn(index, base), oid.length / 2);
  }
  return null;
}

/** Where the object starts in its pack (gitformat-pack, "Version 2 pack-*.idx files"); null when it is not in there. */
async function offsetIn(path: string, oid: string): Promise<number | null> {
  await using index = await open(path, 'r');
  const bytes = oid.length / 2;
  const head = await read(index, 0, IDS_AT);
  if (head.readUInt32BE(0) !== 0xff744f63 || head.readUInt32BE(4) !== 2) return null;
  const wanted = Buffer.from(oid, 'hex');
  const first = wanted[0] ?? 0;
  let low = first === 0 ? 0 : head.readUInt32BE(FANOUT_AT + (first - 1) * 4);
  let high = head.readUInt32BE(FANOUT_AT + first * 4);
  const count = head.readUInt32BE(FANOUT_AT + 255 * 4);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const order = Buffer.compare(await read(index, IDS_AT + middle * bytes, bytes), wanted);
    if (order === 0) return await packOffset(index, count, middle, bytes);
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return null;
}

async function packOffset(index: FileHandle, count: number, place: number, bytes: number): Promise<number> {
  const offsetsAt = IDS_AT + count * (bytes + 4);
  const offset = (await read(index, offsetsAt + place * 4, 4)).readUInt32BE(0);
  if (offset < 0x80000000) return offset;
  return Number((await read(index, offsetsAt + count * 4 + (offset - 0x80000000) * 8, 8)).readBigUInt64BE(0));
}

/** The object at this place, its deltas applied. */
async function readEntry(
  pack: FileHandle,
  start: number,
  offsetOf: (oid: string) => Promise<number | null>,
  idBytes: number,
): Promise<GitObject | null> {
  const deltas: Buffer[] = [];
  let at = start;
  while (deltas.length <= MAX_DELTAS) {
    const head = await read(pack, at, 64);
    const { type, size, end } = entryHead(head);
    if (size > MAX_OBJECT_BYTES) return null;
    const name = TYPES[type];
    if (name !== undefined) return applyAll(name, await inflated(pack, at + end, size), deltas);
    const base = type === 6 ? offsetDelta(head, end) : { back: 0, end: end + idBytes };
    deltas.push(await inflated(pack, at + base.end, size));
    const next = type === 6 ? at - base.back : await offsetOf(head.toString('hex', end, end + idBytes));
    if (next === null || (type === 6 && base.back <= 0)) return null;
    at = next;
  }
  return null;
}

function applyAll(type: string, base: Buffer, deltas: readonly Buffer[]): GitObject | null {
  let data: Buffer | null = base;
  for (const delta of deltas.toReversed()) data = data === null ? null : applyDelta(data, delta, MAX_OBJECT_BYTES);
  return data === null ? null : { type, data };
}

function entryHead(head: Buffer): { readonly type: number; readonly size: number; readonly end: number } {
  let byte = head[0] ?? 0;
  const type = (byte >> 4) & 7;
  let size = byte & 15;
  let end = 1;
  for (let shift = 4; (byte & 0x80) !== 0; shift += 7) {
    byte = head[end] ?? 0;
    size += (byte & 0x7f) * 2 ** shift;
    end += 1;
  }
  return { type, size, end };
}

function offsetDelta(head: Buffer, start: number): { readonly back: number; readonly end: number } {
  let end = start;
  let byte = head[end] ?? 0;
  let back = byte & 0x7f;
  end += 1;
  while ((byte & 0x80) !== 0) {
    byte = head[end] ?? 0;
    back = (back + 1) * 128 + (byte & 0x7f);
    end += 1;
  }
  return { back, end };
}

/** `size` bytes of what is packed from `at` on: how long that is packed is not written anywhere. */
async function inflated(pack: FileHandle, at: number, size: number): Promise<Buffer> {
  for (let length = size + 1024; ; length *= 4) {
    const chunk = await read(pack, at, length);
    const data = inflateSync(chunk, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_OBJECT_BYTES });
    if (data.length === size) return data;
    if (chunk.length < length || length > 4 * MAX_OBJECT_BYTES) throw new Error('a packed object is not as long as it says');
  }
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
