// Takes a multipart body apart at its delimiter lines (RFC 2046 §5.1), only where every reader would cut at the same places (E19, E22).

import type { LineEnd } from './mime-head.ts';
import { MimeProblem } from './mime-problem.ts';

/** Bytes of one part, its delimiter lines left out. */
interface MimePiece {
  readonly start: number;
  readonly end: number;
}

const BOUNDARY = /^[A-Za-z0-9'()+_,./:=? -]{0,69}[A-Za-z0-9'()+_,./:=?-]$/;
const MAX_PARTS = 1000;

/** The body of a multipart: where it lies in `text`, and the line ends of the message that it is in. */
export interface MimeBody {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly lineEnd: LineEnd;
}

/**
 * Throws MimeProblem for a boundary that is none, a delimiter with the wrong line ends, one that only begins like the boundary, a missing
 * last one, and anything after it that looks like one.
 */
export function splitMultipart(body: MimeBody, boundary: string | undefined): MimePiece[] {
  const { text, start, end, lineEnd } = body;
  if (boundary === undefined || !BOUNDARY.test(boundary))
    throw new MimeProblem('a multipart has no boundary, or one that is not legal');
  const mark = `--${boundary}`;
  const pieces: MimePiece[] = [];
  let partAt = -1;
  let closed = false;
  for (let at = text.indexOf(mark, start); at !== -1 && at < end; at = text.indexOf(mark, at + mark.length)) {
    if (at > start && !isBreak(text[at - 1])) continue;
    const line = readDelimiter(body, at + mark.length);
    if (closed || (at > start && !text.endsWith(lineEnd, at)) || (lineEnd === '\n' && text[at - 2] === '\r'))
      throw new MimeProblem('a multipart has a delimiter line that not every reader would take for one');
    if (partAt !== -1) pieces.push({ start: partAt, end: Math.max(partAt, at - lineEnd.length) });
    if (pieces.length > MAX_PARTS) throw new MimeProblem(`a multipart has more than ${MAX_PARTS} parts`);
    closed = line.closes;
    partAt = line.next;
  }
  if (!closed || pieces.length === 0) throw new MimeProblem('a multipart has no last delimiter line, or no part');
  return pieces;
}

interface Delimiter {
  readonly closes: boolean;
  readonly next: number;
}

/** What follows `--boundary` on its line: nothing, or `--`; blanks are padding (RFC 2046). */
function readDelimiter({ text, end, lineEnd }: MimeBody, at: number): Delimiter {
  const feed = text.indexOf('\n', at);
  const next = feed === -1 || feed >= end ? end : feed + 1;
  const match = /^(--)?[ \t]*(\r?\n)?$/.exec(text.slice(at, next));
  const closes = match?.[1] !== undefined;
  const breaks = match?.[2];
  // The last line of the body may lack its line end when it is the last delimiter.
  if (match === null || (breaks !== lineEnd && !(closes && breaks === undefined)))
    throw new MimeProblem('a multipart has a line that only begins like a delimiter');
  return { closes, next };
}

function isBreak(character: string | undefined): boolean {
  return character === '\n' || character === '\r';
}
