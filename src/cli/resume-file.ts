// The file of `ledger verify --resume`: where a verification stopped, and when the first of its runs began.

import { readFileSync } from 'node:fs';
import { InterlockError } from '../errors.ts';
import { writePrivateFile } from '../record/private-file.ts';

export interface Resumable {
  /** RFC 3339: what was changed since then in the entries that were read is not noticed. */
  readonly since: string;
  readonly state: string;
}

const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\n(\{.*\})\n$/s;

/** Null when there is no such file yet. Throws USAGE for a file that holds something else. */
export function readResume(file: string): Resumable | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new InterlockError('USAGE', `cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const [, since, state] = FORM.exec(text) ?? [];
  if (since !== undefined && state !== undefined) return { since, state };
  throw new InterlockError('USAGE', `${file} is not where a verification stopped`, {
    hint: 'name a file that `--resume` wrote, or a new one',
  });
}

/** On disk when it returns, whole. Only its owner may read it: notes in it name agents and sessions. */
export function writeResume(file: string, { since, state }: Resumable): void {
  writePrivateFile(file, `${since}\n${state}\n`);
}
