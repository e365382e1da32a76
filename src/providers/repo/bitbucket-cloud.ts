// Bitbucket Cloud's REST API: api.bitbucket.org/2.0, and the same below bitbucket.org/!api.

import { isPlainRead } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider, Recognition } from '../provider.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';
import { refusalSentence } from '../refusal.ts';
import { BITBUCKET_ROUTES, BITBUCKET_SITE_ROUTES, isUuid, unnamed } from './bitbucket-cloud-routes.ts';
import { sourceCommit } from './bitbucket-source.ts';
import { NO_FIELDS, fieldSources } from './call-fields.ts';
import { repositoryAt, unknownRepository } from './repository.ts';
import type { Repository } from './repository.ts';
import { restActions } from './rest-call.ts';
import type { RestCall } from './rest-call.ts';
import { editFields } from './rest-edit.ts';
import { recogniseRest } from './rest-recognition.ts';
import { route } from './rest-route.ts';

const SITE = 'bitbucket.org';

const SOURCES = fieldSources({
  judged: [
    'name',
    'target',
    'source',
    'destination',
    'close_source_branch',
    'merge_strategy',
    'is_private',
    'mainbranch',
    'pattern',
    'workspace',
    'url',
    'permission',
    'draft',
  ],
  form: true,
  query: true,
});

export const bitbucketCloud: Provider = {
  name: 'bitbucket-cloud',
  family: 'repo',
  hosts: ['api.bitbucket.org', SITE],
  recognise(request) {
    if (isPlainRead(request)) return null;
    const below = apiPath(request);
    return below === null ? null : recognition(request, below);
  },
  refuse,
  edit: editFields,
};

/** What follows the version, and the whole of it for any other version; null at the site's own pages and at git. */
function apiPath(request: RequestView): readonly string[] | null {
  const isSite = request.authority.host === SITE;
  if (isSite && !/^!?api$/i.test(request.segments[0] ?? '')) return null;
  const segments = isSite ? request.segments.slice(1) : request.segments;
  return segments[0] === '2.0' ? segments.slice(1) : segments;
}

function placeOf(below: readonly string[]): { repository: Repository; rest: readonly string[]; known: boolean } {
  const [kind = '', workspace = '', name = ''] = below;
  if (kind.toLowerCase() !== 'repositories' || name === '' || `${workspace}${name}`.includes('/'))
    return { repository: unknownRepository(SITE, kind === '' ? 'root' : kind.toLowerCase()), rest: below, known: false };
  const repository = isUuid(workspace) || isUuid(name) ? unnamed(SITE, name) : repositoryAt(SITE, [workspace, name]);
  return { repository, rest: below.slice(3), known: true };
}

function recognition(request: RequestView, below: readonly string[]): Recognition {
  const { repository, rest, known } = placeOf(below);
  const path = rest.join('/').toLowerCase();
  const place = { request, repository, host: SITE, rest };
  if (known && path === 'src') return sourceRecognition(place);
  const upload = known && request.method === 'POST' && path === 'downloads';
  return recogniseRest({ ...place, table: known ? BITBUCKET_ROUTES : BITBUCKET_SITE_ROUTES, upload }, SOURCES);
}

/** A commit whose form has a field for each file: none of them is a field of the API. */
function sourceRecognition(place: Pick<RestCall, 'request' | 'repository' | 'host' | 'rest'>): Recognition {
  return {
    need: { kind: 'whole' },
    classify(body) {
      const table = [route('POST', 'src', () => [sourceCommit(place.request, body)])];
      const fields = { fields: NO_FIELDS, document: NO_FIELDS };
      return restActions({ ...place, table, fields, sure: body.problem === null });
    },
  };
}

function refuse(_request: RequestView, refusal: Refusal, _body: InspectedBody): NativeAnswer {
  return jsonAnswer(refusal, { type: 'error', error: { message: refusalSentence(refusal) } });
}
