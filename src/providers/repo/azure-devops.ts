// Azure DevOps' REST API: dev.azure.com, the old visualstudio.com names, and servers of one's own (any path with `_apis`).

import { hostResource } from '../../classify/base-facts.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider, Recognition } from '../provider.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';
import { refusalSentence } from '../refusal.ts';
import { AZURE_SITE_ROUTES } from './azure-devops-guards.ts';
import { AZURE_ROUTES } from './azure-devops-routes.ts';
import { fieldSources } from './call-fields.ts';
import { siteWrite } from './effect.ts';
import { repositoryAt, unknownRepository } from './repository.ts';
import type { Repository } from './repository.ts';
import { editFields } from './rest-edit.ts';
import { recogniseRest } from './rest-recognition.ts';
import type { Route } from './rest-route.ts';

/** .NET: keys in any case, at every depth; documents are bound to the body alone, and `?path=` is a wiki's page. */
const SOURCES = fieldSources({
  judged: [
    'refUpdates',
    'commits',
    'changes',
    'item',
    'path',
    'parents',
    'name',
    'oldObjectId',
    'newObjectId',
    'sourceServerItem',
    'sourceRefName',
    'targetRefName',
    'status',
    'autoCompleteSetBy',
    'completionOptions',
    'bypassPolicy',
    'deleteSourceBranch',
    'vote',
    'generatedRefName',
    'ontoRefName',
    'sourceToTargetRefs',
    'targetRef',
    'defaultBranch',
    'isDisabled',
    'visibility',
    'sourceBranch',
    'refName',
    'consumerInputs',
  ],
  query: 'ignored',
  anyType: true,
  foldedKeys: true,
});

const HOSTED = /^(?:(?:[^.]+\.)?dev\.azure\.com|[^.]+\.visualstudio\.com)$/;

export const azureDevops: Provider = {
  name: 'azure-devops',
  family: 'repo',
  hosts: ['dev.azure.com', '*.dev.azure.com', '*.visualstudio.com'],
  recognise(request) {
    const at = apisAt(request.segments);
    return at < 0 || isPlainRead(request) ? null : recognition(request, at);
  },
  unknownWrite: siteWrite,
  refuse,
  edit: editFields,
};

export const azureDevopsServer: Provider = {
  name: 'azure-devops-server',
  family: 'repo',
  hosts: ['*'],
  recognise(request) {
    if (isPlainRead(request) || HOSTED.test(request.authority.host)) return null;
    const at = apisAt(request.segments);
    if (at >= 0) return recognition(request, at);
    // Some servers take `%2F` for a slash: such a path is recognised too, and never granted on.
    const segments = request.segments.flatMap((segment) => segment.split('/'));
    return apisAt(segments) < 0 ? null : recognition({ ...request, segments, ambiguousPath: true }, apisAt(segments));
  },
  refuse,
  edit: editFields,
};

/** Collection, project and team stand before it, and `tfs` on old servers. */
function apisAt(segments: readonly string[]): number {
  return segments.slice(0, 5).findIndex((segment) => segment.toLowerCase() === '_apis');
}

interface Place {
  readonly host: string;
  readonly repository: Repository;
  readonly rest: readonly string[];
  readonly table: readonly Route[];
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * `{org}/{project}/_apis/git/repositories/{repository}/…`: the same id as `{org}/{project}/_git/{repository}` has. INVARIANT: a repository or
 * project that is named by its GUID stays unknown, so that no policy on a name can be passed by it.
 */
function placeOf(request: RequestView, at: number): Place {
  const host = hostResource(request).id;
  const before = request.segments.slice(0, at);
  const [area = '', kind = '', name = '', ...rest] = request.segments.slice(at + 1);
  if (area.toLowerCase() === 'git' && kind.toLowerCase() === 'repositories' && name !== '') {
    const project = before.at(-1) ?? '';
    const isNamed = before.length >= minimum(host) && !GUID.test(name) && !GUID.test(project) && !name.includes('/');
    const repository = isNamed ? repositoryAt(host, [...before, '_git', name]) : unknownRepository(siteOf(host), `id-${name}`);
    return { host: siteOf(host), repository, rest, table: AZURE_ROUTES };
  }
  const { parents } = before.length > 0 ? repositoryAt(host, [...before, '_git', 'any']) : { parents: [] };
  const repository = { ...unknownRepository(siteOf(host), area === '' ? 'root' : area.toLowerCase()), parents };
  return { host: siteOf(host), repository, rest: request.segments.slice(at + 1), table: AZURE_SITE_ROUTES };
}

/** An organisation and a project; the old names have the organisation in the host. */
function minimum(host: string): number {
  return host.endsWith('.visualstudio.com') ? 1 : 2;
}

/** The host that repositories are named by. */
function siteOf(host: string): string {
  return HOSTED.test(host) ? 'dev.azure.com' : host;
}

const UPLOADS = /^(?:wit\/attachments|pullrequests\/[^/]+\/attachments\/[^/]+)$/i;

function recognition(request: RequestView, at: number): Recognition {
  const place = placeOf(request, at);
  return recogniseRest({ request, ...place, upload: UPLOADS.test(place.rest.join('/')) }, SOURCES);
}

function refuse(_request: RequestView, refusal: Refusal, _body: InspectedBody): NativeAnswer {
  return jsonAnswer(refusal, {
    $id: '1',
    innerException: null,
    message: refusalSentence(refusal),
    typeName: 'Microsoft.TeamFoundation.Git.Server.GitNeedsPermissionException, Microsoft.TeamFoundation.Git.Server',
    typeKey: 'GitNeedsPermissionException',
    errorCode: 0,
    eventId: 3000,
  });
}
