// The mirror headers of revision 2026-07-28 (`Mcp-Method`, `Mcp-Name`, `Mcp-Param-*`): routers read them, so they must say what the body says.

import type { HeaderList } from '../../http/headers.ts';
import { isJsonArray, isJsonObject, type Json, JsonNumber, type JsonObject } from '../../classify/strict-json.ts';
import type { RpcBody, RpcMessage } from './json-rpc.ts';

const SENTINEL = /^=\?base64\?([A-Za-z0-9+/=]*)\?=$/i;
const PARAM = 'mcp-param-';
const VERSION_MEMBER = 'io.modelcontextprotocol/protocolVersion';

/**
 * INVARIANT: true only when every mirror agrees with the body (E38). Who believes the header would do something else than who believes the
 * body, and servers of older revisions do not compare them.
 */
export function mirrorsAgree(headers: HeaderList, body: RpcBody): boolean {
  const mirrors = mirrorFields(headers);
  if (mirrors === null) return false;
  const [message] = body.messages;
  if (message === undefined || !versionAgrees(mirrors.get('mcp-protocol-version'), body)) return false;
  for (const [name, value] of mirrors) {
    if (name === 'mcp-protocol-version') continue;
    if (body.batch || !mirrored(name, value, message)) return false;
  }
  return true;
}

/** Null when one is there twice, or can't be decoded. */
function mirrorFields(headers: HeaderList): Map<string, string> | null {
  const fields = new Map<string, string>();
  for (let i = 0; i < headers.raw.length; i += 2) {
    const name = (headers.raw[i] ?? '').toLowerCase();
    if (name !== 'mcp-method' && name !== 'mcp-name' && name !== 'mcp-protocol-version' && !name.startsWith(PARAM)) continue;
    const value = decoded(headers.raw[i + 1] ?? '');
    if (value === null || fields.has(name)) return null;
    fields.set(name, value);
  }
  return fields;
}

/** `=?base64?…?=` stands for what a header can't carry. Only its canonical form is taken: decoders differ on the rest. */
function decoded(value: string): string | null {
  const base64 = SENTINEL.exec(value.trim())?.[1];
  if (base64 === undefined) return value.startsWith('=?') ? null : Buffer.from(value.trim(), 'latin1').toString('utf8');
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes.toString('utf8') : null;
}

function versionAgrees(header: string | undefined, body: RpcBody): boolean {
  return body.messages.every(({ params }) => {
    const meta = params['_meta'];
    const inside = isJsonObject(meta) ? meta[VERSION_MEMBER] : undefined;
    return inside === undefined || header === undefined || inside === header;
  });
}

function mirrored(name: string, value: string, message: RpcMessage): boolean {
  if (name === 'mcp-method') return value === message.method;
  if (name === 'mcp-name') return value === namedIn(message);
  return mirrorsArgument(name.slice(PARAM.length), value, message.params['arguments']);
}

function namedIn({ method, params }: RpcMessage): Json | undefined {
  if (method === 'tools/call' || method === 'prompts/get') return params['name'];
  return method === 'resources/read' ? params['uri'] : undefined;
}

/** By its name where one fits, else by its value: the tool's schema may give the header another name than the argument's. */
function mirrorsArgument(name: string, value: string, args: Json | undefined): boolean {
  if (!isJsonObject(args)) return false;
  const named = Object.keys(args).find((key) => key.toLowerCase() === name);
  return named === undefined ? holds(args, value) : spelled(args[named]) === value;
}

function holds(args: JsonObject, value: string): boolean {
  const open: Json[] = [args];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (isJsonArray(next)) open.push(...next);
    else if (isJsonObject(next)) open.push(...Object.values(next));
    else if (spelled(next) === value) return true;
  }
  return false;
}

function spelled(value: Json | undefined): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value instanceof JsonNumber ? value.raw : null;
}
