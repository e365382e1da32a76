// What an open found at the end of the log, kept beside the store until a start entry has told of it: whoever opens next finds no trace.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { writePrivateFile } from './private-file.ts';

export interface RecoveryNote {
  /** Empty when there is nothing to tell. */
  readonly text: string;
  /** To be called once it is on record. */
  told(): void;
}

const MAX_CHARS = 1000;

/** `found` is what this open found, added to what earlier ones left untold. On disk when this returns. */
export function recoveryNote(folder: string, found: string): RecoveryNote {
  const file = `${folder}-note`;
  const before = existsSync(file) ? readFileSync(file, 'utf8').slice(0, MAX_CHARS) : '';
  const text = [before, found].filter((part) => part !== '').join('; ');
  if (found !== '') writePrivateFile(file, text);
  return { text, told: () => rmSync(file, { force: true }) };
}
