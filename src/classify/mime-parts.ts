// The parts of a raw message that carry files: what an agent would take out of the house with a mail.

import { type LineEnd, type MimeField, onlyField, readMimeHead } from './mime-head.ts';
import { type MimeBody, splitMultipart } from './mime-multipart.ts';
import { type MimeValue, parameterTexts, readMimeValue } from './mime-parameters.ts';
import { MimeProblem } from './mime-problem.ts';

export interface MimeAttachment {
  /** Every file name that a reader may show, best first, cut to 200 characters; `['unnamed']` when there is none. */
  readonly names: readonly string[];
  /** Media type, lower case, as the part says: `application/pdf`. */
  readonly type: string;
  /** Of the content, its transfer coding undone; of the part as sent when that is broken. */
  readonly bytes: number;
}

/** Deeper nests are for tricking readers: mail clients make three or four levels. */
const MAX_DEPTH = 10;
const MAX_PARTS = 1000;
const NAME_LENGTH = 200;
/** What is read in the mail itself when it has no file name; everything else is a file. */
const TEXT_TYPES: ReadonlySet<string> = new Set(['text/plain', 'text/html']);

interface Entity {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  /** Its type when it names none: in a digest parts are messages. */
  readonly defaultType: string;
}

/**
 * The files in a message or part, nested messages' too. One pass over a list of open work, no recursion. Throws MimeProblem when the parts
 * can't be told surely.
 */
export function readAttachments(text: string, lineEnd: LineEnd): MimeAttachment[] {
  const found: MimeAttachment[] = [];
  const open: Entity[] = [{ start: 0, end: text.length, depth: 0, defaultType: 'text/plain' }];
  for (let parts = 1; ; parts += 1) {
    const entity = open.pop();
    if (entity === undefined) return found;
    if (parts > MAX_PARTS) throw new MimeProblem(`the message has more than ${MAX_PARTS} parts`);
    if (entity.depth > MAX_DEPTH) throw new MimeProblem(`the message is nested deeper than ${MAX_DEPTH}`);
    readEntity({ text, lineEnd, ...entity }, open, found);
  }
}

function readEntity(entity: Entity & MimeBody, open: Entity[], found: MimeAttachment[]): void {
  const { text, end } = entity;
  const { fields, bodyAt } = readMimeHead(text, entity.start, end, entity.lineEnd);
  const type = contentType(fields, entity.defaultType);
  const coding = (onlyField(fields, 'content-transfer-encoding') ?? '7bit').toLowerCase();
  const depth = entity.depth + 1;
  if (type.value.startsWith('multipart/')) {
    // RFC 2045 §6.4: a coded multipart is none to some readers and a nest of parts to others.
    if (!/^(?:7bit|8bit|binary)$/.test(coding)) throw new MimeProblem('a multipart has a transfer coding');
    const defaultType = type.value === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
    const pieces = splitMultipart({ ...entity, start: bodyAt }, type.parameters.get('boundary'));
    for (const piece of pieces.toReversed()) open.push({ ...piece, depth, defaultType });
    return;
  }
  const disposition = onlyField(fields, 'content-disposition');
  const names = fileNames(type, disposition === undefined ? undefined : readMimeValue(disposition));
  if (names === null && TEXT_TYPES.has(type.value)) return;
  found.push({ names: names ?? ['unnamed'], type: type.value, bytes: contentLength(text.slice(bodyAt, end), coding) });
  const isMessage = type.value === 'message/rfc822' || type.value === 'message/global';
  if (isMessage && /^(?:7bit|8bit|binary)$/.test(coding)) open.push({ start: bodyAt, end, depth, defaultType: 'text/plain' });
}

/** RFC 2045 §5.2: without one it is plain text. */
function contentType(fields: readonly MimeField[], defaultType: string): MimeValue {
  const type = readMimeValue(onlyField(fields, 'content-type') ?? defaultType);
  if (!type.value.includes('/')) throw new MimeProblem('a part has a Content-Type that is not a media type');
  return type;
}

/** Null when nothing makes it a file. */
function fileNames(type: MimeValue, disposition: MimeValue | undefined): readonly string[] | null {
  const texts = [
    ...(disposition === undefined ? [] : parameterTexts(disposition.parameters, 'filename')),
    ...parameterTexts(type.parameters, 'name'),
  ];
  const names = [...new Set(texts.filter((name) => name !== '').map((name) => name.slice(0, NAME_LENGTH).toWellFormed()))];
  if (names.length > 0) return names;
  return disposition === undefined || disposition.value === 'inline' ? null : ['unnamed'];
}

/** Counted, not decoded: a megabyte of soft line breaks would hold everybody else up. */
function contentLength(content: string, coding: string): number {
  if (coding === 'base64') return base64Length(content);
  return coding === 'quoted-printable' ? quotedLength(content) : content.length;
}

const BASE64_LINES = /^[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*$/;

function base64Length(content: string): number {
  if (!BASE64_LINES.test(content)) return content.length;
  let signs = 0;
  for (let at = 0; at < content.length; at += 1) if (content.charCodeAt(at) > 0x20 && content.charCodeAt(at) !== 0x3d) signs += 1;
  return Math.floor((signs * 3) / 4);
}

/** A soft line break vanishes, an escape is one byte. */
function quotedLength(content: string): number {
  let length = content.length;
  for (let at = content.indexOf('='); at !== -1; at = content.indexOf('=', at + 1)) {
    const next = content.charCodeAt(at + 1);
    length -= next === 0x0a ? 2 : next === 0x0d ? 3 : 2;
  }
  return Math.max(length, 0);
}
