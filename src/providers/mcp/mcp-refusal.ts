// How MCP is told no: a tool's result that the model can read, a JSON-RPC error for the rest, never a status that starts an OAuth flow.

import type { RequestView } from '../../http/request-view.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from '../refusal.ts';
import { readRpc, type RpcBody, type RpcMessage } from './json-rpc.ts';
import { hearsAnswers, wantsOnlyEvents } from './mcp-hints.ts';

/** Of the range that the protocol leaves to implementations. */
const POLICY_ERROR = -32_000;
const STATELESS = '2026-07-28';

/** 401 and 403 would start an OAuth flow, 404 a new session: none of them is ever given (catalogue 5.3). */
export function refuseMcp(request: RequestView, refusal: Refusal, bytes: Buffer): NativeAnswer {
  const body = readRpc(bytes);
  const words = refusalSentence(refusal);
  // What the oldest transport answers comes on another connection, so only a status is heard. A server without a stream says 405.
  if (request.method === 'GET' || request.method === 'DELETE') return json(405, rpcError(null, words));
  const answers = (body?.messages ?? []).filter((message) => message.kind === 'request').map((one) => refusedMessage(one, words));
  if (body === null || answers.length === 0 || !hearsAnswers(request)) return json(400, rpcError(null, words));
  const document = body.batch ? answers : (answers[0] ?? rpcError(null, words));
  return wantsOnlyEvents(request) ? events(document) : json(200, document);
}

/** What one message is answered with. */
export function refusedMessage(message: RpcMessage, words: string): object {
  if (message.method !== 'tools/call' || message.id === null) return rpcError(message.id, words);
  const result = { content: [{ type: 'text', text: words }], isError: true, ...completeness(message) };
  return { jsonrpc: '2.0', id: message.id, result };
}

/** On a connection where every message is heard; a notification and an answer get an error that belongs to no request. */
export function refusedBody(body: RpcBody | null, words: string): object {
  const answers = (body?.messages ?? []).filter((message) => message.kind === 'request').map((one) => refusedMessage(one, words));
  if (answers.length === 0) return rpcError(null, words);
  return body?.batch === true ? answers : (answers[0] ?? rpcError(null, words));
}

/** What stands in for an answer that can't be passed on: an error for each request that it is for. `id` is taken where none is known. */
export function failedAnswer(asked: RpcBody | null, id: string | number | null, words: string): object {
  const answers = (asked?.messages ?? []).filter(({ kind }) => kind === 'request').map((one) => rpcError(one.id, words));
  return asked?.batch === true && answers.length > 0 ? answers : (answers[0] ?? rpcError(id, words));
}

function completeness({ params }: RpcMessage): object {
  const meta = params['_meta'];
  const version = typeof meta === 'object' && meta !== null ? Reflect.get(meta, 'io.modelcontextprotocol/protocolVersion') : null;
  return version === STATELESS ? { resultType: 'complete' } : {};
}

function rpcError(id: string | number | null, message: string): object {
  return { jsonrpc: '2.0', id, error: { code: POLICY_ERROR, message } };
}

function json(status: number, document: object): NativeAnswer {
  return { status, headers: ['content-type', 'application/json'], body: Buffer.from(JSON.stringify(document)) };
}

function events(document: object): NativeAnswer {
  return {
    status: 200,
    headers: ['content-type', 'text/event-stream'],
    body: Buffer.from(`event: message\ndata: ${JSON.stringify(document)}\n\n`),
  };
}
