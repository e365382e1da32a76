// What is known of the client's side of one connection or tunnel: where it leads, and whose it is.

import { InterlockError } from '../errors.ts';
import type { Authority } from '../http/request-view.ts';
import { authenticate } from '../identify/proxy-authorization.ts';
import type { Directory } from '../identify/directory.ts';
import type { Principal } from '../identify/principal.ts';
import { plainText } from '../record/plain-text.ts';

/** Proves the agent anew for each request, cheaply: an agent's own token is looked up again only after the directory has changed. */
type Identify = () => Principal;

export interface ClientScope {
  /** INVARIANT: every request on this connection is for this authority and no other. */
  readonly authority: Authority;
  readonly scheme: 'http' | 'https';
  readonly identify: Identify;
  /** Client address, for refusals before identity. */
  readonly source: string;
  /** The TLS server name, when the client sent one that is not the authority's: every request on it is refused. */
  readonly foreignServerName: string | null;
}

/**
 * INVARIANT: a revoked token fails its next request, also inside a tunnel that stands (no identity is cached past a change). Nor does a
 * session outlive its end there, which comes by the clock and changes nothing in the directory: it is looked up each time.
 */
export function identifyBy(directory: Directory, headerValues: readonly string[], requireAgent: boolean): Identify {
  let generation = -1;
  let known: Principal | null = null;
  return () => {
    if (known !== null && known.provedBy !== 'session-token' && generation === directory.generation) return known;
    known = authenticate(directory, headerValues, requireAgent);
    generation = directory.generation;
    return known;
  };
}

/** What is wrong with every request on this connection, or null. */
export function serverNameFault(scope: ClientScope): InterlockError | null {
  if (scope.foreignServerName === null) return null;
  const named = plainText(scope.foreignServerName, 80);
  return new InterlockError(
    'AUTHORITY_MISMATCH',
    `the TLS server name is ${named}, but the connection is to ${scope.authority.host}`,
  );
}
