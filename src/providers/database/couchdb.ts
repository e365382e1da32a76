// CouchDB and Cloudant: documents by their paths, and POSTs of which some only read.

import { isPlainRead } from '../../classify/plain-action.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import type { DatabaseEffect } from '../../classify/sql/sql-work.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import type { DatabasePlace, DatabaseWork } from './database-action.ts';
import { type DatabaseApi, databaseDocument, type DatabaseRoute, databaseProvider } from './database-api.ts';
import { documentActions, fixedRoute, gatheredWorks, upsertWorks } from './document-call.ts';

const CLOUD = ['*.cloudantnosqldb.appdomain.cloud', '*.cloudant.com'];

const SHARED: Pick<DatabaseApi, 'system' | 'route' | 'refuse'> = {
  system: 'couchdb',
  route,
  refuse: (_request, refusal) => jsonAnswer(refusal, { error: 'forbidden', reason: refusalSentence(refusal) }),
};

export const couchdb: Provider = databaseProvider({ ...SHARED, name: 'couchdb', hosts: CLOUD });

const OWN = /^_(?:bulk_docs|bulk_get|all_docs|find|purge|revs_diff|missing_revs|design_docs|local_docs|design|local)$/;

/** On any other host: by its ports, or by names in the path that only CouchDB has. */
export const couchdbAnywhere: Provider = databaseProvider({
  ...SHARED,
  name: 'couchdb-anywhere',
  hosts: ['*'],
  claims: ({ authority, segments, method }) => {
    if (CLOUD.some((host) => authority.host.endsWith(host.slice(1)))) return false;
    if (authority.port === 5984 || authority.port === 6984) return true;
    return OWN.test(segments[1] ?? '') || (segments.length === 1 && segments[0] === '_replicate' && method === 'POST');
  },
});

/** Their POST only reads: a query, a view's keys, a list of revisions. */
const READS: ReadonlySet<string> = new Set([
  '_find',
  '_explain',
  '_all_docs',
  '_bulk_get',
  '_changes',
  '_revs_diff',
  '_missing_revs',
  '_design_docs',
  '_local_docs',
]);

function route(request: RequestView): DatabaseRoute | null {
  const { segments, method } = request;
  const [database, first, ...rest] = segments;
  if (database === undefined) return null;
  if (database.startsWith('_')) return isPlainRead(request) ? null : server(request, segments);
  const place: DatabasePlace = { system: 'couchdb', database };
  const sure = { inspected: true, tables: [database] };
  if (first === undefined) return databaseRoute(request, place, sure);
  if (first.startsWith('_') && first !== '_design' && first !== '_local') return special(request, place, first, rest);
  if (first === '_design') return design(request, place, sure, rest);
  if (isPlainRead(request)) return fixedRoute(request, place, { ...sure, effect: 'read', verb: 'get' });
  if (method === 'PUT') return fixedRoute(request, place, ...upsertWorks({ ...sure, verb: 'put', itemCount: 1 }));
  if (method === 'DELETE')
    return fixedRoute(request, place, { ...sure, effect: 'delete', verb: 'delete', where: true, itemCount: 1 });
  return method === 'COPY' ? fixedRoute(request, place, ...upsertWorks({ ...sure, verb: 'copy', itemCount: 1 })) : null;
}

/** `/_replicate`, `/_users/{id}`, `/_node/{name}/_config`: the server's own. */
function server(request: RequestView, segments: readonly string[]): DatabaseRoute | null {
  const [name = ''] = segments;
  const place: DatabasePlace = { system: 'couchdb' };
  if (name === '_replicate' || name === '_replicator') return (body) => replication(request, body, place);
  if (name === '_users') return fixedRoute(request, place, { effect: 'grant', inspected: true, verb: 'user' });
  // Signing in and out changes nothing; what is done with the session is judged by itself.
  if (name === '_session') return fixedRoute(request, place, { effect: 'transaction', inspected: true, verb: 'session' });
  const isAdmin = /^_(?:node|cluster_setup|restart|reshard|config)$/.test(name);
  return isAdmin ? fixedRoute(request, place, { effect: 'admin', inspected: true, verb: name.slice(1) }) : null;
}

type Sure = Omit<DatabaseWork, 'effect'>;

function databaseRoute(request: RequestView, place: DatabasePlace, sure: Sure): DatabaseRoute | null {
  if (isPlainRead(request)) return null;
  if (request.method === 'PUT') return fixedRoute(request, place, { ...sure, effect: 'schema', verb: 'create database' });
  if (request.method === 'DELETE') return fixedRoute(request, place, { ...sure, effect: 'schema', verb: 'drop database' });
  if (request.method !== 'POST') return null;
  return (body) => {
    const document = databaseDocument(request, body, DOCUMENT_NAMES);
    return documentActions(request, place, document === undefined ? null : gatheredWorks('post', documentItems(document, sure)), {
      effect: 'insert',
      verb: 'post',
    });
  };
}

const DOCUMENT_NAMES: ReadonlySet<string> = new Set(['_id', '_rev', '_deleted', 'docs', 'new_edits', 'all_or_nothing']);

function documentItems(document: JsonObject, sure: Sure) {
  const deleted = document['_deleted'];
  const effects: DatabaseEffect[] = deleted === undefined || deleted === false ? ['insert', ...updates(document)] : ['delete'];
  return effects.map((effect) => ({ effect, tables: sure.tables ?? [] }));
}

