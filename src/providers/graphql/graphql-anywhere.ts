// GraphQL on any host: each root field of what runs is an action; what can't be told is one that policy should not permit.

import type { Action } from '../../classify/action.ts';
import { readEnvelopes } from '../../classify/graphql.ts';
import type { Known } from '../../classify/known.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import { isJsonArray } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider } from '../provider.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from '../refusal.ts';
import { requestActions, unknownOperation } from './graphql-action.ts';
import { envelopesOf, isGraphqlPath, mayCarry, readCarrier, smellsOfGraphql } from './graphql-carrier.ts';
import { observeRegistration, storedIn } from './graphql-persisted.ts';
import { graphqlSocket } from './graphql-socket.ts';

export const graphqlAnywhere: Provider = {
  name: 'graphql-anywhere',
  family: 'graphql',
  hosts: ['*'],
  recognise(request) {
    // A GET is a read unless its query carries a document: some servers run mutations from there.
    if (!mayCarry(request)) return null;
    return {
      need: { kind: request.hasBody ? 'whole' : 'none' },
      tentative: true,
      classify: (body, known) => classify(request, body, known),
      mayHide: (body) => readCarrier(request, body) === null,
    };
  },
  refuse,
  observe: (request, body) => observeRegistration(readCarrier(request, body)),
  socket: graphqlSocket,
};

function classify(request: RequestView, body: InspectedBody, known: Known): readonly Action[] | null {
  const carried = readCarrier(request, body);
  if (carried === undefined) return null;
  if (carried === null && !isGraphqlPath(request) && !smellsOfGraphql(body.bytes)) return null;
  const graphql = carried === null ? null : readEnvelopes(carried, storedIn(known));
  if (graphql === null) return [unknownOperation(request)];
  const actions = requestActions(request, graphql);
  // Queries by GET are what http.read is.
  return isPlainRead(request) && actions.every(({ name }) => name === 'graphql.query') ? null : actions;
}

/** 200 with errors, one answer for each element of a batch: clients raise it with our message (GraphQL §7.1.2). */
function refuse(request: RequestView, refusal: Refusal, body: InspectedBody): NativeAnswer {
  const carried = readCarrier(request, body);
  const answer = { data: null, errors: [{ message: refusalSentence(refusal), extensions: { code: 'FORBIDDEN' } }] };
  const document = isJsonArray(carried ?? undefined) ? envelopesOf(carried).map(() => answer) : answer;
  return {
    status: 200,
    headers: ['content-type', 'application/json; charset=utf-8'],
    body: Buffer.from(JSON.stringify(document)),
  };
}
