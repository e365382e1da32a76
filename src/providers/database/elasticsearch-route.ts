// What a call of Elasticsearch does, by method, path and body. APIs that are not in these lists are unknown writes.

import type { Action } from '../../classify/action.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import { isJsonObject, type Json } from '../../classify/strict-json.ts';
import type { DatabaseEffect } from '../../classify/sql/sql-work.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { DatabasePlace, DatabaseWork } from './database-action.ts';
import { databaseDocument, type DatabaseRoute } from './database-api.ts';
import { documentActions, fixedRoute, queryField, upsertWorks } from './document-call.ts';
import { bulkActions, readBulk } from './elasticsearch-bulk.ts';
import { type ElasticPath, elasticPath } from './elasticsearch-path.ts';
import { readSearch, selects } from './elasticsearch-search.ts';
import { elasticSearchRoute } from './elasticsearch-read.ts';

export const ELASTIC_PLACE: DatabasePlace = { system: 'elasticsearch' };

/** They only make visible what was written before, and answer to GET as well: the current client asks so (E2). */
const BY_GET: ReadonlySet<string> = new Set(['_refresh', '_flush']);

/** APIs that are told by their first name, whatever follows it. */
const EFFECTS: ReadonlyMap<string, DatabaseEffect> = new Map<string, DatabaseEffect>([
  ...listed(
    'schema',
    '_aliases _alias _settings _mapping _mappings _rollover _shrink _split _clone _close _open _template _index_template ' +
      '_component_template _data_stream _block',
  ),
  ...listed(
    'admin',
    '_forcemerge _cache _cluster _nodes _tasks _ilm _slm _ml _watcher _license _transform _enrich _ingest _scripts',
  ),
  ...listed('transaction', '_refresh _flush'),
  // To a bucket or a folder that the repository was set up with, or back from it.
  ...listed('export', '_snapshot'),
  ...listed('grant', '_security'),
]);

export function elasticRoute(request: RequestView): DatabaseRoute | null {
  const path = elasticPath(request);
  const read = elasticSearchRoute(request, path, ELASTIC_PLACE);
  if (read !== null) return read;
  if (isPlainRead(request) && !BY_GET.has(path.api)) return null;
  return documentRoute(request, path) ?? adminRoute(request, path);
}

function documentRoute(request: RequestView, path: ElasticPath): DatabaseRoute | null {
  const { method } = request;
  const { api, indexes, rest, typed } = path;
  const isPut = method === 'PUT' || method === 'POST';
  switch (api) {
    case '_bulk':
      return isPut && rest.length === 0
        ? (body) => bulkActions(request, ELASTIC_PLACE, readBulk(request, body, indexes?.join(','))).actions
        : null;
    case '_doc':
    case '_create':
      return indexes === undefined || typed.length > 0 ? null : oneDocument(request, path, api === '_create');
    case '_update':
      return method === 'POST' && indexes !== undefined ? (body) => updateActions(request, body, indexes) : null;
    case '_delete_by_query':
    case '_update_by_query':
      return method === 'POST' && rest.length === 0 ? (body) => byQuery(request, body, path) : null;
    case '_reindex':
      return method === 'POST' && rest.length === 0 ? (body) => reindex(request, body) : null;
    case '':
      // `/{index}/{type}/{id}` of old.
      return indexes !== undefined && (typed.length === 2 || (typed.length === 1 && method === 'POST'))
        ? oneDocument(request, { ...path, rest: typed.slice(1) }, false)
        : null;
    default:
      return null;
  }
}

/** With an id it takes the place of what is there, unless it says that it must not. */
function oneDocument(request: RequestView, { indexes, rest }: ElasticPath, creates: boolean): DatabaseRoute | null {
  const { method } = request;
  const pipeline = queryField(request, 'pipeline');
  const called = typeof pipeline === 'string' ? { functions: [`pipeline/${pipeline}`] } : {};
  const sure = { inspected: pipeline !== null, tables: indexes, itemCount: 1, ...called };
  if (method === 'DELETE')
    return rest.length === 1
      ? fixedRoute(request, ELASTIC_PLACE, { ...sure, effect: 'delete', verb: 'delete', where: true })
      : null;
  if (rest.length > 1 || (method !== 'PUT' && method !== 'POST')) return null;
  const isNew = creates || rest.length === 0 || queryField(request, 'op_type') === 'create';
  return isNew
    ? fixedRoute(request, ELASTIC_PLACE, { ...sure, effect: 'insert', verb: 'create' })
    : fixedRoute(request, ELASTIC_PLACE, ...upsertWorks({ ...sure, verb: 'index' }));
}

const UPDATE_NAMES: ReadonlySet<string> = new Set(['doc', 'script', 'upsert', 'doc_as_upsert', 'scripted_upsert']);

