// Cloudflare's API but for DNS records, databases and models: caches, workers, zones, tokens.

import type { Action } from '../../classify/action.ts';
import { mergedSegments } from '../../classify/merged-segments.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider, Recognition } from '../provider.ts';
import { cloudAction, type CloudVerb } from './cloud-action.ts';
import { cloudflareAnswer } from './cloudflare-answer.ts';

export const cloudflare: Provider = {
  name: 'cloudflare',
  family: 'cloud',
  hosts: ['api.cloudflare.com'],
  recognise,
  refuse: (_request, refusal) => cloudflareAnswer(refusal),
};

/** Other families' providers claim these. */
const ELSEWHERE: ReadonlySet<string> = new Set(['dns_records', 'd1', 'ai']);
const ACCESS: ReadonlySet<string> = new Set(
  'tokens members roles access secrets api_token memberships invites logpush shares firewall rulesets email keyless_certificates'.split(
    ' ',
  ),
);
const BY_METHOD: Readonly<Record<string, CloudVerb>> = { DELETE: 'delete', PUT: 'change', PATCH: 'change' };
const POSTS: ReadonlyMap<string, CloudVerb> = new Map([
  ['zones', 'create'],
  ['purge_cache', 'change'],
  ['deployments', 'change'],
  ['buckets', 'create'],
  ['namespaces', 'create'],
]);

function recognise(request: RequestView): Recognition | null {
  if (isPlainRead(request)) return null;
  const segments = mergedSegments(request.segments);
  if (ELSEWHERE.has(segments[4] ?? '')) return null;
  return { need: { kind: 'none' }, classify: () => [cloudflareAction(request, segments.slice(2))] };
}

function cloudflareAction(request: RequestView, path: readonly string[]): Action {
  const [root, owner] = path;
  const isOwned = (root === 'zones' || root === 'accounts') && owner !== undefined;
  const last = path.at(-1) ?? '';
  return cloudAction(request, {
    verb: verbOf(request.method, path),
    provider: 'cloudflare',
    inspected: !hasAmbiguousPath(request),
    scopes: isOwned ? [`cloudflare/${root}/${owner}`] : [],
    service: path[isOwned ? 2 : 0],
    operation: request.method === 'POST' ? last : undefined,
    targets: path.length === 0 ? undefined : [path.join('/')],
  });
}

function verbOf(method: string, path: readonly string[]): CloudVerb {
  if (path.some((segment) => ACCESS.has(segment))) return 'access';
  return BY_METHOD[method] ?? (method === 'POST' ? POSTS.get(path.at(-1) ?? '') : undefined) ?? 'unknown-write';
}
