// From a REST call that is taken apart to the actions it would do: what every code host's API has in common.

import type { Action, Facts } from '../../classify/action.ts';
import { mergedSegments } from '../../classify/merged-segments.ts';
import type { RequestView } from '../../http/request-view.ts';
import { NO_FIELDS } from './call-fields.ts';
import type { CallFields } from './call-fields.ts';
import { UNKNOWN_WRITE, effectAction } from './effect.ts';
import type { Repository } from './repository.ts';
import { routeOf } from './rest-route.ts';
import type { Route } from './rest-route.ts';

export interface RestCall {
  readonly request: RequestView;
  readonly repository: Repository;
  /** The host that repositories are named by. */
  readonly host: string;
  /** Path segments that the table is about, `%2F` undone within each. */
  readonly rest: readonly string[];
  readonly table: readonly Route[];
  /** Null when they could not be read surely. */
  readonly fields: CallFields | null;
  /** False when head or path are unsure. */
  readonly sure: boolean;
  /** Facts that every action of the call has. */
  readonly common?: Facts;
}

/** Never empty. */
export function restActions(call: RestCall): readonly Action[] {
  const { request, repository, table } = call;
  const flat = mergedSegments(call.rest);
  const route = routeOf(table, request.method, flat);
  // A `%2F` in a branch or file name is these APIs' own way; where it decides which route it is, servers may differ (E10).
  const sure =
    call.sure &&
    !request.ambiguousPath &&
    request.claimedMethods.length === 0 &&
    routeOf(table, request.method, call.rest) === route;
  const common = call.common ?? {};
  if (route === null) return [effectAction(request, repository, UNKNOWN_WRITE, 'rest', sure, common)];
  const effects = route.read({
    method: request.method,
    rest: flat,
    fields: call.fields?.fields ?? NO_FIELDS,
    document: call.fields?.document ?? NO_FIELDS,
    host: call.host,
    repository,
    query: new URLSearchParams(request.query),
  });
  return effects.map((effect) => effectAction(request, repository, effect, 'rest', sure && call.fields !== null, common));
}
