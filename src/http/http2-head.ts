// The head of an HTTP/2 request (RFC 9113 §8.3): pseudo-header fields become what HTTP/1.1 has, then the same checks run.

import { InterlockError } from '../errors.ts';
import { readHead } from './head.ts';
import type { Authority, RequestView } from './request-view.ts';

interface Pseudo {
  method: string | null;
  path: string | null;
  authority: string | null;
  scheme: string | null;
}

/** Throws like `readHead`. Node's server has refused unknown, doubled and late pseudo-header fields before (threat B14). */
export function readHttp2Head(
  raw: readonly string[],
  authority: Authority,
  scheme: 'http' | 'https',
  hasBody: boolean,
): RequestView {
  const pseudo: Pseudo = { method: null, path: null, authority: null, scheme: null };
  const fields: string[] = [];
  const cookies: string[] = [];
  let host: string | null = null;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const value = raw[i + 1] ?? '';
    if (name === ':method') pseudo.method = value;
    else if (name === ':path') pseudo.path = value;
    else if (name === ':authority') pseudo.authority = value;
    else if (name === ':scheme') pseudo.scheme = value;
    else if (name === 'cookie') cookies.push(value);
    else if (name === 'host') host = value;
    else if (name.startsWith(':')) throw malformed(`the pseudo-header field ${name} is not taken`);
    else if (name === 'transfer-encoding' || name === 'connection' || name === 'upgrade')
      throw malformed(`${name} is not allowed in HTTP/2`);
    else fields.push(name, value);
  }
  if (host !== null && pseudo.authority !== null && host !== pseudo.authority) {
    throw new InterlockError('AUTHORITY_MISMATCH', 'Host and :authority name different origins');
  }
  if (pseudo.scheme !== scheme) throw malformed(`:scheme is not ${scheme}`);
  // RFC 9113 §8.2.3: the pieces of a split cookie are joined again before they pass to anything that is not HTTP/2.
  if (cookies.length > 0) fields.push('cookie', cookies.join('; '));
  const named = pseudo.authority ?? host;
  return readHead({
    method: pseudo.method ?? '',
    target: pseudo.path ?? '',
    rawHeaders: named === null ? fields : ['host', named, ...fields],
    scheme,
    authority,
    upgrading: false,
    hasBody,
    httpVersion: 'h2',
  });
}

function malformed(message: string): InterlockError {
  return new InterlockError('REQUEST_MALFORMED', message);
}
