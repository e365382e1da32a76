// The facts that every action has, and the resource of an action that only names a host.

import type { RequestView } from '../http/request-view.ts';
import type { BaseFacts, EntityRef } from './action.ts';

export function baseFacts(request: RequestView, inspected: boolean): BaseFacts {
  return { host: request.authority.host, method: request.method, path: request.path, inspected };
}

/** `Host::"api.stripe.com"`; a port other than the scheme's own is part of the id. */
export function hostResource(request: RequestView): EntityRef {
  const { host, port } = request.authority;
  const usual = request.scheme === 'https' ? 443 : 80;
  return { type: 'Host', id: port === usual ? host : `${host}:${port}` };
}

/** Every parent domain of a name, longest first, `Domain::"stripe.com"` included, bare top-level labels left out. */
export function hostDomains(host: string): EntityRef[] {
  if (/^[0-9.]+$/.test(host) || host.includes(':')) return [];
  const labels = host.split('.');
  const parents: EntityRef[] = [];
  for (let i = 0; i < labels.length - 1; i += 1) parents.push({ type: 'Domain', id: labels.slice(i).join('.') });
  return parents;
}
