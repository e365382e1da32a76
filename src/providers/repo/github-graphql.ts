// GitHub's GraphQL API: every mutation field of every operation that runs is an action; queries are reads.

import type { Action } from '../../classify/action.ts';
import { readGraphql } from '../../classify/graphql.ts';
import { isPlainRead, readAction } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider } from '../provider.ts';
import { mutationEffects } from './github-mutations.ts';
import { mutationActions, refuseGraphql, unreadableGraphql } from './graphql-call.ts';

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
  const sure = plain && request.path === '/graphql' && body.problem === null;
  const graphql = sure ? readGraphql(body.bytes) : null;
  if (graphql === null) return [unreadableGraphql(request)];
  const actions = graphql.operations.flatMap((operation) => mutationActions(request, operation, mutationEffects));
  return actions.length > 0 ? actions : [readAction(request)];
}
