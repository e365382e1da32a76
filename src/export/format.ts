// The forms in which an entry leaves.

import { readEntry } from '../record/entry-codec.ts';
import { entryRow } from '../record/entry-view.ts';
import type { StoredLine } from '../record/stored-line.ts';
import { jsonLine } from './json-line.ts';

export type Format = 'text' | 'jsonl';
export const FORMATS: readonly Format[] = ['text', 'jsonl'];

/** One line without its end, in which nothing that an agent wrote can end a line or move a cursor. */
export function formatLine(line: StoredLine, format: Format): string {
  return format === 'jsonl' ? jsonLine(line) : entryRow(readEntry(line.text, line.hidden ?? undefined));
}
