// GitLab's GraphQL API at gitlab.com: every mutation field that runs is an action. What only asks is left to who knows GraphQL in general.

import type { Action } from '../../classify/action.ts';
import { isJsonType, isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { readGraphql } from '../../classify/graphql.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import { isJsonObject, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider } from '../provider.ts';
import { gitlabEffects } from './gitlab-mutations.ts';
import { mutationActions, refuseGraphql, unreadableGraphql } from './graphql-call.ts';

export const gitlabGraphql: Provider = {
  name: 'gitlab-graphql',
  family: 'repo',
  hosts: ['gitlab.com', '*.gitlab.com'],
  recognise(request) {
    if (isPlainRead(request) || !/^api\/graphql$/i.test(request.segments.join('/'))) return null;
    return { need: { kind: 'whole' }, tentative: true, classify: (body) => classify(request, body) };
  },
  refuse: refuseGraphql,
};

export function isGitlabHost(host: string): boolean {
  return host === 'gitlab.com' || host.endsWith('.gitlab.com');
}

/**
 * Rails hands an array body on as `_json`, and takes an object with that member for one: the `query` beside it would not be what runs.
 */
export function isMultiplex(bytes: Buffer): boolean {
  const { value } = readJson(bytes);
  return isJsonObject(value) && Object.hasOwn(value, '_json');
}

/** Null when every operation is a query. Rails takes forms and the query string as well: only plain JSON is read surely. */
function classify(request: RequestView, body: InspectedBody): readonly Action[] | null {
  const media = mediaType(request.headers);
  const plain =
    request.method === 'POST' &&
    request.query === '' &&
    request.claimedMethods.length === 0 &&
    isJsonType(media) &&
    isUtf8Type(media);
  const sure = plain && /^\/api\/graphql\/?$/.test(request.path) && body.problem === null && !isMultiplex(body.bytes);
  const graphql = sure ? readGraphql(body.bytes) : null;
  if (graphql === null) return [unreadableGraphql(request)];
  const actions = graphql.operations.flatMap((operation) => mutationActions(request, operation, gitlabEffects));
  return actions.length > 0 ? actions : null;
}
