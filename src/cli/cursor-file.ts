// A file with one number: the sequence that a reader of the ledger goes on from.

import { readFileSync } from 'node:fs';
import { InterlockError } from '../errors.ts';
import { writePrivateFile } from '../record/private-file.ts';

/** Null when there is no such file yet. Throws USAGE for a file that holds something else. */
export function readCursor(file: string): number | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new InterlockError('USAGE', `cannot read the cursor: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (/^\d{1,15}\n?$/.test(text)) return Number(text);
  throw new InterlockError('USAGE', `${file} is no cursor: expected one whole number`);
}

/** On disk when it returns: after a power cut the file holds this number or the one before. */
export function writeCursor(file: string, next: number): void {
  writePrivateFile(file, `${next}\n`);
}
