// GitHub's REST API: api.github.com, its upload host, data residency (ghe.com), and Enterprise servers below /api/v3.

import { mergedSegments } from '../../classify/merged-segments.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider, Recognition } from '../provider.ts';
import { siteWrite } from './effect.ts';
import { GITHUB_FIELDS, refuseRest, repositoryHost, repositoryOf } from './github-call.ts';
import { GITHUB_ROUTES } from './github-routes.ts';
import { GITHUB_SITE_ROUTES } from './github-site-routes.ts';
import { editFields } from './rest-edit.ts';
import { recogniseRest } from './rest-recognition.ts';

export const githubRest: Provider = {
  name: 'github-rest',
  family: 'repo',
  hosts: ['api.github.com', 'uploads.github.com', '*.ghe.com'],
  recognise(request) {
    if (!/^(?:api|uploads)\./.test(request.authority.host)) return null;
    if (request.segments[0]?.toLowerCase() === 'graphql') return null;
    return isPlainRead(request) ? null : recognition(request, request.segments);
  },
  unknownWrite: siteWrite,
  refuse: refuseRest,
  edit: editFields,
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
    const merged = mergedSegments(request.segments);
    return isEnterprisePath(merged) ? recognition({ ...request, ambiguousPath: true }, merged.slice(2)) : null;
  },
  refuse: refuseRest,
  edit: editFields,
};

function isEnterprisePath(segments: readonly string[]): boolean {
  const [api = '', version = '', kind = ''] = segments;
  return /^api$/i.test(api) && /^(?:v3|uploads)$/i.test(version) && /^(?:repos|repositories)$/i.test(kind);
}

const ASSETS = /^releases\/[^/]+\/assets$/i;

function recognition(request: RequestView, segments: readonly string[]): Recognition {
  const { repository, rest } = repositoryOf(request, segments);
  const inRepository = rest.length < segments.length;
  return recogniseRest(
    {
      request,
      repository,
      host: repositoryHost(request),
      rest,
      table: inRepository ? GITHUB_ROUTES : GITHUB_SITE_ROUTES,
      upload: inRepository && request.method === 'POST' && ASSETS.test(rest.join('/')),
      // By its numeric alias a repository escapes every policy on its name; no client writes that way.
      sure: !inRepository || repository.known,
    },
    GITHUB_FIELDS,
  );
}
