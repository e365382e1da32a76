// From the `Proxy-Authorization` fields of one request to its principal. The header itself never travels on (threat A15).

import { InterlockError } from '../errors.ts';
import { parseCredentials } from './credentials.ts';
import { ANONYMOUS } from './name.ts';
import type { Directory } from './directory.ts';
import type { Principal } from './principal.ts';

const HOW = 'set HTTPS_PROXY=http://AGENT:TOKEN@host:port (an administrator makes both with `interlock agents add AGENT`)';

const ANONYMOUS_PRINCIPAL: Principal = { agent: ANONYMOUS, teams: [], user: null, session: null, provedBy: 'anonymous' };

/**
 * The principal of a request or CONNECT, from every `Proxy-Authorization` value it carried.
 * Throws IDENTITY_REQUIRED when there is none and one is needed, IDENTITY_REJECTED when what is there proves nothing.
 * INVARIANT: unknown agent, revoked agent, wrong token and unreadable header are one answer: names can't be probed (threat A16).
 * INVARIANT: a header that is there is checked even where none is needed: a revoked agent does not become anonymous.
 */
export function authenticate(directory: Directory, headerValues: readonly string[], requireAgent: boolean): Principal {
  const [value] = headerValues;
  if (value === undefined) {
    if (!requireAgent) return ANONYMOUS_PRINCIPAL;
    throw new InterlockError('IDENTITY_REQUIRED', `this proxy must know which agent is calling: ${HOW}`);
  }
  // RFC 9110 §11.7.2: the field is a singleton. Two of them are two readings.
  const credentials = headerValues.length === 1 ? parseCredentials(value) : null;
  const principal = credentials === null ? null : directory.authenticateAgent(usernameOf(credentials), credentials.token);
  if (principal === null) {
    throw new InterlockError('IDENTITY_REJECTED', `the agent name and token that came with this request are not valid: ${HOW}`);
  }
  return principal;
}

function usernameOf(credentials: { readonly agent: string | null; readonly session: string | null }): string | null {
  if (credentials.agent === null) return null;
  return credentials.session === null ? credentials.agent : `${credentials.agent}~${credentials.session}`;
}
