// Bitbucket Data Center (once Server) on any host: `/rest/{plug-in}/{version}/projects/{key}/repos/{slug}/…`.

import { hostResource } from '../../classify/base-facts.ts';
import { mergedSegments } from '../../classify/merged-segments.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider, Recognition } from '../provider.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';
import { refusalSentence } from '../refusal.ts';
import { BITBUCKET_SERVER_ROUTES, BITBUCKET_SERVER_SITE_ROUTES } from './bitbucket-server-routes.ts';
import { fieldSources } from './call-fields.ts';
import { repositoryAt, unknownRepository } from './repository.ts';
import type { Repository } from './repository.ts';
import { editFields } from './rest-edit.ts';
import { recogniseRest } from './rest-recognition.ts';
import { routeOf } from './rest-route.ts';
import type { Route } from './rest-route.ts';

const SOURCES = fieldSources({
  judged: [
    'name',
    'branch',
    'content',
    'sourceBranch',
    'sourceCommitId',
    'startPoint',
    'fromRef',
    'toRef',
    'status',
    'participantStatus',
    'id',
    'public',
    'project',
    'defaultBranch',
    'matcher',
    'url',
    'strategyId',
  ],
  form: true,
  query: true,
});

/** Plug-ins of Bitbucket; other Atlassian servers have a `/rest/api` as well, but no `projects/{key}/repos` in it. */
const PLUGINS =
  /^(?:api|branch-utils|branch-permissions|default-reviewers|keys|ssh|access-tokens|git|insights|build-status|required-builds|mirroring|policies|ui|jira|search|gpg|deploy-keys)$/i;

export const bitbucketServer: Provider = {
  name: 'bitbucket-server',
  family: 'repo',
  hosts: ['*'],
  recognise(request) {
    if (isPlainRead(request)) return null;
    const exact = placeOf(request, request.segments);
    if (exact !== null) return recognition(request, exact);
    // Some servers merge `//` and take `%2F` for a slash: such a path is recognised too, and never granted on.
    const merged = mergedSegments(request.segments);
    const place = placeOf(request, merged);
    return place === null ? null : recognition({ ...request, ambiguousPath: true }, place);
  },
  refuse,
  edit: editFields,
};

interface Place {
  readonly repository: Repository;
  readonly rest: readonly string[];
  readonly table: readonly Route[];
}

/** The same id as `/scm/{key}/{slug}.git` has; `users/{name}/repos` is `~name`. Null when it is no such path. */
function placeOf(request: RequestView, segments: readonly string[]): Place | null {
  const at = segments.slice(0, 2).findIndex((segment) => segment.toLowerCase() === 'rest');
  const [plugin = '', version = '', ...below] = at < 0 ? [] : segments.slice(at + 1);
  if (!PLUGINS.test(plugin) || !/^(?:latest|\d[\d.]*)$/i.test(version)) return null;
  const host = hostResource(request).id;
  const [kind = '', owner = '', repos = '', slug = '', ...rest] = below;
  if (/^(?:projects|users)$/i.test(kind) && repos.toLowerCase() === 'repos' && slug !== '') {
    const project = kind.toLowerCase() === 'users' ? `~${owner.replace(/^~/, '')}` : owner;
    return { repository: repositoryAt(host, ['scm', project, slug]), rest, table: BITBUCKET_SERVER_ROUTES };
  }
  const parents = kind.toLowerCase() === 'projects' && owner !== '' ? repositoryAt(host, ['scm', owner, 'any']).parents : [];
  const place = {
    repository: { ...unknownRepository(host, kind === '' ? 'root' : kind.toLowerCase()), parents },
    rest: below,
    table: BITBUCKET_SERVER_SITE_ROUTES,
  };
  return routeOf(place.table, request.method, below) === null ? null : place;
}

function recognition(request: RequestView, place: Place): Recognition {
  const upload = place.table === BITBUCKET_SERVER_ROUTES && request.method === 'POST' && place.rest.join('/') === 'attachments';
  return recogniseRest({ request, host: hostResource(request).id, ...place, upload }, SOURCES);
}

function refuse(_request: RequestView, refusal: Refusal, _body: InspectedBody): NativeAnswer {
  const exceptionName = 'com.atlassian.bitbucket.AuthorisationException';
  return jsonAnswer(refusal, { errors: [{ context: null, message: refusalSentence(refusal), exceptionName }] });
}
