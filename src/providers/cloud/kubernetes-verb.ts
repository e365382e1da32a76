// What a Kubernetes request does, by method, resource and sub-resource.

import type { RequestView } from '../../http/request-view.ts';
import type { CloudVerb } from './cloud-action.ts';
import type { KubernetesPath } from './kubernetes-path.ts';

/** A way into a container or to a program behind it. A GET with an upgrade opens them as well as a POST does (E2). */
const INTO: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward', 'proxy', 'ephemeralcontainers']);
const ACCESS_GROUPS: ReadonlySet<string> = new Set([
  'rbac.authorization.k8s.io',
  'certificates.k8s.io',
  'admissionregistration.k8s.io',
  'authentication.k8s.io',
]);
const ACCESS_RESOURCES: ReadonlySet<string> = new Set(['serviceaccounts', 'secrets']);
const BY_METHOD: Readonly<Record<string, CloudVerb>> = { POST: 'create', PUT: 'change', PATCH: 'change', DELETE: 'delete' };
const WORDS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', GET: 'get', HEAD: 'get' };

/** Null: a plain read of something that is no secret. `isRead` is a GET or HEAD without body. */
export function kubernetesVerb(request: RequestView, path: KubernetesPath, isRead: boolean): CloudVerb | null {
  const { group, resource, sub } = path;
  if (sub !== undefined && INTO.has(sub)) return 'execute';
  if (isRead) return group === 'core' && resource === 'secrets' ? 'secret' : null;
  const verb = BY_METHOD[request.method];
  if (verb === undefined) return 'unknown-write';
  if (sub === 'token' || sub === 'approval' || ACCESS_GROUPS.has(group) || (group === 'core' && ACCESS_RESOURCES.has(resource)))
    return 'access';
  if (sub === 'eviction') return 'delete';
  return sub === undefined ? verb : 'change';
}

/** In Kubernetes' own words: `create pods/exec`, `deletecollection pods`. */
export function kubernetesOperation({ method }: RequestView, { resource, name, sub }: KubernetesPath): string {
  const word =
    method === 'DELETE' ? (name === undefined ? 'deletecollection' : 'delete') : (WORDS[method] ?? method.toLowerCase());
  return `${word} ${resource}${sub === undefined ? '' : `/${sub}`}`;
}
