// Checkpoints that were kept elsewhere: single notes, files that anchors added to, and folders of either.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { noteIn } from '../anchor/file-anchor.ts';
import { InterlockError } from '../errors.ts';
import { parseCheckpoint } from '../record/checkpoint.ts';
import type { KeptNote } from '../record/verify-notes.ts';

/** Those that one walk is held against; of more, the first and the last of each file count most. */
const MAX_OF_FILE = 16;
const MAX_FILES = 256;

/** Throws USAGE for a place without a checkpoint. */
export function keptNotes(place: string, cwd: string): KeptNote[] {
  const path = resolve(cwd, place);
  const files = isFolder(path, place) ? filesIn(path) : [path];
  const notes = files.flatMap((file) => notesOf(file, files.length === 1 ? place : file));
  if (notes.length > 0) return notes;
  throw new InterlockError('USAGE', `no checkpoint in ${place}`, {
    hint: 'name a file or a folder that checkpoints were kept in',
  });
}

/**
 * A file of JSON lines, as anchors write them, or one note. Lines of other text are passed over: a line may have been cut by a crash.
 * Of many lines the last ones and a few spread over the rest are taken: each covers all before it.
 */
function notesOf(file: string, shown: string): KeptNote[] {
  const text = read(file, shown);
  const lines = text.split('\n').flatMap((line, i) => {
    const note = noteIn(line);
    return note === null ? [] : [{ source: `the checkpoint in line ${i + 1} of ${shown}`, note }];
  });
  if (lines.length === 0) return [{ source: `the checkpoint in ${shown}`, note: oneNote(text, shown) }];
  const step = Math.max(1, Math.floor(lines.length / (MAX_OF_FILE / 2)));
  return lines.filter((_, i) => i % step === 0 || i >= lines.length - MAX_OF_FILE / 2);
}

/** What is no checkpoint is said of the file, and not of the ledger. Never passed over: it may have been one. */
function oneNote(text: string, shown: string): string {
  try {
    parseCheckpoint(text);
    return text;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InterlockError('USAGE', `no checkpoint in ${shown}: ${why}`, {
      cause,
      hint: 'name what `ledger verify --write-checkpoint` or an anchor wrote; a folder may hold nothing else',
    });
  }
}

function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return names
    .map(({ name }) => join(folder, name))
    .toSorted()
    .slice(-MAX_FILES);
}

function isFolder(path: string, shown: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw unreadable(shown, cause);
  }
}

function read(file: string, shown: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unreadable(shown, cause);
  }
}

function unreadable(shown: string, cause: unknown): InterlockError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new InterlockError('USAGE', `cannot read the checkpoints in ${shown}: ${why}`, { cause });
}
