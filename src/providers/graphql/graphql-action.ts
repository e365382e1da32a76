// The `graphql.*` actions of a request: each root field of what runs.

import type { Action } from '../../classify/action.ts';
import { baseFacts, hostDomains, hostResource } from '../../classify/base-facts.ts';
import type { GraphqlOperation, GraphqlRequest } from '../../classify/graphql.ts';
import type { RequestView } from '../../http/request-view.ts';

/** Never empty for a request that has operations. */
export function requestActions(request: RequestView, graphql: GraphqlRequest): readonly Action[] {
  return graphql.operations.flatMap((operation) =>
    operation === null ? [unknownOperation(request)] : operationActions(request, operation),
  );
}

/** One action for each root field by its schema name, whatever it is called here and however often (aliases: E24). */
function operationActions(request: RequestView, { kind, fields }: GraphqlOperation): readonly Action[] {
  const times = new Map<string, number>();
  for (const { name } of fields) times.set(name, (times.get(name) ?? 0) + 1);
  // A server that knows nothing of GraphQL does what a DELETE or PUT says, and does not look at its body.
  const sure = !request.ambiguousPath && (request.method === 'POST' || request.method === 'GET');
  return [...times].map(([field, count]) => action(request, `graphql.${kind}`, sure, { field, times: count }));
}

export function unknownOperation(request: RequestView): Action {
  return action(request, 'graphql.unknown', false, {});
}

function action(request: RequestView, name: string, inspected: boolean, facts: Action['facts']): Action {
  return {
    name,
    resource: hostResource(request),
    parents: hostDomains(request.authority.host),
    facts: { ...baseFacts(request, inspected), ...facts },
  };
}
