// JSON-RPC 2.0 messages, single or in an array, read so strictly that every server takes them for the same.

import { looseText } from '../../classify/loose-json.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, readJson } from '../../classify/strict-json.ts';

export interface RpcMessage {
  readonly kind: 'request' | 'notification' | 'response' | 'unreadable';
  /** Empty for a response, and for what has none. */
  readonly method: string;
  readonly params: JsonObject;
  /** What an answer must repeat. Null when there is none, or none that can be repeated. */
  readonly id: string | number | null;
  /** Of a response. */
  readonly result: Json | undefined;
  /** False when servers may read something else in it: no version, a member too many, one that looks like another. */
  readonly strict: boolean;
}

export interface RpcBody {
  readonly messages: readonly RpcMessage[];
  readonly batch: boolean;
}

const MAX_BATCH = 100;
const MEMBERS: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error']);
const NO_PARAMS: JsonObject = {};

/** Null when the bytes are not one strict JSON document of at most 100 messages. */
export function readRpc(bytes: Buffer): RpcBody | null {
  const reading = readJson(bytes);
  if (reading.problem !== null) return null;
  const { value } = reading;
  if (isJsonObject(value)) return { messages: [readMessage(value)], batch: false };
  if (!isJsonArray(value) || value.length === 0 || value.length > MAX_BATCH) return null;
  return { messages: value.map((item) => (isJsonObject(item) ? readMessage(item) : UNREADABLE)), batch: true };
}

const UNREADABLE: RpcMessage = {
  kind: 'unreadable',
  method: '',
  params: NO_PARAMS,
  id: null,
  result: undefined,
  strict: false,
};

function readMessage(object: JsonObject): RpcMessage {
  const { method, params, id, result, error } = object;
  const answers = result !== undefined || error !== undefined;
  const named = typeof method === 'string';
  const known = Object.keys(object).every((key) => MEMBERS.has(key));
  const fits = named !== answers && (method === undefined || named) && (params === undefined || isJsonObject(params));
  return {
    kind: named ? (id === undefined ? 'notification' : 'request') : answers && method === undefined ? 'response' : 'unreadable',
    method: named ? method : '',
    params: isJsonObject(params) ? params : NO_PARAMS,
    id: typeof id === 'string' || typeof id === 'number' ? id : null,
    result,
    // An `id` of null asks for an answer that nobody can match; MCP forbids it, and servers differ on what they make of it (E38).
    strict: object['jsonrpc'] === '2.0' && known && fits && (id === undefined || isId(id)),
  };
}

function isId(id: Json): boolean {
  return (typeof id === 'string' && id.isWellFormed()) || typeof id === 'number';
}

/** What the bytes of an MCP call hold, whoever reads them. */
const SMELL = /jsonrpc|tools\\?\/call|resources\\?\/read|prompts\\?\/get/;

/** Could a lax reader find JSON-RPC in bytes that we could not read? */
export function smellsOfRpc(bytes: Buffer): boolean {
  return SMELL.test(looseText(bytes));
}
