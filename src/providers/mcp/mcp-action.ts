// A JSON-RPC message of MCP as an action: which tool of which server, with what, as far as the message surely says so.

import type { Action, Fact } from '../../classify/action.ts';
import { baseFacts, hostDomains, hostResource } from '../../classify/base-facts.ts';
import type { Known } from '../../classify/known.ts';
import { hasAmbiguousPath } from '../../classify/plain-action.ts';
import { foldName, isJsonObject, type JsonObject, lookalikeKey } from '../../classify/strict-json.ts';
import { isToolName } from '../../classify/tool-name.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { RpcMessage } from './json-rpc.ts';
import { type Verb, verbOf } from './mcp-methods.ts';
import { argumentFacts } from '../../classify/tool-arguments.ts';

/** Under this kind a tool's pin is learnt; its id is the Tool's. */
export const TOOL = 'mcp.tool';

const MAX_NAME_CHARACTERS = 256;
const PARAMS: ReadonlySet<string> = new Set(['name', 'arguments', 'uri', '_meta', 'task', 'cursor', 'level']);
/** Spelt in camel case in the protocol; compared in lower case. */
const CARRIED_ON: ReadonlySet<string> = new Set(['inputresponses', 'requeststate']);

/** `mcp.example.com/mcp`: the host (with its port when it is not the usual one) and the path, decoded, without a slash at the end. */
export function serverId(request: RequestView, segments: readonly string[] = request.segments): string {
  const path = segments
    .filter((segment) => segment !== '')
    .map((segment) => `/${segment.replace(/[#/?%]/g, encodeURIComponent)}`);
  return `${hostResource(request).id}${path.join('')}`;
}

/** INVARIANT: no path holds a `#`, so no tool of one server can have the id of another's. */
export function toolId(server: string, tool: string): string {
  return `${server}#${tool}`;
}

/** `sure`: the mirrors agree, the type is JSON, nothing about the request can be read in two ways. */
export function messageAction(request: RequestView, message: RpcMessage, known: Known, sure: boolean): Action {
  const inspected = sure && message.strict && plainParams(message.params);
  if (message.kind === 'response') return named('response', request, inspected, { answer: answerShape(message) });
  const verb = verbOf(message.method);
  const rpc = message.method === '' ? {} : { rpc: message.method.slice(0, MAX_NAME_CHARACTERS) };
  if (verb === 'call') return callAction(request, message, known, inspected);
  // INVARIANT: what could be something else for another reader is no read.
  if (verb === undefined || !inspected) return named('unknown-write', request, inspected, rpc);
  return named(verb, request, true, { ...rpc, ...objectOf(message) });
}

/** Whatever could not be told at all. */
export function unknownWrite(request: RequestView, inspected: boolean): Action {
  return named('unknown-write', request, inspected, {});
}

/** A stream of the server's messages is opened. */
export function listenAction(request: RequestView): Action {
  return named('listen', request, !hasAmbiguousPath(request), {});
}

export function closeAction(request: RequestView): Action {
  return named('close', request, !hasAmbiguousPath(request), {});
}

function callAction(request: RequestView, message: RpcMessage, known: Known, sure: boolean): Action {
  const { name, arguments: args } = message.params;
  const readable = typeof name === 'string' && isToolName(name) && (args === undefined || args === null || isJsonObject(args));
  if (!readable)
    return named('call', request, false, {
      rpc: message.method,
      toolKnown: false,
      toolChanged: false,
      argumentsKnown: false,
      continues: false,
    });
  const given = isJsonObject(args) ? argumentFacts(args) : argumentFacts({});
  return toolCall(
    request,
    { server: serverId(request), tool: name, known, inspected: sure },
    {
      ...given,
      continues: Object.keys(message.params).some((key) => CARRIED_ON.has(foldName(key))),
    },
  );
}

interface ToolCall {
  readonly server: string;
  readonly tool: string;
  readonly known: Known;
  readonly inspected: boolean;
}

/** The call of one tool, also as it would be: for a list of tools that shows what may be called. */
export function toolCall(request: RequestView, call: ToolCall, facts: Readonly<Record<string, Fact>>): Action {
  const { server, tool, known } = call;
  const id = toolId(server, tool);
  const pin = known.find(TOOL, id);
  return {
    name: 'mcp.call',
    resource: { type: 'Tool', id },
    parents: [{ type: 'McpServer', id: server }, hostResource(request), ...hostDomains(request.authority.host)],
    facts: {
      ...baseFacts(request, call.inspected && !hasAmbiguousPath(request)),
      rpc: 'tools/call',
      server,
      tool,
      toolKnown: pin !== undefined,
      toolChanged: pin?.['changed'] === true,
      ...facts,
    },
  };
}

function named(
  verb: Verb | 'response' | 'listen' | 'close',
  request: RequestView,
  inspected: boolean,
  facts: Record<string, Fact>,
): Action {
  const server = serverId(request);
  return {
    name: `mcp.${verb}`,
    resource: { type: 'McpServer', id: server },
    parents: [hostResource(request), ...hostDomains(request.authority.host)],
    facts: { ...baseFacts(request, inspected && !hasAmbiguousPath(request)), server, ...facts },
  };
}

/** What is read, listened to or completed: a resource's address or a prompt's name. */
function objectOf({ method, params }: RpcMessage): Record<string, Fact> {
  const { uri, name, arguments: args } = params;
  const facts: Record<string, Fact> = {};
  if (typeof uri === 'string' && uri.length <= 2048) {
    facts['uri'] = uri;
    const scheme = /^([a-z][a-z0-9+.-]{0,30}):/i.exec(uri)?.[1];
    if (scheme !== undefined) facts['uriScheme'] = scheme.toLowerCase();
  }
  if (typeof name === 'string' && isToolName(name)) facts['prompt'] = name;
  // A prompt is filled in by the server: what it is given leaves as the arguments of a tool do.
  if (method !== 'prompts/get') return facts;
  if (args !== undefined && args !== null && !isJsonObject(args)) return { ...facts, argumentsKnown: false };
  return { ...facts, ...argumentFacts(isJsonObject(args) ? args : {}) };
}

/** What kind of answer to the server this is, by its members: it says only what the agent claims. */
function answerShape({ result }: RpcMessage): string {
  if (result === undefined) return 'error';
  if (!isJsonObject(result)) return 'other';
  if (Object.keys(result).length === 0) return 'empty';
  if ('action' in result) return 'elicitation';
  if ('roots' in result) return 'roots';
  return 'model' in result || 'role' in result ? 'sampling' : 'other';
}

/** No member that Go or .NET would take for one that counts (threat C5). */
function plainParams(params: JsonObject): boolean {
  return lookalikeKey(params, PARAMS) === undefined;
}
