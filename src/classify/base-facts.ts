// The facts that every action has, and the resource of an action that only names a host.

import type { RequestView } from '../http/request-view.ts';
import type { BaseFacts, EntityRef } from './action.ts';

export function baseFacts(request: RequestView, inspected: boolean): BaseFacts {
  return { host: request.authority.host, method: request.method, path: request.path, inspected };
}

/**
 * `Host::"api.stripe.com"` is the host over TLS at its usual port; anything else carries its port (`Host::"api.stripe.com:80"`).
 * INVARIANT: a policy for a host never covers writing to it in clear text, or to another service on it.
 */
export function hostResource(request: RequestView): EntityRef {
  const { host, port } = request.authority;
  return { type: 'Host', id: request.scheme === 'https' && port === 443 ? host : `${host}:${port}` };
}

/** Only a cache: what is forgotten is made again. */
const MAX_HOSTS = 1000;
const domainsOf = new Map<string, readonly EntityRef[]>();

/** Every parent domain of a name, longest first, `Domain::"stripe.com"` included, bare top-level labels left out. */
export function hostDomains(host: string): readonly EntityRef[] {
  const known = domainsOf.get(host);
  if (known !== undefined) return known;
  if (domainsOf.size >= MAX_HOSTS) domainsOf.clear();
  const domains = parentDomains(host);
  domainsOf.set(host, domains);
  return domains;
}

function parentDomains(host: string): EntityRef[] {
  if (/^[0-9.]+$/.test(host) || host.includes(':')) return [];
  const labels = host.split('.');
  const parents: EntityRef[] = [];
  for (let i = 0; i < labels.length - 1; i += 1) parents.push({ type: 'Domain', id: labels.slice(i).join('.') });
  return parents;
}
