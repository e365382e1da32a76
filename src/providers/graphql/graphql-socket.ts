// GraphQL over WebSocket: the protocols `graphql-transport-ws` (`subscribe`) and the older `graphql-ws` (`start`).

import type { Action } from '../../classify/action.ts';
import { readEnvelopes } from '../../classify/graphql.ts';
import type { Known } from '../../classify/known.ts';
import { isJsonObject, type JsonObject, readJson } from '../../classify/strict-json.ts';
import type { RequestView } from '../../http/request-view.ts';
import { type Refusal, refusalSentence } from '../refusal.ts';
import type { SocketMessage, SocketReader } from '../socket-reader.ts';
import { requestActions, unknownOperation } from './graphql-action.ts';
import { isGraphqlPath } from './graphql-carrier.ts';
import { storedIn } from './graphql-persisted.ts';

/** Null unless the handshake offers one of the protocols, or the path says GraphQL. */
export function graphqlSocket(request: RequestView): SocketReader | null {
  const offered = request.headers.all('sec-websocket-protocol').join(',');
  if (!/\bgraphql-(?:transport-)?ws\b/i.test(offered) && !isGraphqlPath(request)) return null;
  return { classify: (message, known) => classify(request, message, known), refuse };
}

/** `ping`, `complete`, `connection_init` and the like run nothing. What is no JSON is not the protocol's. */
function classify(request: RequestView, message: SocketMessage, known: Known): readonly Action[] {
  const envelope = readMessage(message);
  if (envelope === null) return [unknownOperation(request)];
  if (envelope['type'] !== 'subscribe' && envelope['type'] !== 'start') return [];
  const graphql = readEnvelopes(envelope['payload'] ?? null, storedIn(known));
  return graphql === null ? [unknownOperation(request)] : requestActions(request, graphql);
}

function readMessage(message: SocketMessage): JsonObject | null {
  const { value } = readJson(message.bytes);
  return isJsonObject(value) ? value : null;
}

/** The protocols differ: a list of errors in the newer one, one error in the older. */
function refuse(message: SocketMessage, refusal: Refusal): Buffer | null {
  const envelope = readMessage(message);
  const id = envelope?.['id'];
  if (envelope === null || typeof id !== 'string') return null;
  const error = { message: refusalSentence(refusal), extensions: { code: 'FORBIDDEN' } };
  return Buffer.from(JSON.stringify({ id, type: 'error', payload: envelope['type'] === 'start' ? error : [error] }));
}
