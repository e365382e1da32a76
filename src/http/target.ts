// The request target (RFC 9112 §3.2): split once, refused where servers would read it differently from us in a dangerous way (E10, E11).

import { InterlockError } from '../errors.ts';

interface Target {
  readonly path: string;
  readonly segments: readonly string[];
  readonly ambiguous: boolean;
  readonly query: string;
}

/** Longest target that is read (threat B8); Node's own header limit comes first on HTTP/1.1. */
const MAX_TARGET_BYTES = 65_536;

// RFC 3986 allows these raw in path and query; a few more (`|`, `^`, `{`, `}`, `"`, `<`, `>`, backtick) are sent by real clients unencoded.
const SENDABLE = /^[!-~]*$/;
/** Controls even beside bytes that are no UTF-8, where nothing is decoded. */
const FORBIDDEN_IN_PATH = /[\\#]|%(?:[01][0-9a-f]|7f|5c)|%(?![0-9a-f]{2})/i;
const PLAIN_PATH = /^(?:\/[A-Za-z0-9_~@:!$&'()*+,=.-]+)*\/?$/;
const DOT_SEGMENT = /^(?:\.|%2e){1,2}$/i;

/**
 * Splits an origin-form target. Throws REQUEST_MALFORMED for raw controls, 8-bit bytes, fragments, backslashes, NUL, bad escapes
 * and dot segments, encoded or not (threat C14): honest clients never send them, and servers disagree on what they mean.
 */
export function parseTarget(target: string): Target {
  if (target.length > MAX_TARGET_BYTES) throw malformed(`the request target is longer than ${MAX_TARGET_BYTES} bytes`);
  if (!target.startsWith('/')) throw malformed('the request target must start with `/`');
  if (!SENDABLE.test(target)) throw malformed('the request target holds a space, a control or an 8-bit byte');
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark + 1);
  if (query.includes('#')) throw malformed('the request target holds a fragment (`#`)');
  if (PLAIN_PATH.test(path) && !path.includes('/.')) return { path, segments: plainSegments(path), ambiguous: false, query };
  return splitUnusualPath(path, query);
}

function plainSegments(path: string): string[] {
  if (path === '/') return [];
  return path.slice(1, path.endsWith('/') ? -1 : undefined).split('/');
}

function splitUnusualPath(path: string, query: string): Target {
  if (FORBIDDEN_IN_PATH.test(path)) throw malformed('the path holds a backslash, a fragment, a control or a broken `%` escape');
  const segments: string[] = [];
  let ambiguous = false;
  const parts = path.slice(1).split('/');
  if (parts.at(-1) === '') parts.pop();
  for (const part of parts) {
    if (DOT_SEGMENT.test(part)) throw malformed('the path holds a dot segment (`.` or `..`)');
    const decoded = decodeSegment(part);
    if (decoded === null || part === '' || part.includes(';') || /%[0-9a-f]{2}/i.test(decoded)) ambiguous = true;
    if (decoded?.split('/').some((piece) => piece === '.' || piece === '..') === true) ambiguous = true;
    segments.push(decoded ?? part);
  }
  return { path, segments, ambiguous, query };
}

function decodeSegment(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null; // not UTF-8 once decoded: overlong forms and latin-1 are read differently by different servers
  }
}

function malformed(message: string): InterlockError {
  return new InterlockError('REQUEST_MALFORMED', message);
}