function updateActions(request: RequestView, body: InspectedBody, tables: readonly string[]): Action[] {
  const document = request.query.includes('source') ? undefined : databaseDocument(request, body, UPDATE_NAMES);
  const unread = { effect: 'update', verb: 'update', tables } as const;
  if (document === undefined) return documentActions(request, ELASTIC_PLACE, null, unread);
  const scripts = document['script'] === undefined ? {} : { functions: ['script'] };
  const sure = { inspected: true, verb: 'update', tables, itemCount: 1, ...scripts };
  const upserts = ['upsert', 'doc_as_upsert', 'scripted_upsert'].some((name) => document[name] !== undefined);
  return documentActions(request, ELASTIC_PLACE, upserts ? upsertWorks(sure) : [{ ...sure, effect: 'update', where: true }]);
}

function byQuery(request: RequestView, body: InspectedBody, { api, indexes }: ElasticPath): Action[] {
  const effect = api === '_delete_by_query' ? 'delete' : 'update';
  const verb = api.slice(1);
  const q = queryField(request, 'q');
  const isRead = body.bytes.length === 0 || databaseDocument(request, body, new Set(['query', 'script'])) !== undefined;
  const sure = isRead && body.problem === null && q !== null && !/(?:^|&)source/.test(request.query);
  const reading = sure && body.bytes.length > 0 ? readSearch(body.bytes, false) : null;
  if (!sure || (reading === null && body.bytes.length > 0))
    return documentActions(request, ELASTIC_PLACE, null, { effect, verb });
  // A query string of `*` is everything.
  const where = reading?.where === true || (q !== undefined && q !== '' && !/^[*:\s]*$/.test(q));
  const functions = reading?.scripts === true ? { functions: ['script'] } : {};
  const work: DatabaseWork = { effect, inspected: true, verb, tables: indexes, where, ...functions };
  const others = reading?.indexes ?? [];
  const reads: DatabaseWork[] = others.length === 0 ? [] : [{ effect: 'read', inspected: true, verb, tables: others }];
  return documentActions(request, ELASTIC_PLACE, [work, ...reads]);
}

/** From one index, perhaps of another cluster, into another. */
function reindex(request: RequestView, body: InspectedBody): Action[] {
  const document = databaseDocument(request, body, new Set(['source', 'dest', 'script']));
  const source = document?.['source'];
  const dest = document?.['dest'];
  const to = isJsonObject(dest) ? namesOf(dest['index']) : null;
  const from = isJsonObject(source) ? namesOf(source['index']) : null;
  if (document === undefined || !isJsonObject(source) || !isJsonObject(dest) || to === null || from === null)
    return documentActions(request, ELASTIC_PLACE, null, { effect: 'unknown-write', verb: 'reindex' });
  const functions = document['script'] === undefined && dest['pipeline'] === undefined ? {} : { functions: ['script'] };
  const writes = upsertWorks({ inspected: true, verb: 'reindex', tables: to, ...functions });
  const remote = source['remote'];
  const host = isJsonObject(remote) ? hostOf(remote['host']) : undefined;
  const where = selects(source['query']);
  const reads: DatabaseWork =
    remote === undefined
      ? { effect: 'read', inspected: true, verb: 'reindex', tables: from }
      : {
          effect: 'export',
          inspected: host !== undefined,
          verb: 'reindex',
          tables: from,
          ...(host === undefined ? {} : { destinations: [host] }),
        };
  return documentActions(request, ELASTIC_PLACE, [
    ...writes.map((work) => (work.effect === 'update' ? { ...work, where } : work)),
    reads,
  ]);
}

function namesOf(value: Json | undefined): string[] | null {
  const names = Array.isArray(value) ? value : [value];
  const texts = names.flatMap((name) => (typeof name === 'string' ? name.split(',') : []));
  return texts.length >= names.length && texts.length > 0 ? texts : null;
}

function hostOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && URL.canParse(value) ? new URL(value).host : undefined;
}

function adminRoute(request: RequestView, { api, indexes, rest, typed }: ElasticPath): DatabaseRoute | null {
  const { method } = request;
  if (api === '' && typed.length === 0 && indexes !== undefined && (method === 'PUT' || method === 'DELETE')) {
    const verb = method === 'PUT' ? 'create index' : 'drop index';
    return fixedRoute(request, ELASTIC_PLACE, { effect: 'schema', inspected: true, verb, tables: indexes });
  }
  if ((api === '_plugins' || api === '_opendistro') && rest[0] === '_security')
    return fixedRoute(request, ELASTIC_PLACE, { effect: 'grant', inspected: true, verb: 'security' });
  const effect = EFFECTS.get(api);
  return effect === undefined
    ? null
    : fixedRoute(request, ELASTIC_PLACE, { effect, inspected: true, verb: api.slice(1), tables: indexes });
}

function listed(effect: DatabaseEffect, names: string): (readonly [string, DatabaseEffect])[] {
  return names.split(' ').map((name) => [name, effect] as const);
}
