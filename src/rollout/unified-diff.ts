// What changed from one text to another, line by line, as people read it in a unified diff.

import { formatPatch, OMIT_HEADERS, structuredPatch } from 'diff';

/** Edits that are looked for, and lines that are looked at. Texts further apart or longer are told as one taken out and the other put in. */
const MAX_EDITS = 400;
const MAX_LINES = 20_000;
const CONTEXT = 3;
export const MAX_DIFF_CHARS = 200_000;

/** Hunks with three lines around each change; empty for equal texts. Longer ones than `MAX_DIFF_CHARS` are cut and say so. */
export function unifiedDiff(before: string, after: string): string {
  if (before === after) return '';
  const text = shortest(before, after) ?? replaced(before, after);
  if (text.length <= MAX_DIFF_CHARS) return text;
  return `${text.slice(0, MAX_DIFF_CHARS).toWellFormed()}\n… ${text.length - MAX_DIFF_CHARS} more characters\n`;
}

/** Null: that would take too long. */
function shortest(before: string, after: string): string | null {
  if (lineCount(before) + lineCount(after) > MAX_LINES) return null;
  const patch = structuredPatch('', '', before, after, undefined, undefined, { context: CONTEXT, maxEditLength: MAX_EDITS });
  return patch === undefined ? null : formatPatch(patch, OMIT_HEADERS);
}

function replaced(before: string, after: string): string {
  return `@@ -1,${lineCount(before)} +1,${lineCount(after)} @@\n${marked('-', before)}${marked('+', after)}`;
}

function marked(sign: string, text: string): string {
  return text === '' ? '' : `${sign}${text.replace(/\n$/, '').replaceAll('\n', `\n${sign}`)}\n`;
}

function lineCount(text: string): number {
  let lines = text === '' || text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
