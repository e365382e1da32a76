// A server's list of tools on its way to the agent: what it may not call is left out, and what each tool says of itself is pinned.

import { createHash } from 'node:crypto';
import type { Known } from '../../classify/known.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, lookalikeKey, writeJson } from '../../classify/strict-json.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { RewriteAids } from '../observation.ts';
import { TOOL, toolCall, toolId } from './mcp-action.ts';
import { argumentFacts } from '../../classify/tool-arguments.ts';

/** What tells the model what a tool is; a change of any of it is another tool under the same name (rug pull). */
const PINNED = ['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations'];

/**
 * The document without the tools that policy would not let this agent call; null when nothing had to go. Works on one message and on
 * an array of them, whatever was asked for: only lists of tools have a `result.tools`.
 */
export async function filterTools(document: Json, request: RequestView, server: string, aids: RewriteAids): Promise<Json | null> {
  if (!isJsonArray(document)) return isJsonObject(document) ? await filterMessage(document, request, server, aids) : null;
  let changed = false;
  const messages: Json[] = [];
  for (const message of document) {
    const filtered = isJsonObject(message) ? await filterMessage(message, request, server, aids) : null;
    changed ||= filtered !== null;
    messages.push(filtered ?? message);
  }
  return changed ? messages : null;
}

const ANSWER: ReadonlySet<string> = new Set(['result']);
const LIST: ReadonlySet<string> = new Set(['tools']);

/** Go's clients match keys without regard to case: for them `Tools` is a list as well (E17). */
export function mayHideTools(document: Json): boolean {
  const messages = isJsonArray(document) ? document : [document];
  return messages.some((message) => {
    if (!isJsonObject(message)) return isJsonArray(message);
    const { result } = message;
    return lookalikeKey(message, ANSWER) !== undefined || (isJsonObject(result) && lookalikeKey(result, LIST) !== undefined);
  });
}

/** Whatever was pinned: nobody can tell whether it is still what was seen. */
const CHANGED: Known = { find: () => ({ digest: '', changed: true }) };

/** Would policy hold back a tool of this server's that nobody can tell, or have somebody look at it? */
export async function holdsBack(request: RequestView, server: string, aids: RewriteAids): Promise<boolean> {
  const call = { server, tool: '', known: CHANGED, inspected: false };
  return !(await aids.mayDo(toolCall({ ...request, method: 'POST' }, call, { ...argumentFacts({}), continues: false }), true));
}

async function filterMessage(
  message: JsonObject,
  request: RequestView,
  server: string,
  aids: RewriteAids,
): Promise<JsonObject | null> {
  const { result } = message;
  if (!isJsonObject(result) || !isJsonArray(result['tools'])) return null;
  const { tools } = result;
  const kept: Json[] = [];
  for (const tool of tools) if (await mayCall(tool, request, server, aids)) kept.push(tool);
  return kept.length === tools.length ? null : { ...message, result: { ...result, tools: kept } };
}

/** A tool is shown when a call without arguments would not be blocked: what its arguments are is not known yet. */
async function mayCall(tool: Json, request: RequestView, server: string, aids: RewriteAids): Promise<boolean> {
  if (!isJsonObject(tool) || typeof tool['name'] !== 'string') return false;
  pin(tool, toolId(server, tool['name']), aids);
  const call = { server, tool: tool['name'], known: aids, inspected: true };
  return await aids.mayDo(toolCall({ ...request, method: 'POST' }, call, { ...argumentFacts({}), continues: false }));
}

/** INVARIANT: the first sight stays the pin, and a change once seen stays a change, also when the server shows the first text again. */
function pin(tool: JsonObject, id: string, aids: RewriteAids): void {
  const digest = digestOf(tool);
  const first = aids.find(TOOL, id);
  if (first === undefined) aids.learn({ kind: TOOL, id, facts: { digest, changed: false } });
  else {
    const changed = first['changed'] === true || first['digest'] !== digest;
    aids.learn({ kind: TOOL, id, facts: { digest: String(first['digest']), changed } });
  }
}

function digestOf(tool: JsonObject): string {
  const said = PINNED.map((name) => [name, sorted(tool[name] ?? null)]);
  return createHash('sha256').update(writeJson(said)).digest('base64');
}

/** Servers that keep objects in hash maps write them in another order each time. The depth is the parser's, 64 at most. */
function sorted(value: Json): Json {
  if (isJsonArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value).sort();
  return keys.map((key) => [key, sorted(value[key] ?? null)]);
}
