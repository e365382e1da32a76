// Cosmos DB: one address creates, replaces and queries documents; the request's fields say which.

import { mediaType } from '../../classify/content-type.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import { isJsonArray, isJsonObject, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import type { DatabasePlace, DatabaseWork } from './database-action.ts';
import { databaseDocument, type DatabaseRoute, databaseProvider } from './database-api.ts';
import { documentActions, fixedRoute, gatheredWorks, upsertWorks } from './document-call.ts';

export const cosmos: Provider = databaseProvider({
  name: 'cosmos',
  system: 'cosmos',
  hosts: ['*.documents.azure.com', '*.documents.azure.cn', '*.documents.azure.us'],
  route,
  refuse: (_request, refusal) => jsonAnswer(refusal, { code: 'Forbidden', message: refusalSentence(refusal) }),
});

/** `/dbs/{database}/colls/{collection}/{kind}/{id}` */
function route(request: RequestView): DatabaseRoute | null {
  const [dbs, database, colls, collection, kind, id, more] = request.segments;
  if (dbs !== 'dbs' || more !== undefined) return null;
  const place: DatabasePlace = { system: 'cosmos', ...(database === undefined ? {} : { database }) };
  if (colls === 'users' || colls === 'permissions')
    return isPlainRead(request) ? null : fixedRoute(request, place, { effect: 'grant', inspected: true, verb: colls });
  if (colls !== undefined && colls !== 'colls') return null;
  const tables = collection === undefined ? undefined : [collection];
  if (kind === 'docs') return documents(request, place, { tables: tables ?? [], id });
  if (isPlainRead(request)) return null;
  if (kind === undefined) return isQuery(request) ? null : fixedRoute(request, place, containerWork(request.method, tables));
  return code(request, place, { effect: 'schema', inspected: true, verb: kind, tables }, id);
}

const CODE: ReadonlySet<string | undefined> = new Set(['sprocs', 'triggers', 'udfs']);

/** A POST to a stored procedure runs it; all else makes, changes or drops code. */
function code(request: RequestView, place: DatabasePlace, work: DatabaseWork, id: string | undefined): DatabaseRoute | null {
  if (!CODE.has(work.verb)) return null;
  if (work.verb !== 'sprocs' || id === undefined || request.method !== 'POST') return fixedRoute(request, place, work);
  return fixedRoute(request, place, { ...work, effect: 'call', verb: 'execute', functions: [id] });
}

function containerWork(method: string, tables: readonly string[] | undefined): DatabaseWork {
  const isKnown = method === 'POST' || method === 'PUT' || method === 'DELETE';
  return { effect: isKnown ? 'schema' : 'unknown-write', inspected: true, verb: method.toLowerCase(), tables };
}

interface Documents {
  readonly tables: readonly string[];
  readonly id: string | undefined;
}

function documents(request: RequestView, place: DatabasePlace, { tables, id }: Documents): DatabaseRoute | null {
  const { method, headers } = request;
  const sure = { inspected: true, tables };
  if (isPlainRead(request))
    return fixedRoute(request, place, { ...sure, effect: 'read', verb: id === undefined ? 'list' : 'get' });
  const one = { ...sure, itemCount: 1 };
  // Scripts that were stored before or after run with the write.
  const triggers = ['x-ms-documentdb-pre-trigger-include', 'x-ms-documentdb-post-trigger-include'].flatMap((name) =>
    headers.all(name).flatMap((value) => value.split(',').map((part) => part.trim())),
  );
  const called: DatabaseWork[] =
    triggers.length === 0 ? [] : [{ ...sure, effect: 'call', verb: 'trigger', functions: triggers.slice(0, 100) }];
  if (id !== undefined) {
    if (method === 'PUT' || method === 'PATCH')
      return fixedRoute(
        request,
        place,
        { ...one, effect: 'update', verb: method === 'PUT' ? 'replace' : 'patch', where: true },
        ...called,
      );
    return method === 'DELETE'
      ? fixedRoute(request, place, { ...one, effect: 'delete', verb: 'delete', where: true }, ...called)
      : null;
  }
  if (method !== 'POST') return null;
  return (body) => documentActions(request, place, postWorks(request, body, tables, called));
}

/** INVARIANT: one kind of call. A query that claims to be a write as well, or only half a query, is not read. */
function postWorks(
  request: RequestView,
  body: InspectedBody,
  tables: readonly string[],
  called: readonly DatabaseWork[],
): DatabaseWork[] | null {
  if (body.problem !== null) return null;
  const upsert = flag(request, 'x-ms-documentdb-is-upsert');
  const batch = flag(request, 'x-ms-cosmos-is-batch-request');
  const query = isQuery(request);
  if (upsert === null || batch === null || query === null) return null;
  const sure = { inspected: true, tables };
  if (query) {
    if (upsert || batch || called.length > 0) return null;
    const text = readJson(body.bytes).value;
    // The queries of Cosmos DB have no form that writes.
    return isJsonObject(text) && typeof text['query'] === 'string' ? [{ ...sure, effect: 'read', verb: 'query' }] : null;
  }
  if (batch) return upsert ? null : batchWorks(request, body, tables);
  if (databaseDocument(request, body, new Set()) === undefined) return null;
  if (upsert) return [...upsertWorks({ ...sure, verb: 'upsert', itemCount: 1 }), ...called];
  return [{ ...sure, effect: 'insert', verb: 'create', itemCount: 1 }, ...called];
}

/** Its type and a field say so: that it is a query, or that only the plan of one is asked for. Null: one of them alone. */
function isQuery(request: RequestView): boolean | null {
  const media = mediaType(request.headers);
  const byType = media.type === 'application/query+json';
  const fields = [flag(request, 'x-ms-documentdb-isquery'), flag(request, 'x-ms-cosmos-is-query-plan-request')];
  const byField = fields.includes(true);
  return media.problem !== null || fields.includes(null) || byField !== byType ? null : byType;
}

/** Null: repeated, or neither true nor false. */
function flag(request: RequestView, name: string): boolean | null {
  const [value = 'false', second] = request.headers.all(name);
  if (second !== undefined || !/^(?:true|false)$/i.test(value)) return null;
  return value.toLowerCase() === 'true';
}

const OPERATIONS: ReadonlyMap<string, readonly ('read' | 'insert' | 'update' | 'delete')[]> = new Map<
  string,
  readonly ('read' | 'insert' | 'update' | 'delete')[]
>([
  ['Create', ['insert']],
  ['Upsert', ['insert', 'update']],
  ['Replace', ['update']],
  ['Patch', ['update']],
  ['Delete', ['delete']],
  ['Read', ['read']],
]);

/** A list of `{"operationType", "id", "resourceBody"}`. */
function batchWorks(request: RequestView, body: InspectedBody, tables: readonly string[]): DatabaseWork[] | null {
  const { value } = readJson(body.bytes);
  if (!isJsonArray(value) || mediaType(request.headers).problem !== null) return null;
  const items = value.map((entry) => {
    const type = isJsonObject(entry) ? entry['operationType'] : undefined;
    return typeof type === 'string' ? OPERATIONS.get(type) : undefined;
  });
  if (items.some((effects) => effects === undefined)) return null;
  return gatheredWorks(
    'batch',
    items.flatMap((effects) => (effects ?? []).map((effect) => ({ effect, tables }))),
  );
}
