// The actions of a request that no provider knows more of (E3).

import type { RequestView } from '../http/request-view.ts';
import type { Action } from './action.ts';
import { baseFacts, hostDomains, hostResource } from './base-facts.ts';

const READ_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * GET, HEAD or OPTIONS without body or method override: what a known API's provider leaves to `http.read`. An upgrade is told by
 * `request.upgrade` and is `websocket.open` besides.
 */
export function isPlainRead(request: RequestView): boolean {
  return READ_METHODS.has(request.method) && !request.hasBody && request.claimedMethods.length === 0;
}

/** Servers differ on whether `%2F` is a slash; an API that is known here never needs one. */
export function hasAmbiguousPath(request: RequestView): boolean {
  return request.ambiguousPath || request.segments.some((segment) => segment.includes('/'));
}

export function readAction(request: RequestView): Action {
  return plain('http.read', request);
}

export function writeAction(request: RequestView): Action {
  return plain('http.write', request);
}

export function websocketAction(request: RequestView): Action {
  const action = plain('websocket.open', request);
  return request.upgrade === null ? action : { ...action, facts: { ...action.facts, protocol: request.upgrade } };
}

/** Nobody asked for the body, so nothing is uninspected. */
function plain(name: string, request: RequestView): Action {
  const resource = hostResource(request);
  return { name, resource, parents: hostDomains(request.authority.host), facts: { ...baseFacts(request, true) } };
}
