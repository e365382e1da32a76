// GitHub's GraphQL API: every mutation field of every operation that runs is an action; queries are reads.

import type { Action } from '../../classify/action.ts';
import { readGraphql } from '../../classify/graphql.ts';
import type { GraphqlOperation } from '../../classify/graphql.ts';
import { isPlainRead, readAction } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider } from '../provider.ts';
import { effectAction } from './effect.ts';
import { repositoryHost } from './github-call.ts';
import { mutationEffects } from './github-mutations.ts';
import { refuseGraphql, unreadableGraphql } from './graphql-call.ts';

export const githubGraphql: Provider = {
  name: 'github-graphql',
  family: 'repo',
  hosts: ['api.github.com', '*.ghe.com'],
  recognise(request) {
    if (!request.authority.host.startsWith('api.') || request.segments[0]?.toLowerCase() !== 'graphql') return null;
    // A GET gives the schema and takes no document; with a query string it may be one that some server runs.
    if (isPlainRead(request) && request.query === '') return null;
    return { need: { kind: 'whole' }, classify: (body) => classify(request, body) };
  },
  refuse: refuseGraphql,
};

function classify(request: RequestView, body: InspectedBody): readonly Action[] {
  const plain = request.method === 'POST' && request.query === '' && request.claimedMethods.length === 0;
  const sure = plain && !request.ambiguousPath && body.problem === null;
  const graphql = sure ? readGraphql(body.bytes) : null;
  if (graphql === null) return [unreadableGraphql(request)];
  const actions = graphql.operations.flatMap((operation) => operationActions(request, operation));
  return actions.length > 0 ? actions : [readAction(request)];
}

function operationActions(request: RequestView, operation: GraphqlOperation | null): readonly Action[] {
  // GitHub has no subscriptions; what one would do is not known.
  if (operation === null || operation.kind === 'subscription') return [unreadableGraphql(request)];
  if (operation.kind === 'query') return [];
  const host = repositoryHost(request);
  return operation.fields
    .flatMap((field) => mutationEffects(host, field))
    .map(({ repository, effect }) => effectAction(request, repository, effect, 'graphql', true));
}
