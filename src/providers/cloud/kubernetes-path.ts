// The path grammar of the Kubernetes API: group, namespace, resource, name and sub-resource, whatever host serves it.

import { mergedSegments } from '../../classify/merged-segments.ts';

export interface KubernetesPath {
  /** Where a management server has several, which cluster. */
  readonly cluster: string | undefined;
  /** `core` for `/api/v1`. */
  readonly group: string;
  readonly namespace: string | undefined;
  /** Plural, lower case: `pods`. */
  readonly resource: string;
  /** Undefined: the collection. */
  readonly name: string | undefined;
  readonly sub: string | undefined;
}

/** `/api/v1` is how many other APIs begin as well: only with one of these behind it is it Kubernetes'. */
const CORE: ReadonlySet<string> = new Set(
  (
    'pods services configmaps secrets nodes namespaces persistentvolumes persistentvolumeclaims events endpoints serviceaccounts ' +
    'replicationcontrollers limitranges resourcequotas podtemplates bindings componentstatuses'
  ).split(' '),
);
const UNDOTTED_GROUPS: ReadonlySet<string> = new Set(['apps', 'batch', 'autoscaling', 'policy', 'extensions']);
const DOTTED_GROUP = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;
const VERSION = /^v[0-9]{1,2}(?:(?:alpha|beta)[0-9]{1,2})?$/;
const RESOURCE = /^[a-z][a-z0-9-]{0,62}$/;
/** Of a namespace itself; anything else behind its name is a resource in it. */
const NAMESPACE_SUBS: ReadonlySet<string> = new Set(['finalize', 'status']);

/**
 * Null when it is not this API's. Management servers put the API of many clusters below a path of their own (`/k8s/clusters/c-1/api/v1/…`).
 * Doubled and encoded slashes are read as a proxy in front of the API would: the caller tells such a path as uninspected.
 */
export function kubernetesPath(segments: readonly string[]): KubernetesPath | null {
  const all = mergedSegments(segments);
  const isManaged = all[0] === 'k8s' && all[1] === 'clusters';
  const own = isManaged ? all.slice(3) : all;
  const cluster = isManaged ? all[2] : undefined;
  const [root, group = '', version = ''] = own;
  if (root === 'api' && group === 'v1') return resourcePath(cluster, 'core', own.slice(2));
  const isGroup = root === 'apis' && VERSION.test(version) && (UNDOTTED_GROUPS.has(group) || DOTTED_GROUP.test(group));
  return isGroup ? resourcePath(cluster, group, own.slice(3)) : null;
}

function resourcePath(cluster: string | undefined, group: string, segments: readonly string[]): KubernetesPath | null {
  const rest = segments[0] === 'watch' ? segments.slice(1) : segments;
  const [first, second, third] = rest;
  const isNamespaced = first === 'namespaces' && second !== undefined && third !== undefined && !NAMESPACE_SUBS.has(third);
  const [resource = '', name, sub] = isNamespaced ? rest.slice(2) : rest;
  if (!RESOURCE.test(resource) || (group === 'core' && !CORE.has(resource))) return null;
  const ofNamespace = !isNamespaced && resource === 'namespaces' ? name : undefined;
  return { cluster, group, namespace: isNamespaced ? second : ofNamespace, resource, name, sub };
}
