// The header block of a raw message or of one of its parts (RFC 5322 §2.2), where all readers agree on its fields and on its end (E22).

import { MimeProblem } from './mime-problem.ts';

export interface MimeField {
  /** Lower case. */
  readonly name: string;
  /** Unfolded, without blanks at its ends. ASCII. */
  readonly value: string;
  /** Where the field begins and ends (its line end included), in bytes of the whole message. */
  readonly start: number;
  readonly end: number;
}

export type LineEnd = '\r\n' | '\n';

interface MimeHead {
  readonly fields: readonly MimeField[];
  readonly lineEnd: LineEnd;
  /** Where the body begins, in bytes of the whole message. */
  readonly bodyAt: number;
}

/** Some thousand recipients. Longer blocks are an attack on the reader, not mail (threat C9). */
const MAX_HEAD_LENGTH = 64 * 1024;
const MAX_FIELDS = 1000;
/** RFC 5322 §2.1.1: relays break longer lines, and what comes behind the break would be a field of its own. */
const MAX_LINE_LENGTH = 998;

/** Printable ASCII, tabs and line ends: NEL, VT, FF and 8-bit bytes are line breaks to some readers and letters to others. */
const HEAD_TEXT = /^[\t\r\n -~]*$/;
const FIELD = /^([!-9;-~]+):(.*)$/s;

/**
 * Reads the block that begins at `start`, with the line ends of the message that it is a part of. `text` is the message as Latin-1, so that characters are bytes. Throws MimeProblem for bare CR
 * or LF, 8-bit bytes and controls, a line that is no field, a blank continuation line: one reader's body is another's header there.
 */
export function readMimeHead(text: string, start: number, end: number, lineEnd: LineEnd = lineEndOf(text)): MimeHead {
  if (text.startsWith(lineEnd, start)) return { fields: [], lineEnd, bodyAt: start + lineEnd.length };
  const gap = text.indexOf(lineEnd + lineEnd, start);
  const isWhole = gap !== -1 && gap < end;
  const headEnd = isWhole ? gap + lineEnd.length : end;
  if (headEnd - start > MAX_HEAD_LENGTH) throw new MimeProblem(`a header block is longer than ${MAX_HEAD_LENGTH} bytes`);
  const head = text.slice(start, headEnd);
  if (!HEAD_TEXT.test(head)) throw new MimeProblem('a header field holds an 8-bit byte or a control');
  return { fields: readFields(head, lineEnd, start), lineEnd, bodyAt: isWhole ? Math.min(gap + 2 * lineEnd.length, end) : end };
}

/** Hand-made mail often comes with LF alone, which everybody reads alike as long as there is no other line end in the block. */
function lineEndOf(text: string): LineEnd {
  const feed = text.indexOf('\n');
  return feed > 0 && text[feed - 1] === '\r' ? '\r\n' : '\n';
}

function readFields(head: string, lineEnd: string, offset: number): MimeField[] {
  const lines = head.split(lineEnd);
  if (lines.at(-1) === '') lines.pop();
  const fields: MimeField[] = [];
  let at = offset;
  let open: { text: string; readonly start: number } | null = null;
  for (const line of lines) {
    if (/[\r\n]/.test(line)) throw new MimeProblem('a header block mixes line ends (bare CR or LF)');
    if (line.length > MAX_LINE_LENGTH) throw new MimeProblem(`a header line is longer than ${MAX_LINE_LENGTH} characters`);
    if (/^[ \t]/.test(line)) {
      if (open === null || line.trim() === '') throw new MimeProblem('a header block holds a blank line that is not empty');
      open.text += line;
    } else {
      if (open !== null) fields.push(readField(open.text, open.start, at));
      open = { text: line, start: at };
    }
    at += line.length + lineEnd.length;
  }
  if (open !== null) fields.push(readField(open.text, open.start, Math.min(at, offset + head.length)));
  if (fields.length > MAX_FIELDS) throw new MimeProblem(`a header block holds more than ${MAX_FIELDS} fields`);
  return fields;
}

/** A blank before the colon is part of the name to some, the end of all headers to others. */
function readField(text: string, start: number, end: number): MimeField {
  const match = FIELD.exec(text);
  if (match === null) throw new MimeProblem('a header block holds a line that is no field');
  return { name: (match[1] ?? '').toLowerCase(), value: (match[2] ?? '').trim(), start, end };
}

/** The one value of a field; undefined when it is absent. Throws MimeProblem for repeats: first or last depends on the reader. */
export function onlyField(fields: readonly MimeField[], name: string): string | undefined {
  const [field, second] = fields.filter((candidate) => candidate.name === name);
  if (second !== undefined) throw new MimeProblem(`the message holds more than one \`${name}\``);
  return field?.value;
}
