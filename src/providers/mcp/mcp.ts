// The Model Context Protocol over HTTP, on any host: the streamable transport of every revision, and the older one with two connections.

import type { Action } from '../../classify/action.ts';
import { isUtf8Type, mediaType } from '../../classify/content-type.ts';
import type { Known } from '../../classify/known.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider, Recognition } from '../provider.ts';
import { readRpc, type RpcBody, smellsOfRpc } from './json-rpc.ts';
import { closeAction, listenAction, messageAction, unknownWrite } from './mcp-action.ts';
import { mcpBatch } from './mcp-batch.ts';
import { hasMcpHint, hearsAnswers, mayBeJson, wantsEvents } from './mcp-hints.ts';
import { isTelling, verbOf } from './mcp-methods.ts';
import { refuseMcp } from './mcp-refusal.ts';
import { mcpSocket } from './mcp-socket.ts';
import { mirrorsAgree } from './mirror-headers.ts';
import { toolsObservation } from './tools-observation.ts';

export const mcp: Provider = {
  name: 'mcp',
  family: 'mcp',
  hosts: ['*'],

  recognise(request) {
    if (request.upgrade !== null) return null;
    const hint = hasMcpHint(request);
    if (request.method === 'GET' && !request.hasBody) return hint && wantsEvents(request) ? listening(request) : null;
    if (request.method === 'DELETE' && !request.hasBody)
      return request.headers.has('mcp-session-id') ? { need: { kind: 'none' }, classify: () => [closeAction(request)] } : null;
    // Only a POST carries messages: an upload by PUT, of no type, goes on streaming.
    if (!request.hasBody || !(hint || (request.method === 'POST' && mayBeJson(request)))) return null;
    return { need: { kind: 'whole' }, tentative: true, classify: (body, known) => classify(request, body, known, hint) };
  },

  refuse: (request, refusal, body) => refuseMcp(request, refusal, body.bytes),

  /** A list of tools may come with any answer: nothing but the id in it says which request it is for (E38). */
  observe: (request, body) => toolsObservation(request, body.problem === null ? readRpc(body.bytes) : null),

  /** Where answers come on another connection, nobody would hear what was refused: then all of it is. */
  batch: (request, body) => (hearsAnswers(request) ? mcpBatch(body.bytes) : null),

  socket: mcpSocket,
};

function listening(request: RequestView): Recognition {
  return { need: { kind: 'none' }, classify: () => [listenAction(request)] };
}

/** Null: the body is no MCP, and nothing in the head says that it should be. */
function classify(request: RequestView, body: InspectedBody, known: Known, hint: boolean): Action[] | null {
  if (body.problem !== null) return hint ? [unknownWrite(request, false)] : null;
  const read = readRpc(body.bytes);
  if (read === null) return hint || smellsOfRpc(body.bytes) ? [unknownWrite(request, false)] : null;
  if (!hint && !tells(read)) return null;
  return bodyActions(
    request,
    read,
    known,
    request.method === 'POST' && isPlainJson(request) && mirrorsAgree(request.headers, read),
  );
}

/** Each message is an action; what can't be an MCP message is one that could do anything. */
function bodyActions(request: RequestView, body: RpcBody, known: Known, sure: boolean): Action[] {
  return body.messages.map((message) => messageAction(request, message, known, sure));
}

/** On a host that nobody knows: does one of the messages name what only MCP has? */
function tells(body: RpcBody): boolean {
  return body.messages.some(
    ({ method, params }) => isTelling(method) || (verbOf(method) === 'session' && typeof params['protocolVersion'] === 'string'),
  );
}

function isPlainJson(request: RequestView): boolean {
  const media = mediaType(request.headers);
  return media.problem === null && media.type === 'application/json' && isUtf8Type(media);
}
