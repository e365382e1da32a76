// What the GraphQL APIs of code hosts have in common: the action of a document that can't be read, and the refusal.

import type { Action } from '../../classify/action.ts';
import { readGraphql } from '../../classify/graphql.ts';
import type { GraphqlField, GraphqlOperation } from '../../classify/graphql.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { refusalSentence } from '../refusal.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';
import { UNKNOWN_WRITE, effectAction } from './effect.ts';
import type { Effect } from './effect.ts';
import { repositoryHost } from './github-call.ts';
import { unknownRepository } from './repository.ts';
import type { Repository } from './repository.ts';

export interface MutationEffect {
  readonly repository: Repository;
  readonly effect: Effect;
}

export function unreadableGraphql(request: RequestView): Action {
  const repository = unknownRepository(repositoryHost(request), 'graphql');
  return effectAction(request, repository, UNKNOWN_WRITE, 'graphql', false);
}

/** What every mutation field of an operation that runs would do; nothing for a query. What a subscription would do is not known. */
export function mutationActions(
  request: RequestView,
  operation: GraphqlOperation | null,
  effectsOf: (host: string, field: GraphqlField) => readonly MutationEffect[],
): readonly Action[] {
  if (operation === null || operation.kind === 'subscription') return [unreadableGraphql(request)];
  if (operation.kind === 'query') return [];
  const host = repositoryHost(request);
  return operation.fields
    .flatMap((field) => effectsOf(host, field))
    .map(({ repository, effect }) => effectAction(request, repository, effect, 'graphql', true));
}

/** 200 with errors, one for each field, as GitHub itself answers what a token may not do: clients raise it with our message. */
export function refuseGraphql(_request: RequestView, refusal: Refusal, body: InspectedBody): NativeAnswer {
  const message = refusalSentence(refusal);
  const graphql = body.problem === null ? readGraphql(body.bytes) : null;
  const answers = (graphql?.operations ?? [null]).map((operation) => {
    const keys = operation?.fields.map((field) => field.key) ?? [];
    const errors =
      keys.length === 0 ? [{ type: 'FORBIDDEN', message }] : keys.map((key) => ({ type: 'FORBIDDEN', path: [key], message }));
    return { data: keys.length === 0 ? null : Object.fromEntries(keys.map((key) => [key, null])), errors };
  });
  const document = graphql?.batch === true ? answers : answers[0];
  return {
    status: 200,
    headers: ['Content-Type', 'application/json; charset=utf-8'],
    body: Buffer.from(JSON.stringify(document), 'utf8'),
  };
}
