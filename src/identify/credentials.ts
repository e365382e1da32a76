// What a caller put into `Proxy-Authorization`, read strictly and bounded (RFC 9110 §11.7.1, RFC 7617, RFC 6750).

import { isName } from './name.ts';

/** `agent` is null for Bearer, which carries no user name. */
interface Credentials {
  readonly agent: string | null;
  /** The part of the user name after `~`. */
  readonly session: string | null;
  readonly token: string;
}

/** Room for two names, a token and the base64 around them, and not for more. */
const MAX_HEADER_LENGTH = 512;
/** RFC 9110 §11.2: one scheme, one or more spaces, one token68. */
const SHAPE = /^(basic|bearer) +([A-Za-z0-9\-._~+/]+={0,2})$/i;
const PRINTABLE_ASCII = /^[\x21-\x7e]+$/;

/**
 * The credentials of one header value, or null when they are not in a form that only one reading fits.
 * Null is answered like a wrong token: the caller learns the form, not which part was off.
 */
export function parseCredentials(value: string): Credentials | null {
  if (value.length > MAX_HEADER_LENGTH) return null;
  const [, scheme, data] = SHAPE.exec(value.trim()) ?? [];
  if (scheme === undefined || data === undefined) return null;
  return scheme.toLowerCase() === 'bearer' ? { agent: null, session: null, token: data } : parseBasic(data);
}

function parseBasic(data: string): Credentials | null {
  const bytes = Buffer.from(data, 'base64');
  // Buffer skips what is not base64 and takes base64url too: only text that encodes back to itself was unambiguous.
  if (bytes.toString('base64').replace(/=+$/, '') !== data.replace(/=+$/, '')) return null;
  const text = bytes.toString('latin1');
  if (!PRINTABLE_ASCII.test(text)) return null;
  const colon = text.indexOf(':');
  if (colon < 1 || colon === text.length - 1) return null;
  const names = parseUsername(text.slice(0, colon));
  return names === null ? null : { ...names, token: text.slice(colon + 1) };
}

/** `agent` or `agent~session`; null when either part is not a name. */
export function parseUsername(username: string): { readonly agent: string; readonly session: string | null } | null {
  const tilde = username.indexOf('~');
  const agent = tilde < 0 ? username : username.slice(0, tilde);
  const session = tilde < 0 ? null : username.slice(tilde + 1);
  if (!isName(agent) || (session !== null && !isName(session))) return null;
  return { agent, session };
}
