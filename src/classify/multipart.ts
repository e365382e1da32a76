// Strict reader of multipart bodies (RFC 2046 §5.1, RFC 7578): parts that every server would cut at the same places, or a problem.

import { isUtf8 } from 'node:buffer';
import { isUtf8Type, type MediaType } from './content-type.ts';
import { type Disposition, readDisposition } from './content-disposition.ts';

export interface MultipartPart {
  /** Lower-case names, each at most once. */
  readonly headers: ReadonlyMap<string, string>;
  /** The field's name; undefined when the part has no `Content-Disposition` (never in form-data). */
  readonly name: string | undefined;
  readonly filename: string | undefined;
  /** Media type as declared, lower case, without parameters; empty when there is none. */
  readonly type: string;
  /** Header lines and the blank line behind them, as sent. */
  readonly head: Buffer;
  /** The content as sent: no transfer coding is allowed. A view of the body, not a copy. */
  readonly body: Buffer;
}

/** `parts` in order, empty when there is a problem, which is for people and quotes nothing. */
interface MultipartReading {
  readonly parts: readonly MultipartPart[];
  readonly boundary: string;
  readonly problem: string | null;
}

export interface MultipartRules {
  /**
   * Also take a body whose delimiter and header lines all end in LF alone, as Google's Python client writes its batches. Never half and
   * half: a reader that wants CRLF then finds nothing at all in it, not something else.
   */
  readonly bareLf?: boolean;
}

/** More than a real client sends; a limit on work (threat C9). */
const MAX_PARTS = 1000;
const MAX_HEAD_BYTES = 16_384;
const MAX_HEADERS = 32;

const BOUNDARY = /^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/;
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*)$/;
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;
const IDENTITY: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary']);

/**
 * Reads a whole body; `media` is the request's Content-Type. Never throws. `multipart/form-data` demands a name of every part; every other
 * subtype leaves names and nested multiparts to its caller. A field behind a huge file is read like any other (E19).
 */
export function readMultipart(media: MediaType, bytes: Buffer, rules: MultipartRules = {}): MultipartReading {
  const boundary = media.parameters.get('boundary') ?? '';
  const cut = cutParts(media, boundary, bytes, rules);
  if (typeof cut === 'string') return { parts: [], boundary, problem: cut };
  const isForm = media.type === 'multipart/form-data';
  const parts: MultipartPart[] = [];
  for (const piece of cut) {
    const part = readPart(piece, isForm);
    if (typeof part === 'string') return { parts: [], boundary, problem: part };
    parts.push(part);
  }
  return { parts, boundary, problem: null };
}

/** The content as UTF-8 text, or null when it is something else. */
export function partText(part: MultipartPart): string | null {
  return isUtf8(part.body) ? part.body.toString('utf8') : null;
}

/** A body of these parts, with CRLF. Each is its head and its content. Throws when the boundary stands in one of them. */
export function writeMultipart(boundary: string, parts: ReadonlyArray<Pick<MultipartPart, 'head' | 'body'>>): Buffer {
  const pieces: Buffer[] = [];
  for (const { head, body } of parts) {
    if (body.includes(`--${boundary}`)) throw new Error('the boundary stands in the content of a part');
    pieces.push(Buffer.from(`--${boundary}\r\n`), head, body, Buffer.from('\r\n'));
  }
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}

interface Piece {
  readonly bytes: Buffer;
  /** How its lines end. */
  readonly lineEnd: '\r\n' | '\n';
}

/** The bytes between the delimiters, or a problem. */
function cutParts(media: MediaType, boundary: string, bytes: Buffer, rules: MultipartRules): Piece[] | string {
  // A type with a problem has no name, and would be refused in the next line: this says why.
  if (media.problem !== null) return media.problem;
  if (!media.type.startsWith('multipart/')) return 'the body is not multipart';
  if (!isUtf8Type(media)) return 'the multipart body is not UTF-8';
  if (!BOUNDARY.test(boundary)) return 'the multipart boundary is missing or has characters that a boundary may not have';
  const delimiter = Buffer.from(`--${boundary}`);
  const lineEnd = lineEndOf(bytes, delimiter.length);
  if (lineEnd === '\n' && rules.bareLf !== true) return 'the multipart lines end in LF alone';
  // INVARIANT: nothing stands before the first delimiter, and wherever the delimiter stands it is one: some readers split at it anywhere.
  if (bytes.indexOf(delimiter) !== 0) return 'something stands before the first part of the multipart body';
  return cutAtDelimiters(bytes, delimiter, lineEnd);
}

function lineEndOf(bytes: Buffer, at: number): '\r\n' | '\n' {
  return bytes[at] === 0x0a ? '\n' : '\r\n';
}

