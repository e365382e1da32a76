// An MCP tool call as the HTTP request that the official SDKs make of it, so that it is judged as nothing else.

import { isJsonObject, type JsonObject, writeJson } from '../classify/strict-json.ts';
import { invalid, objectAt, textAt } from './members.ts';

const OF = 'context.mcp';
/** The server's own address is taken as it is written: what is judged is what would be asked (threat: `new URL` rewrites paths). */
const SERVER = /^https?:\/\/[^/?#\\\s@]+(?:[/?][^#\s]*)?$/i;
const FIELD = /^[A-Za-z0-9-]{1,64}$/;
/** Said by every client of the streamable transport (MCP, "Sending Messages to the Server"). */
const FIELDS = ['Content-Type: application/json', 'Accept: application/json, text/event-stream'];
const OWN: ReadonlySet<string> = new Set(['host', 'content-type', 'content-length', 'accept', 'transfer-encoding', 'connection']);

/**
 * `{"server": "https://tools.example.com/mcp", "tool": "search", "arguments": {…}, "headers": {"Authorization": "…"}}`. `headers` are those
 * that the client sends with each call: a server's tools are remembered for the credential that listed them. Throws QUESTION_INVALID.
 */
export function mcpRequest(call: JsonObject): Buffer {
  const server = textAt(call, 'server', OF);
  if (!SERVER.test(server)) throw invalid(`\`${OF}.server\` is not the http or https address of a server`);
  const args = call['arguments'];
  if (args !== undefined && !isJsonObject(args)) throw invalid(`\`${OF}.arguments\` is not an object`);
  const params: JsonObject = { name: textAt(call, 'tool', OF), ...(args === undefined ? {} : { arguments: args }) };
  const body = Buffer.from(writeJson({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }));
  const fields = [...FIELDS, ...headerLines(objectAt(call, 'headers')), `Content-Length: ${body.length}`];
  return Buffer.concat([Buffer.from(`POST ${server} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`, 'utf8'), body]);
}

/** INVARIANT: a header can't end its line and become another, or the body. */
function headerLines(headers: JsonObject | undefined): string[] {
  return Object.entries(headers ?? {}).map(([name, value]) => {
    if (!FIELD.test(name) || OWN.has(name.toLowerCase())) throw invalid(`\`${OF}.headers\` can't hold \`${name.slice(0, 64)}\``);
    if (typeof value !== 'string' || /\p{Cc}/u.test(value)) throw invalid(`the header \`${name}\` is not one line of text`);
    return `${name}: ${value}`;
  });
}