/** With an id it may be another revision of a document that is there. */
function updates(document: JsonObject): DatabaseEffect[] {
  return document['_id'] === undefined && document['_rev'] === undefined ? [] : ['update'];
}

function special(request: RequestView, place: DatabasePlace, name: string, rest: readonly string[]): DatabaseRoute | null {
  const { method } = request;
  const sure = { inspected: true, tables: [place.database ?? ''] };
  const verb = name.slice(1);
  if (READS.has(name)) {
    const work: DatabaseWork = { ...sure, effect: 'read', verb };
    if (isPlainRead(request)) return fixedRoute(request, place, work);
    return method === 'POST' && rest.length === 0 ? (body) => readActions(request, body, place, work) : null;
  }
  if (isPlainRead(request)) return null;
  if (name === '_bulk_docs' && method === 'POST' && rest.length === 0) return (body) => bulk(request, body, place, sure);
  if (name === '_purge') return fixedRoute(request, place, { ...sure, effect: 'delete', verb, where: true });
  if (name === '_index') return fixedRoute(request, place, { ...sure, effect: 'schema', verb });
  if (name === '_security') return fixedRoute(request, place, { ...sure, effect: 'grant', verb });
  const isAdmin = /^_(?:compact|view_cleanup|revs_limit|purged_infos_limit|ensure_full_commit|shards|sync_shards)$/.test(name);
  return isAdmin ? fixedRoute(request, place, { ...sure, effect: 'admin', verb }) : null;
}

function readActions(request: RequestView, body: InspectedBody, place: DatabasePlace, work: DatabaseWork) {
  const sure = body.bytes.length === 0 ? body.problem === null : databaseDocument(request, body, new Set()) !== undefined;
  return documentActions(request, place, sure ? [work] : null, { effect: 'unknown-write', verb: work.verb });
}

/** `_design/{name}/_view/{view}` reads; `_update`, `_rewrite` and `_list` run code of the database. */
function design(request: RequestView, place: DatabasePlace, sure: Sure, rest: readonly string[]): DatabaseRoute | null {
  const [name, what, ...more] = rest;
  const isView = (what === '_view' || what === '_search' || what === '_info') && name !== undefined;
  const work: DatabaseWork = { ...sure, effect: 'read', verb: 'view' };
  if (isView && isPlainRead(request)) return fixedRoute(request, place, work);
  if (what === '_view' && request.method === 'POST' && more.length <= 2) return (body) => readActions(request, body, place, work);
  if (what === '_update' || what === '_rewrite') {
    const called = [`${name ?? ''}/${more[0] ?? ''}`];
    return fixedRoute(request, place, { ...sure, effect: 'call', verb: what.slice(1), functions: called });
  }
  if (isPlainRead(request)) return fixedRoute(request, place, { ...sure, effect: 'read', verb: 'get' });
  const isDocument = request.method === 'PUT' || request.method === 'DELETE';
  return isDocument ? fixedRoute(request, place, { ...sure, effect: 'schema', verb: 'design' }) : null;
}

/** A document with `_deleted` is a delete, though fields of it may be kept. */
function bulk(request: RequestView, body: InspectedBody, place: DatabasePlace, sure: Sure) {
  const docs = databaseDocument(request, body, DOCUMENT_NAMES)?.['docs'];
  const unread = { effect: 'unknown-write', verb: 'bulk_docs', tables: sure.tables } as const;
  if (!isJsonArray(docs) || !docs.every(isJsonObject)) return documentActions(request, place, null, unread);
  const items = docs.flatMap((entry) => documentItems(entry, sure));
  return documentActions(request, place, gatheredWorks('bulk_docs', items), unread);
}

/** The server copies a whole database to or from another address. */
function replication(request: RequestView, body: InspectedBody, place: DatabasePlace) {
  const document = databaseDocument(request, body, new Set(['source', 'target']));
  const ends = document === undefined ? [] : [document['source'], document['target']].map((end) => endOf(request, end));
  const destinations = ends.filter((end) => end !== undefined && /^https?:\/\//i.test(end)).map((end) => hostOf(end ?? ''));
  const tables = ends.filter((end): end is string => end !== undefined && !/^https?:\/\//i.test(end));
  const known = ends.length === 2 && ends.every((end) => end !== undefined) && destinations.every((host) => host !== '');
  const work: DatabaseWork = {
    effect: 'export',
    inspected: known,
    verb: 'replicate',
    ...(known ? { tables, destinations } : {}),
  };
  return documentActions(request, place, [work]);
}

/** A database of this server's by its name, though clients (`nano`) write the server's own address in front; else an address. */
function endOf({ authority }: RequestView, end: Json | undefined): string | undefined {
  const text = isJsonObject(end) ? end['url'] : end;
  if (typeof text !== 'string') return undefined;
  const url = URL.parse(text);
  const isOwn = url?.protocol === 'https:' && url.hostname === authority.host && Number(url.port || 443) === authority.port;
  return isOwn ? (/^\/([a-z][a-z0-9_$()+-]*)\/?$/.exec(url.pathname)?.[1] ?? text) : text;
}

/** Never the credentials that such an address may carry. */
function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : '';
}
