// What becomes of a request before its meaning is read: by its address alone it may be a tunnel, or Interlock's own.

import type { Action } from '../classify/action.ts';
import { tunnelAction } from '../classify/tunnel-action.ts';
import { RESERVED_NAME } from '../connection/reserved-name.ts';
import type { Judge } from '../decide/judge.ts';
import { InterlockError } from '../errors.ts';
import type { RequestView } from '../http/request-view.ts';
import type { Principal } from '../identify/principal.ts';

export interface WireDeps {
  readonly judge: Judge;
  readonly connectPorts: ReadonlySet<number>;
}

/**
 * The tunnel that the wire would judge instead of this request, or null when it would open it. Throws AUTHORITY_INVALID.
 * INVARIANT: the same as connection/connect.ts, or the endpoint would say of an inspected request what the wire says of a tunnel.
 */
export function tunnelOf(request: RequestView, principal: Principal, deps: WireDeps): Action | null {
  const { authority, scheme } = request;
  if (authority.host === RESERVED_NAME)
    throw new InterlockError('AUTHORITY_INVALID', `${RESERVED_NAME} is Interlock itself: ask it, nothing there needs permission`);
  if (scheme === 'http') return null;
  if (!deps.connectPorts.has(authority.port)) return tunnelAction(authority, 'raw');
  const unopened = tunnelAction(authority, 'tls');
  return deps.judge.mayPassUnopened(principal, unopened) ? unopened : null;
}
