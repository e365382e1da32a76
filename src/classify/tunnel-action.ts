// The action of bytes that pass unopened: what is neither TLS nor HTTP inside CONNECT, other ports, or a name let through by policy.

import type { Authority } from '../http/request-view.ts';
import type { Action } from './action.ts';
import { hostDomains } from './base-facts.ts';

/** `protocol` is what the first bytes look like: `tls`, `unknown` …; `port` is the one asked for, 443 being the usual one. */
export function tunnelAction(authority: Authority, protocol: string, port: number = authority.port): Action {
  const { host } = authority;
  return {
    name: 'tunnel.open',
    resource: { type: 'Host', id: port === 443 ? host : `${host}:${port}` },
    parents: hostDomains(host),
    // Nothing in it was, or could be, looked at; a policy that permits it says so by reading `protocol`.
    facts: { host, method: 'CONNECT', path: '', inspected: false, protocol, port },
  };
}