function cutAtDelimiters(bytes: Buffer, delimiter: Buffer, lineEnd: '\r\n' | '\n'): Piece[] | string {
  const pieces: Piece[] = [];
  let start = 0;
  for (let at = 0; at !== -1; at = bytes.indexOf(delimiter, at + delimiter.length)) {
    const behind = at + delimiter.length;
    if (at > 0) {
      const end = at - lineEnd.length;
      if (end < start || !startsWith(bytes, end, lineEnd)) return 'the multipart boundary stands where no part begins';
      if (lineEnd === '\n' && end > start && bytes[end - 1] === 0x0d) return 'the multipart lines end in two ways';
      pieces.push({ bytes: bytes.subarray(start, end), lineEnd });
      if (pieces.length > MAX_PARTS) return `the multipart body has more than ${MAX_PARTS} parts`;
    }
    if (startsWith(bytes, behind, '--')) return isBlank(bytes.subarray(behind + 2)) ? pieces : 'something follows the last part';
    if (!startsWith(bytes, behind, lineEnd)) return 'the multipart boundary is followed by something else than a line end';
    start = behind + lineEnd.length;
  }
  return 'the multipart body has no final boundary';
}

function startsWith(bytes: Buffer, at: number, text: string): boolean {
  return at >= 0 && bytes.length >= at + text.length && bytes.toString('latin1', at, at + text.length) === text;
}

function isBlank(bytes: Buffer): boolean {
  return bytes.length <= 4 && /^[\r\n]*$/.test(bytes.toString('latin1'));
}

function readPart(piece: Piece, isForm: boolean): MultipartPart | string {
  const { bytes, lineEnd } = piece;
  const headEnd = endOfHead(bytes, lineEnd);
  if (headEnd === -1 || headEnd > MAX_HEAD_BYTES)
    return 'a part of the multipart body has no end of its header, or too much of it';
  const head = bytes.subarray(0, headEnd);
  const headers = readHeaders(head, lineEnd);
  if (typeof headers === 'string') return headers;
  const disposition = readDisposition(headers.get('content-disposition'));
  if (disposition === null) return 'a part of the multipart body has a Content-Disposition that can be read in two ways';
  const type = (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const problem = isForm ? fieldProblem(headers, disposition, type) : null;
  return (
    problem ?? { headers, name: disposition.name, filename: disposition.filename, type, head, body: bytes.subarray(headEnd) }
  );
}

/** The index behind the blank line that ends the header; a part may begin with it. */
function endOfHead(bytes: Buffer, lineEnd: '\r\n' | '\n'): number {
  if (startsWith(bytes, 0, lineEnd)) return lineEnd.length;
  const at = bytes.subarray(0, MAX_HEAD_BYTES + 4).indexOf(lineEnd + lineEnd);
  return at === -1 ? -1 : at + 2 * lineEnd.length;
}

function readHeaders(head: Buffer, lineEnd: '\r\n' | '\n'): ReadonlyMap<string, string> | string {
  if (!isUtf8(head)) return 'the header of a part is not UTF-8';
  const lines = head.toString('utf8').split(lineEnd).slice(0, -2);
  if (lines.length > MAX_HEADERS) return 'a part of the multipart body has too many header fields';
  const headers = new Map<string, string>();
  for (const line of lines) {
    // No continuation lines: some readers take them for fields of their own.
    const match = HEADER.exec(line);
    const name = match?.[1]?.toLowerCase();
    if (name === undefined || CONTROL.test(line)) return 'a part of the multipart body has a header field that is none';
    if (headers.has(name)) return 'a part of the multipart body names a header field twice';
    headers.set(name, (match?.[2] ?? '').trim());
  }
  // INVARIANT: what is judged is what stands there. A server that honours a coding would read other bytes, one that does not these.
  const coding = headers.get('content-transfer-encoding');
  if (headers.has('content-encoding') || (coding !== undefined && !IDENTITY.has(coding.toLowerCase())))
    return 'a part of the multipart body is encoded once more';
  return headers;
}

function fieldProblem(headers: ReadonlyMap<string, string>, disposition: Disposition, type: string): string | null {
  const { name } = disposition;
  if (disposition.kind !== 'form-data' || name === undefined || name === '' || name !== name.trim())
    return 'a part of the form has no name';
  // RFC 2388 §4.2 allowed several files of one field in a multipart of their own; readers of RFC 7578 take it for one file.
  if (type.startsWith('multipart/')) return 'a part of the form is multipart itself';
  // `_charset_` would have the rest of the form read in another encoding; `_method` would make another request of it.
  if (name === '_charset_' || name === '_method') return `the form holds \`${name}\``;
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(headers.get('content-type') ?? '')?.[1];
  const isText = charset === undefined || /^(?:utf-?8|us-ascii)$/i.test(charset);
  return isText || disposition.filename !== undefined ? null : 'a field of the form is not UTF-8';
}
