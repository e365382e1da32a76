// A request inside a request: one part of a batch (`application/http`, RFC 9112 §11.2), read as strictly as one that came by itself (E24).

import { InterlockError } from '../errors.ts';
import { readHead } from '../http/head.ts';
import type { InspectedBody } from '../http/inspected-body.ts';
import type { RequestView } from '../http/request-view.ts';

export interface EmbeddedRequest {
  readonly view: RequestView;
  readonly body: InspectedBody;
}

interface EmbeddedHead {
  readonly method: string;
  /** Origin-form. */
  readonly target: string;
  /** Flat names and values; Host is left out. */
  readonly rawHeaders: readonly string[];
}

const REQUEST_LINE = /^([A-Z]{1,32}) (\S{1,8192})(?: HTTP\/1\.[01])?$/;
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\u0020-\u007e]*)$/;
const MAX_FIELDS = 100;

/**
 * Reads one that goes to `outer`'s own host, whether its target is absolute or not. Null for everything that some server might read
 * differently: another host, folded or 8-bit fields, line ends of two kinds, a body that is longer or shorter than it says.
 */
export function readEmbeddedRequest(outer: RequestView, bytes: Buffer): EmbeddedRequest | null {
  const text = bytes.toString('latin1');
  const lineEnd = /^[^\r\n]*\r\n/.test(text) ? '\r\n' : '\n';
  const gap = text.indexOf(lineEnd + lineEnd);
  const headText = gap === -1 ? text.replace(/(?:\r?\n)+$/, '') : text.slice(0, gap);
  const [first = '', ...lines] = headText.split(lineEnd);
  const [, method, target] = REQUEST_LINE.exec(first) ?? [];
  const rawHeaders = readFields(lines);
  if (method === undefined || target === undefined || rawHeaders === null) return null;
  const own = ownTarget(outer, target, rawHeaders);
  const body = readBody(gap === -1 ? bytes.subarray(bytes.length) : bytes.subarray(gap + 2 * lineEnd.length), rawHeaders);
  if (own === null || body === null) return null;
  return embeddedRequest(outer, { method, target: own, rawHeaders: without(rawHeaders, 'host') }, body);
}

/** The same from parts that a JSON batch names. Null when the head is none. */
export function embeddedRequest(outer: RequestView, head: EmbeddedHead, body: Buffer): EmbeddedRequest | null {
  const { scheme, authority } = outer;
  try {
    const view = readHead({
      ...head,
      rawHeaders: ['host', `${authority.host}:${authority.port}`, ...head.rawHeaders],
      scheme,
      authority,
      upgrading: false,
      hasBody: body.length > 0,
      httpVersion: '1.1',
    });
    return { view, body: { bytes: body, problem: null } };
  } catch (error) {
    if (error instanceof InterlockError) return null;
    throw error;
  }
}

function readFields(lines: readonly string[]): string[] | null {
  if (lines.length > MAX_FIELDS) return null;
  const fields: string[] = [];
  for (const line of lines) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name === undefined || value === undefined) return null;
    fields.push(name, value.trim());
  }
  return fields;
}

/** Null when the target or a Host names another place than the batch itself goes to. */
function ownTarget(outer: RequestView, target: string, rawHeaders: readonly string[]): string | null {
  const { host } = outer.authority;
  const hosts = valuesOf(rawHeaders, 'host');
  if (hosts.some((value) => value.toLowerCase() !== host)) return null;
  if (target.startsWith('/')) return target;
  const [, named, rest] = /^https:\/\/([^/?#@]+)(\/.*)$/i.exec(target) ?? [];
  return named?.toLowerCase() === host && rest !== undefined ? rest : null;
}

/** Clients end a part with a line end or two of their own. */
function readBody(bytes: Buffer, rawHeaders: readonly string[]): Buffer | null {
  const [length, second] = valuesOf(rawHeaders, 'content-length');
  if (second !== undefined || valuesOf(rawHeaders, 'transfer-encoding').length > 0) return null;
  if (valuesOf(rawHeaders, 'content-encoding').length > 0) return null;
  const end = length === undefined ? bytes.length : Number(length);
  if (!(end <= bytes.length) || !/^[\r\n]*$/.test(bytes.toString('latin1', end))) return null;
  const body = bytes.subarray(0, end);
  return /^[\r\n]*$/.test(body.toString('latin1', 0, 8)) && body.length <= 8 ? body.subarray(0, 0) : body;
}

function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name);
}

function without(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, i) => rawHeaders[i - (i % 2)]?.toLowerCase() !== name);
}
