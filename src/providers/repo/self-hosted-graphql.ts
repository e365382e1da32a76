// `/api/graphql` on any host: a GitHub Enterprise server, or a GitLab of one's own.

import type { Action } from '../../classify/action.ts';
import { isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { readGraphql } from '../../classify/graphql.ts';
import { mergedSegments } from '../../classify/merged-segments.ts';
import { isPlainRead, writeAction } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider } from '../provider.ts';
import { effectAction } from './effect.ts';
import { repositoryHost } from './github-call.ts';
import { mutationEffects } from './github-mutations.ts';
import { isGitlabHost, isMultiplex } from './gitlab-graphql.ts';
import { gitlabMutationEffects } from './gitlab-mutations.ts';
import { refuseGraphql, unreadableGraphql } from './graphql-call.ts';

/**
 * Any host may be GitHub Enterprise or a GitLab of one's own. What only asks there is no read, because nobody knows that it is one; what is known to move a branch
 * or loosen a guard is judged as that besides.
 */
export const selfHostedGraphql: Provider = {
  name: 'self-hosted-graphql',
  family: 'repo',
  hosts: ['*'],
  recognise(request) {
    if (isPlainRead(request) || isGitlabHost(request.authority.host)) return null;
    const path = mergedSegments(request.segments);
    if (!/^api\/graphql$/i.test(path.join('/'))) return null;
    return { need: { kind: 'whole' }, classify: (body) => [...knownEffects(request, body), writeAction(request)] };
  },
  refuse: refuseGraphql,
};

function knownEffects(request: RequestView, body: InspectedBody): readonly Action[] {
  if (body.problem === null && body.bytes.length === 0 && request.query === '') return [];
  const media = mediaType(request.headers);
  const plain = request.method === 'POST' && request.query === '' && media.problem === null && isUtf8Type(media);
  const graphql = plain && body.problem === null && !isMultiplex(body.bytes) ? readGraphql(body.bytes) : null;
  // GitLab takes forms and the query string as well: whatever is sent here is a call that could not be read.
  if (graphql === null) return [unreadableGraphql(request)];
  const host = repositoryHost(request);
  return graphql.operations.flatMap((operation) => {
    if (operation === null) return [unreadableGraphql(request)];
    if (operation.kind === 'query') return [];
    return operation.fields
      .flatMap((field) => [...(gitlabMutationEffects(host, field) ?? []), ...mutationEffects(host, field)])
      .filter(({ effect }) => effect.name !== 'repo.unknown-write')
      .map(({ repository, effect }) => effectAction(request, repository, effect, 'graphql', !request.ambiguousPath));
  });
}
