// The forms in which an entry leaves.

import { readEntry } from '../record/entry-codec.ts';
import { entryRow } from '../record/entry-view.ts';
import type { StoredLine } from '../record/stored-line.ts';
import { jsonLine } from './json-line.ts';
import { ocsfLine } from './ocsf.ts';

export type Format = 'text' | 'jsonl' | 'ocsf';
export const FORMATS: readonly Format[] = ['text', 'jsonl', 'ocsf'];

/** One line without its end, in which nothing that an agent wrote can end a line or move a cursor. */
export function formatLine(line: StoredLine, format: Format): string {
  if (format === 'ocsf') return ocsfLine(line);
  return format === 'jsonl' ? jsonLine(line) : entryRow(readEntry(line.text, line.hidden ?? undefined));
}
