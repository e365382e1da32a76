// Checkpoints appended to a file: on another volume, an append-only mount or a share. One JSON line each, `{"time":…,"note":…}`.

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { parseCheckpoint } from '../record/checkpoint.ts';
import type { Checkpoint } from '../record/checkpoint.ts';
import { type Anchor, type Anchored, type Answered, conflict, failed, type Submitted } from './anchor.ts';

/** A line is some 400 characters; the last one is within this of the end. */
const TAIL_BYTES = 64 * 1024;

/** `clock`: milliseconds since 1970, for people who read the file. */
export function fileAnchor(path: string, clock: () => number = Date.now): Anchor {
  return {
    name: `file ${path}`,
    async keep(submitted, ledger) {
      try {
        // Never followed: whoever may write in that folder could lead it elsewhere. Append only: the mount may allow no more.
        const file = await open(path, constants.O_APPEND | constants.O_CREAT | constants.O_RDWR | constants.O_NOFOLLOW, 0o644);
        try {
          return await append(file, submitted, ledger, clock());
        } finally {
          await file.close();
        }
      } catch (error) {
        return failed(error instanceof Error ? error.message : String(error));
      }
    },
  };
}

async function append(file: FileHandle, submitted: Submitted, ledger: Anchored, now: number): Promise<Answered> {
  const { note, size, kept } = submitted;
  const last = await lastCheckpoint(file);
  const problem = last === null ? null : await disagreement(last, submitted, ledger);
  if (last !== null && problem !== null) return conflict(last.size, problem);
  if (last?.size !== size) {
    await file.appendFile(`${JSON.stringify({ time: new Date(now).toISOString(), note })}\n`);
    await file.datasync();
  }
  // What was taken away proves nothing any more. It is told once, and the file goes on from here.
  const gone = kept > (last?.size ?? 0);
  return gone ? conflict(last?.size ?? 0, taken(kept)) : { result: 'kept', size, cosignatures: '', note: '' };
}

function taken(kept: number): string {
  return `it had a checkpoint of ${kept} entries, and has none of that size now: lines were taken away or written over`;
}

/** Null when this ledger is a continuation of what the file has. */
async function disagreement(last: Checkpoint, { note, size }: Submitted, ledger: Anchored): Promise<string | null> {
  const { origin } = parseCheckpoint(note).checkpoint;
  if (last.origin !== origin) return `its last checkpoint is of ${last.origin}`;
  if (last.size > size)
    return `it has a checkpoint of ${last.size} entries, and this ledger has ${size}: it was cut or rolled back`;
  return (await ledger.root(last.size)) === last.hash
    ? null
    : `the first ${last.size} entries are not those of its last checkpoint: this ledger was rebuilt`;
}

/** The last line that is whole. A line cut by a crash is passed over; the next one starts behind a line feed of its own. */
async function lastCheckpoint(file: FileHandle): Promise<Checkpoint | null> {
  const { size } = await file.stat();
  const from = Math.max(0, size - TAIL_BYTES);
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - from), position: from });
  const text = buffer.toString('utf8', 0, bytesRead);
  if (text !== '' && !text.endsWith('\n')) await file.appendFile('\n');
  for (const line of text.split('\n').toReversed()) {
    const note = noteIn(line);
    if (note !== null) return parseCheckpoint(note).checkpoint;
  }
  return null;
}

/** The note of one line of such a file, or null. */
export function noteIn(line: string): string | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('note' in value) || typeof value.note !== 'string') return null;
    parseCheckpoint(value.note);
    return value.note;
  } catch {
    return null;
  }
}
