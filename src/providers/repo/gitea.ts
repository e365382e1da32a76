// Gitea's and Forgejo's REST API: the hosts that are known to run one, and any host with `/api/v1/repos/{owner}/{repo}`.

import type { Facts } from '../../classify/action.ts';
import { hostResource } from '../../classify/base-facts.ts';
import { mergedSegments } from '../../classify/merged-segments.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider, Recognition } from '../provider.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';
import { refusalSentence } from '../refusal.ts';
import { fieldSources } from './call-fields.ts';
import { siteWrite } from './effect.ts';
import { GITEA_SITE_ROUTES } from './gitea-guards.ts';
import { GITEA_ROUTES } from './gitea-routes.ts';
import { repositoryAt, unknownRepository } from './repository.ts';
import type { Repository } from './repository.ts';
import { editFields } from './rest-edit.ts';
import { recogniseRest } from './rest-recognition.ts';
import { routeOf } from './rest-route.ts';

/** Go: keys in any case at every depth; a form is bound to the same fields, with the query merged in. */
const SOURCES = fieldSources({
  judged: [
    'branch',
    'new_branch',
    'files',
    'path',
    'from_path',
    'operation',
    'content',
    'force_push',
    'force',
    'new_branch_name',
    'old_ref_name',
    'old_branch_name',
    'name',
    'new_commit_id',
    'tag_name',
    'target',
    'target_commitish',
    'base',
    'head',
    'Do',
    'force_merge',
    'merge_when_checks_succeed',
    'delete_branch_after_merge',
    'head_commit_id',
    'event',
    'ref',
    'private',
    'visibility',
    'default_branch',
    'archived',
    'organization',
    'owner',
    'config',
    'permission',
    'new_owner',
  ],
  form: true,
  anyType: true,
  foldedKeys: true,
});

const HOSTS = ['codeberg.org', 'gitea.com', '*.gitea.com', '*.gitea.io'];

export const gitea: Provider = {
  name: 'gitea',
  family: 'repo',
  hosts: HOSTS,
  accountHeaders: ['sudo'],
  recognise(request) {
    const below = isPlainRead(request) ? null : apiPath(request.segments);
    if (below === null) return null;
    // Nothing stands in front of it here: what such a path is to the site is not known.
    const atRoot = request.segments.length === below.length + 2;
    return recognition(atRoot ? request : { ...request, ambiguousPath: true }, below);
  },
  unknownWrite: siteWrite,
  refuse,
  edit: editFields,
};

/** `/api/v1` is anybody's, so on any host only paths that name a repository, or make one, are taken for Gitea's. */
export const giteaSelfHosted: Provider = {
  name: 'gitea-self-hosted',
  family: 'repo',
  hosts: ['*'],
  accountHeaders: ['sudo'],
  recognise(request) {
    if (isPlainRead(request) || isNamed(request.authority.host)) return null;
    const exact = apiPath(request.segments);
    const merged = mergedSegments(request.segments);
    const below = exact ?? apiPath(merged);
    if (below === null || !isOwn(request.method, below)) return null;
    return recognition(exact === null ? { ...request, ambiguousPath: true } : request, below);
  },
  refuse,
  edit: editFields,
};

function isNamed(host: string): boolean {
  return /^(?:codeberg\.org|gitea\.com|.+\.gitea\.(?:com|io))$/.test(host);
}

function isOwn(method: string, below: readonly string[]): boolean {
  const [kind = '', , name] = below;
  if (kind.toLowerCase() === 'repos') return name !== undefined || routeOf(GITEA_SITE_ROUTES, method, below) !== null;
  return (
    /^(?:user|orgs|org)$/i.test(kind) && /(?:\/repos|\/hooks|\/actions\/(?:secrets|variables)\/[^/]+)$/i.test(below.join('/'))
  );
}

/** What follows `/api/v1`, at the root or below one path segment. */
function apiPath(segments: readonly string[]): readonly string[] | null {
  const words = segments.slice(0, 3).map((word) => word.toLowerCase());
  for (const at of [0, 1]) if (words[at] === 'api' && words[at + 1] === 'v1') return segments.slice(at + 2);
  return null;
}

function placeOf(host: string, below: readonly string[]): { repository: Repository; rest: readonly string[]; inside: boolean } {
  const [kind = '', owner = '', name = ''] = below;
  if (kind.toLowerCase() === 'repos' && name !== '' && !`${owner}${name}`.includes('/'))
    return { repository: repositoryAt(host, [owner, name]), rest: below.slice(3), inside: true };
  return { repository: unknownRepository(host, kind === '' ? 'root' : kind.toLowerCase()), rest: below, inside: false };
}

const UPLOADS = /^(?:releases|issues|issues\/comments)\/[^/]+\/assets$/i;

function recognition(request: RequestView, below: readonly string[]): Recognition {
  const host = hostResource(request).id;
  const { inside, ...place } = placeOf(host, below);
  const upload = inside && request.method === 'POST' && UPLOADS.test(place.rest.join('/'));
  const table = inside ? GITEA_ROUTES : GITEA_SITE_ROUTES;
  return recogniseRest({ request, host, ...place, table, upload, common: () => actsAs(request) }, SOURCES);
}

/** `Sudo` in a header, `?sudo=` in the query: an administrator's token acts as somebody else. */
function actsAs(request: RequestView): Facts {
  const name = request.headers.all('sudo')[0] ?? new URLSearchParams(request.query).get('sudo');
  return name === null ? {} : { actsAs: name };
}

function refuse(_request: RequestView, refusal: Refusal, _body: InspectedBody): NativeAnswer {
  return jsonAnswer(refusal, { message: refusalSentence(refusal), url: 'https://docs.gitea.com/api' });
}
