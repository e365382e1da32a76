// One HTTP/1.1 request as text, from a file or a question, read as the wire would read it. Nothing of it is ever sent.

import { Readable } from 'node:stream';
import { parseAuthority } from '../connection/authority.ts';
import { InterlockError } from '../errors.ts';
import { readHead } from './head.ts';
import type { MemoryBudget } from './memory-budget.ts';
import { RequestBody } from './request-body.ts';
import type { RequestView } from './request-view.ts';

export interface WrittenRequest {
  readonly view: RequestView;
  /** As written: content codings are still on. */
  readonly bytes: Buffer;
}

/** People write files with an editor: bare line feeds end lines of the head too. */
const END_OF_HEAD = /\r?\n\r?\n/;
const MAX_HEAD_BYTES = 64 * 1024;
/** RFC 9110 §5.5: none of these is in a field, but for a tab. */
const CONTROL = /[^\P{Cc}\t\u0080-\u009f]/u;

/**
 * RFC 9112: a request line, fields, an empty line, the body. `Host` says where it goes; an absolute-form target may say it instead, with the
 * scheme (`https` otherwise). `Content-Length` may be left out: the body is all that follows; when it is there it must be true.
 * Throws REQUEST_MALFORMED and what `readHead` throws.
 */
export function readWrittenRequest(raw: Buffer): WrittenRequest {
  const text = raw.subarray(0, MAX_HEAD_BYTES).toString('latin1');
  const end = END_OF_HEAD.exec(text);
  // A request without a body may end with its last field.
  const headText = end === null ? text.replace(/\r?\n$/, '') : text.slice(0, end.index);
  if (end === null && raw.length > MAX_HEAD_BYTES) throw malformed('its head does not end');
  const bytes = end === null ? Buffer.alloc(0) : raw.subarray(end.index + end[0].length);
  const [requestLine = '', ...lines] = headText.split(/\r?\n/);
  const [method = '', target = '', version = '', ...more] = requestLine.split(' ');
  if (!/^HTTP\/1\.[01]$/.test(version) || more.length > 0)
    throw malformed('its first line is not like `POST /v1/refunds HTTP/1.1`');
  const fields = lines.flatMap(fieldOf);
  const place = placeOf(target, fields);
  return { view: viewOf(method, version, place, withLength(place.fields, bytes)), bytes };
}

/** Its body, as a stage reads one that arrives. */
export function writtenBody({ view, bytes }: WrittenRequest, budget: MemoryBudget): RequestBody {
  if (!view.hasBody) return new RequestBody(null, budget);
  const encodings = view.headers.all('content-encoding');
  return new RequestBody({ stream: Readable.from([bytes]), declaredBytes: bytes.length, encodings, invite: null }, budget);
}

interface Place {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly target: string;
  readonly fields: readonly string[];
}

function placeOf(target: string, fields: readonly string[]): Place {
  const absolute = /^(https?):\/\/([^/?#]+)(.*)$/.exec(target);
  const hosts = fields.filter((_, i) => i % 2 === 1 && fields[i - 1]?.toLowerCase() === 'host');
  if (absolute === null) {
    const [host] = hosts;
    if (host === undefined) throw malformed('it has no Host: write one, or a whole URL in its first line');
    return { scheme: 'https', host, target, fields };
  }
  const [, scheme, host = '', rest = ''] = absolute;
  const origin = rest.startsWith('/') ? rest : `/${rest}`;
  return {
    scheme: scheme === 'http' ? 'http' : 'https',
    host,
    target: origin,
    fields: hosts.length === 0 ? ['Host', host, ...fields] : fields,
  };
}

function viewOf(method: string, version: string, place: Place, fields: readonly string[]): RequestView {
  return readHead({
    method,
    target: place.target,
    rawHeaders: fields,
    httpVersion: version.slice('HTTP/'.length),
    scheme: place.scheme,
    authority: parseAuthority(place.host, place.scheme === 'https' ? 443 : 80),
    upgrading: has(fields, 'upgrade'),
    hasBody: Number(valueOf(fields, 'content-length') ?? 0) > 0,
  });
}

/** A length that is not true would be judged as another request than the one that is sent. */
function withLength(fields: readonly string[], bytes: Buffer): readonly string[] {
  if (has(fields, 'transfer-encoding')) throw malformed('write its body as it is, without Transfer-Encoding');
  const length = valueOf(fields, 'content-length');
  if (length === undefined) return bytes.length === 0 ? fields : [...fields, 'Content-Length', String(bytes.length)];
  if (length !== String(bytes.length))
    throw malformed(`its Content-Length is ${length}, but ${bytes.length} bytes follow its head`);
  return fields;
}

function fieldOf(line: string): string[] {
  const colon = line.indexOf(':');
  // RFC 9112 §5.1, §5.2: no space before the colon, no folded lines.
  if (colon < 1 || /[ \t]/.test(line.slice(0, colon)) || CONTROL.test(line))
    throw malformed('a line of its head is not like `Content-Type: application/json`');
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')];
}

function has(fields: readonly string[], name: string): boolean {
  return valueOf(fields, name) !== undefined;
}

function valueOf(fields: readonly string[], name: string): string | undefined {
  const at = fields.findIndex((field, i) => i % 2 === 0 && field.toLowerCase() === name);
  return at === -1 ? undefined : fields[at + 1];
}

function malformed(problem: string): InterlockError {
  return new InterlockError('REQUEST_MALFORMED', `this is no request as it would go over the wire: ${problem}`);
}
