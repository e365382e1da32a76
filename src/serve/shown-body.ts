// The body of a waiting request as an approver may read it: plain text, cut, and nothing in it that could act (threats D4, D5).

import { plainText } from '../record/plain-text.ts';

export interface ShownBody {
  /** Lines of plain text; see record/plain-text.ts for how the rest is written. */
  readonly text: string;
  readonly truncated: boolean;
  /** Of the whole body. */
  readonly bytes: number;
}

const SHOWN_BYTES = 64 * 1024;
/** Escaped text is at most so much longer than what it stands for. */
const ESCAPED = 10;

export function shownBody(body: Buffer): ShownBody {
  const head = body.subarray(0, SHOWN_BYTES);
  // What is no UTF-8 shows as U+FFFD: bytes that nobody can read are not made to look like text.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(head);
  const lines = text.split('\n').map((line) =>
    line
      .split('\t')
      .map((cell) => plainText(cell, cell.length * ESCAPED))
      .join('\t'),
  );
  return { text: lines.join('\n'), truncated: head.length < body.length, bytes: body.length };
}
