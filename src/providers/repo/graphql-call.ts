// What the GraphQL APIs of code hosts have in common: the action of a document that can't be read, and the refusal.

import type { Action } from '../../classify/action.ts';
import { readGraphql } from '../../classify/graphql.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { refusalSentence } from '../refusal.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';
import { UNKNOWN_WRITE, effectAction } from './effect.ts';
import { repositoryHost } from './github-call.ts';
import { unknownRepository } from './repository.ts';

export function unreadableGraphql(request: RequestView): Action {
  const repository = unknownRepository(repositoryHost(request), 'graphql');
  return effectAction(request, repository, UNKNOWN_WRITE, 'graphql', false);
}

/** 200 with errors, one for each field, as GitHub itself answers what a token may not do: clients raise it with our message. */
export function refuseGraphql(_request: RequestView, refusal: Refusal, body: InspectedBody): NativeAnswer {
  const message = refusalSentence(refusal);
  const graphql = body.problem === null ? readGraphql(body.bytes) : null;
  const answers = (graphql?.operations ?? [null]).map((operation) => {
    const keys = operation?.fields.map((field) => field.key) ?? [];
    const errors =
      keys.length === 0 ? [{ type: 'FORBIDDEN', message }] : keys.map((key) => ({ type: 'FORBIDDEN', path: [key], message }));
    return { data: null, errors };
  });
  const document = graphql?.batch === true ? answers : answers[0];
  return {
    status: 200,
    headers: ['Content-Type', 'application/json; charset=utf-8'],
    body: Buffer.from(JSON.stringify(document), 'utf8'),
  };
}
