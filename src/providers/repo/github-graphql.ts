// GitHub's GraphQL API: every mutation field of every operation that runs is an action; queries are reads.

import type { Action } from '../../classify/action.ts';
import { readGraphql } from '../../classify/graphql.ts';
import type { GraphqlOperation } from '../../classify/graphql.ts';
import { isPlainRead, readAction, writeAction } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { refusalSentence } from '../refusal.ts';
import type { Provider } from '../provider.ts';
import type { NativeAnswer, Refusal } from '../refusal.ts';
import { UNKNOWN_WRITE, effectAction } from './effect.ts';
import { repositoryHost } from './github-call.ts';
import { mutationEffects } from './github-mutations.ts';
import { unknownRepository } from './repository.ts';

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
  refuse,
};

/**
 * Any host may be an Enterprise server. What only asks there is no read, because nobody knows that it is one; what is known to move a branch
 * or loosen a guard is judged as that besides.
 */
export const githubEnterpriseGraphql: Provider = {
  name: 'github-enterprise-graphql',
  family: 'repo',
  hosts: ['*'],
  recognise(request) {
    if (isPlainRead(request)) return null;
    const path = request.segments.flatMap((segment) => segment.split('/')).filter((segment) => segment !== '');
    if (!/^api\/graphql$/i.test(path.join('/'))) return null;
    return { need: { kind: 'whole' }, classify: (body) => [...knownEffects(request, body), writeAction(request)] };
  },
  refuse,
};

function knownEffects(request: RequestView, body: InspectedBody): readonly Action[] {
  const graphql = body.problem === null ? readGraphql(body.bytes) : null;
  // The server takes JSON alone: what is none is no call to it.
  if (graphql === null) return /^[\s\ufeff]*[[{]/.test(body.bytes.toString('utf8', 0, 256)) ? [unreadable(request)] : [];
  const host = repositoryHost(request);
  return graphql.operations.flatMap((operation) => {
    if (operation === null) return [unreadable(request)];
    if (operation.kind === 'query') return [];
    return operation.fields
      .flatMap((field) => mutationEffects(host, field))
      .filter(({ effect }) => effect.name !== 'repo.unknown-write')
      .map(({ repository, effect }) => effectAction(request, repository, effect, 'graphql', !request.ambiguousPath));
  });
}

function classify(request: RequestView, body: InspectedBody): readonly Action[] {
  const plain = request.method === 'POST' && request.query === '' && request.claimedMethods.length === 0;
  const sure = plain && !request.ambiguousPath && body.problem === null;
  const graphql = sure ? readGraphql(body.bytes) : null;
  if (graphql === null) return [unreadable(request)];
  const actions = graphql.operations.flatMap((operation) => operationActions(request, operation));
  return actions.length > 0 ? actions : [readAction(request)];
}

function operationActions(request: RequestView, operation: GraphqlOperation | null): readonly Action[] {
  // GitHub has no subscriptions; what one would do is not known.
  if (operation === null || operation.kind === 'subscription') return [unreadable(request)];
  if (operation.kind === 'query') return [];
  const host = repositoryHost(request);
  return operation.fields
    .flatMap((field) => mutationEffects(host, field))
    .map(({ repository, effect }) => effectAction(request, repository, effect, 'graphql', true));
}

function unreadable(request: RequestView): Action {
  const repository = unknownRepository(repositoryHost(request), 'graphql');
  return effectAction(request, repository, UNKNOWN_WRITE, 'graphql', false);
}

/** 200 with errors, one for each field, as GitHub itself answers what a token may not do: clients raise it with our message. */
function refuse(_request: RequestView, refusal: Refusal, body: InspectedBody): NativeAnswer {
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
