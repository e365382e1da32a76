// Upstash Redis: commands as JSON lists, one or many, or in the path, where a GET writes as well as a POST.

import type { Action } from '../../classify/action.ts';
import { hasAmbiguousPath } from '../../classify/plain-action.ts';
import { isJsonArray, type Json, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider, Recognition } from '../provider.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from '../refusal.ts';
import { type DatabasePlace, type DatabaseWork, unknownDatabaseWrite } from './database-action.ts';
import { documentActions } from './document-call.ts';
import { redisWorks } from './redis-commands.ts';

const PLACE: DatabasePlace = { system: 'upstash' };
/** Other products on the same domain: their own APIs, with nothing of Redis. */
const OTHERS = /^(?:qstash[a-z0-9-]*|api|console)\.upstash\.io$/;
const MAX_COMMANDS = 1000;

export const upstash: Provider = { name: 'upstash', family: 'database', hosts: ['*.upstash.io'], recognise, refuse };

function recognise(request: RequestView): Recognition | null {
  const { authority, segments, method } = request;
  if (OTHERS.test(authority.host)) {
    const isRead = (method === 'GET' || method === 'HEAD') && !request.hasBody && request.claimedMethods.length === 0;
    if (isRead) return null;
    return { need: { kind: 'none' }, classify: () => [unknownDatabaseWrite(request, PLACE, true)] };
  }
  // A browser asks whether it may ask.
  if (method === 'OPTIONS' && !request.hasBody) return null;
  if (segments.length === 0 && !request.hasBody && method !== 'POST') return null;
  return { need: { kind: 'whole' }, classify: (body) => actionsOf(request, body) };
}

/** Those that its documentation takes. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT']);

function actionsOf(request: RequestView, body: InspectedBody): Action[] {
  const sure = METHODS.has(request.method) && body.problem === null && !hasAmbiguousPath(request) && isPlainQuery(request);
  const commands = sure ? commandsOf(request, body) : null;
  if (commands === null || commands.length === 0 || commands.length > MAX_COMMANDS) return documentActions(request, PLACE, null);
  const place: DatabasePlace = { ...PLACE, statementCount: commands.length };
  return documentActions(request, place, distinct(commands));
}

/** The token may stand in the query. Behind a command in the path its other fields are arguments; else nobody says what they are. */
function isPlainQuery({ query, segments }: RequestView): boolean {
  return query === '' || /^_token=[^&;]*$/.test(query) || (segments.length > 0 && !LISTS.has(segments[0]?.toLowerCase() ?? ''));
}

const LISTS: ReadonlySet<string> = new Set(['pipeline', 'multi-exec']);

/** The commands' names. Null: not sure. A body behind a command in the path is its last argument. */
function commandsOf({ segments }: RequestView, body: InspectedBody): string[] | null {
  const [first, ...rest] = segments;
  if (first === undefined) {
    const name = nameOf(readJson(body.bytes).value);
    return name === null ? null : [name];
  }
  if (!LISTS.has(first.toLowerCase())) return [first];
  return rest.length === 0 ? listed(readJson(body.bytes).value) : null;
}

function listed(value: Json | undefined): string[] | null {
  if (!isJsonArray(value)) return null;
  const names = value.map(nameOf);
  return names.every(isName) ? names : null;
}

function nameOf(command: Json | undefined): string | null {
  const [name] = isJsonArray(command) ? command : [];
  return typeof name === 'string' ? name : null;
}

function isName(name: string | null): name is string {
  return name !== null;
}

/** Commands of the same name are one work. */
function distinct(names: readonly string[]): DatabaseWork[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  return [...counts].flatMap(([name, itemCount]) => redisWorks(name).map((work) => ({ ...work, itemCount })));
}

/** 400 is what the server gives, and what its SDK makes an error of. A pipeline has an answer for each command. */
function refuse(_request: RequestView, refusal: Refusal): NativeAnswer {
  return {
    status: refusal.kind === 'failed' ? refusal.status : 400,
    headers: ['content-type', 'application/json'],
    body: Buffer.from(JSON.stringify({ error: `NOPERM ${refusalSentence(refusal)}` })),
  };
}
