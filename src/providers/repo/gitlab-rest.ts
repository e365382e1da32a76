// GitLab's REST API: gitlab.com, and any host that may be a server of one's own (`/api/v4/projects/…`, also below a path).

import type { Facts } from '../../classify/action.ts';
import { hostResource } from '../../classify/base-facts.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider, Recognition } from '../provider.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';
import { refusalSentence } from '../refusal.ts';
import { fieldSources } from './call-fields.ts';
import type { CallFields } from './call-fields.ts';
import { siteWrite, text } from './effect.ts';
import { isGitlabHost } from './gitlab-graphql.ts';
import { GITLAB_GROUP_ROUTES, GITLAB_SITE_ROUTES } from './gitlab-guards.ts';
import { GITLAB_ROUTES } from './gitlab-routes.ts';
import { editFields } from './rest-edit.ts';
import { repositoryAt, unknownRepository } from './repository.ts';
import type { Repository } from './repository.ts';
import { recogniseRest } from './rest-recognition.ts';
import { routeOf } from './rest-route.ts';
import type { Route } from './rest-route.ts';

/** Grape takes parameters from JSON, forms and the query alike, and merges them (E13). */
const SOURCES = fieldSources({
  judged: [
    'branch',
    'start_branch',
    'start_sha',
    'start_project',
    'force',
    'actions',
    'ref',
    'tag_name',
    'target_branch',
    'source_branch',
    'target_project_id',
    'auto_merge',
    'merge_when_pipeline_succeeds',
    'should_remove_source_branch',
    'state_event',
    'squash',
    'file',
    'files',
    'file_name',
    'visibility',
    'default_branch',
    'import_url',
    'namespace',
    'namespace_path',
    'body',
    'note',
    'description',
    'url',
    'name',
    'path',
    'sudo',
  ],
  form: true,
  query: true,
});

export const gitlabRest: Provider = {
  name: 'gitlab-rest',
  family: 'repo',
  hosts: ['gitlab.com', '*.gitlab.com'],
  accountHeaders: ['sudo'],
  recognise(request) {
    const below = apiPath(request);
    if (below === null || isPlainRead(request) || isPackage(below)) return null;
    // Nothing stands in front of it here: what such a path is to the site is not known.
    const atRoot = request.segments.length === below.length + 2;
    return recognition(atRoot ? request : { ...request, ambiguousPath: true }, below);
  },
  unknownWrite: siteWrite,
  refuse,
  edit: editFields,
};

/** Other programs have an `/api/v4` too (Mattermost), so on any host only what is plainly GitLab's is taken for it. */
export const gitlabSelfHostedRest: Provider = {
  name: 'gitlab-self-hosted-rest',
  family: 'repo',
  hosts: ['*'],
  accountHeaders: ['sudo'],
  recognise(request) {
    if (isPlainRead(request) || isGitlabHost(request.authority.host)) return null;
    const exact = apiPath(request);
    const below = exact ?? apiPath(merged(request));
    if (below === null || isPackage(below)) return null;
    const view = exact === null ? { ...request, ambiguousPath: true } : request;
    const { kind, rest, table } = placeOf(request, below);
    const isOwn =
      kind === 'project' || (kind === 'group' && routeOf(table, request.method, rest) !== null) || below[0] === 'snippets';
    return isOwn ? recognition(view, below) : null;
  },
  refuse,
  edit: editFields,
};

/** What follows `/api/v4`, at the root or below one path segment; null when it is not there. */
function apiPath(request: Pick<RequestView, 'segments'>): readonly string[] | null {
  const words = request.segments.slice(0, 3).map((word) => word.toLowerCase());
  for (const at of [0, 1]) if (words[at] === 'api' && words[at + 1] === 'v4') return request.segments.slice(at + 2);
  return null;
}

/** As servers read a path that merge `//` and take `%2F` for a slash. A project's id keeps its own. */
function merged(request: RequestView): Pick<RequestView, 'segments'> {
  const segments = request.segments.filter((segment) => segment !== '');
  return { segments: [...segments.slice(0, 2).flatMap((segment) => segment.split('/')), ...segments.slice(2)] };
}

/** Package managers' own protocols have providers of their own, by the shape of their requests. */
function isPackage(below: readonly string[]): boolean {
  const [kind = '', , packages = '', format = ''] = below;
  return /^(?:projects|groups)$/i.test(kind) && packages.toLowerCase() === 'packages' && /^(?!generic$)[a-z]+$/i.test(format);
}

interface Place {
  readonly kind: 'project' | 'group' | 'site';
  readonly repository: Repository;
  readonly rest: readonly string[];
  readonly table: readonly Route[];
}

/**
 * `projects/:id/…`, where the id is a number or the encoded path. INVARIANT: a number is no name: it stays unknown, so that no policy on a
 * path can be passed by it.
 */
function placeOf(request: RequestView, below: readonly string[]): Place {
  const host = hostResource(request).id;
  const [first = '', id = ''] = below;
  const kind = first.toLowerCase();
  if (kind === 'projects' && below.length >= 2 && !/^(?:import|remote-import(?:-s3)?|user)$/i.test(id)) {
    const repository = id.includes('/') ? repositoryAt(host, [id]) : unknownRepository(host, `id-${id}`);
    return { kind: 'project', repository, rest: below.slice(2), table: GITLAB_ROUTES };
  }
  if (kind === 'groups' && below.length >= 2 && id !== 'import') {
    const parents = /^\d+$/.test(id) ? [] : repositoryAt(host, [id, 'any']).parents;
    return {
      kind: 'group',
      repository: { ...unknownRepository(host, 'groups'), parents },
      rest: below.slice(2),
      table: GITLAB_GROUP_ROUTES,
    };
  }
  return {
    kind: kind === 'projects' ? 'project' : 'site',
    repository: unknownRepository(host, kind || 'root'),
    rest: below,
    table: GITLAB_SITE_ROUTES,
  };
}

const UPLOADS = /^(?:uploads|wikis\/attachments|secure_files|packages\/generic\/.+)$/i;

function recognition(request: RequestView, below: readonly string[]): Recognition {
  const { repository, rest, table } = placeOf(request, below);
  const upload = table === GITLAB_ROUTES && /^(?:POST|PUT)$/.test(request.method) && UPLOADS.test(rest.join('/'));
  const host = hostResource(request).id;
  return recogniseRest({ request, repository, host, rest, table, upload, common: (fields) => actsAs(request, fields) }, SOURCES);
}

/** `sudo` in a header, the query or the body: an administrator's token acts as somebody else. */
function actsAs(request: RequestView, call: CallFields | null): Facts {
  const [header] = request.headers.all('sudo');
  const field = call?.fields['sudo'];
  const name =
    header ??
    (typeof field === 'number' ? String(field) : text(field)) ??
    new URLSearchParams(request.query).get('sudo') ??
    undefined;
  return name === undefined ? {} : { actsAs: name };
}

/** GitLab's clients print `error` first, so only `message` is there. */
function refuse(_request: RequestView, refusal: Refusal, _body: InspectedBody): NativeAnswer {
  return jsonAnswer(refusal, { message: refusalSentence(refusal) });
}
