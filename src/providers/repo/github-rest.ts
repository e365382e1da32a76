// GitHub's REST API: api.github.com, its upload host, data residency (ghe.com), and Enterprise servers below /api/v3.

import type { Action } from '../../classify/action.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider, Recognition } from '../provider.ts';
import { NO_FIELDS, effectAction, readFields, refuseRest, repositoryOf } from './github-call.ts';
import type { Effect } from './github-call.ts';
import { routeOf } from './github-routes.ts';

export const githubRest: Provider = {
  name: 'github-rest',
  family: 'repo',
  hosts: ['api.github.com', 'uploads.github.com', '*.ghe.com'],
  recognise(request) {
    if (!/^(?:api|uploads)\./.test(request.authority.host)) return null;
    if (request.segments[0]?.toLowerCase() === 'graphql') return null;
    return isPlainRead(request) ? null : recognition(request, request.segments);
  },
  refuse: refuseRest,
};

/** Any host may be an Enterprise server, so only the paths that name a repository are taken for one. */
export const githubEnterpriseRest: Provider = {
  name: 'github-enterprise-rest',
  family: 'repo',
  hosts: ['*'],
  recognise(request) {
    if (isPlainRead(request)) return null;
    if (isEnterprisePath(request.segments)) return recognition(request, request.segments.slice(2));
    // Some servers merge `//` and take `%2F` for a slash: such a path is recognised too, and never granted on.
    const merged = request.segments.flatMap((segment) => segment.split('/')).filter((segment) => segment !== '');
    return isEnterprisePath(merged) ? recognition({ ...request, ambiguousPath: true }, merged.slice(2)) : null;
  },
  refuse: refuseRest,
};

function isEnterprisePath(segments: readonly string[]): boolean {
  const [api = '', version = '', kind = ''] = segments;
  return /^api$/i.test(api) && /^(?:v3|uploads)$/i.test(version) && /^(?:repos|repositories)$/i.test(kind);
}

function recognition(request: RequestView, segments: readonly string[]): Recognition {
  return { need: { kind: 'whole' }, classify: (body) => classify(request, segments, body) };
}

function classify(request: RequestView, segments: readonly string[], body: InspectedBody): readonly Action[] {
  const { repository, rest } = repositoryOf(request, segments);
  const flat = rest.flatMap((part) => part.split('/')).filter((part) => part !== '');
  const inRepository = rest.length < segments.length;
  const route = inRepository ? routeOf(request.method, flat) : null;
  // A `%2F` in a branch or file name is GitHub's own way; where it decides which route it is, servers may differ.
  const sameRoute = !inRepository || routeOf(request.method, rest) === route;
  // By its numeric alias a repository escapes every policy on its name; no client writes that way.
  const named = !inRepository || repository.known;
  const sure = named && body.problem === null && sameRoute && !request.ambiguousPath && request.claimedMethods.length === 0;
  if (route === null) return [effectAction(request, repository, UNKNOWN_WRITE, 'rest', sure)];
  const fields = readFields(request, body);
  const effects = route.read(fields ?? NO_FIELDS, flat, request.method);
  return effects.map((effect) => effectAction(request, repository, effect, 'rest', sure && fields !== null));
}

const UNKNOWN_WRITE: Effect = { name: 'repo.unknown-write', moves: null, sure: true };
