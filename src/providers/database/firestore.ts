// Firestore over REST: documents by their paths, commits and batches write by write, and the queries that are POSTs.

import { isPlainRead } from '../../classify/plain-action.ts';
import { isJsonArray, isJsonObject, type Json } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { googleAnswer } from '../google-error.ts';
import type { Provider } from '../provider.ts';
import { type DatabasePlace, type DatabaseWork, unknownDatabaseWrite } from './database-action.ts';
import { databaseDocument, type DatabaseRoute, databaseProvider } from './database-api.ts';
import { documentActions, fixedRoute, gatheredWorks, queryField, upsertWorks } from './document-call.ts';
import { collectionOf, queriedCollections, writeItems } from './firestore-writes.ts';

export const firestore: Provider = databaseProvider({
  name: 'firestore',
  system: 'firestore',
  hosts: ['firestore.googleapis.com'],
  accountHeaders: ['x-goog-user-project', 'google-cloud-resource-prefix'],
  route,
  refuse: (_request, refusal) => googleAnswer(refusal),
});

const NAMES: ReadonlySet<string> = new Set([
  'writes',
  'transaction',
  'documents',
  'mask',
  'structuredquery',
  'structuredaggregationquery',
  'newtransaction',
  'readtime',
  'structuredQuery',
  'structuredAggregationQuery',
]);

/** `/v1/projects/{project}/databases/{database}/documents/{path}:{verb}`; the verb is what stands behind the last colon of the path. */
function route(request: RequestView): DatabaseRoute | null {
  // Google's servers take method, fields and body from these as well (`$httpMethod`, `$req`): whatever the head says is not sure then.
  if (/(?:^|&)(?:\$|%24)/.test(request.query)) return () => [unknownDatabaseWrite(request, { system: 'firestore' }, false)];
  const last = request.segments.at(-1) ?? '';
  const verb = /:([A-Za-z]{1,40})$/.exec(last)?.[1];
  const segments = verb === undefined ? request.segments : [...request.segments.slice(0, -1), last.slice(0, -verb.length - 1)];
  const [version = '', projects, project = '', databases, name, documents, ...path] = segments;
  if (!/^v1(?:beta[12])?$/.test(version) || projects !== 'projects' || databases !== 'databases') return null;
  const place: DatabasePlace = { system: 'firestore', database: name === undefined ? project : `${project}/${name}` };
  if (documents !== 'documents') return isPlainRead(request) ? null : admin(request, place, verb, documents);
  if (verb !== undefined) return request.method === 'POST' ? called(request, place, verb, path) : null;
  return documentRoute(request, place, path);
}

function documentRoute(request: RequestView, place: DatabasePlace, path: readonly string[]): DatabaseRoute | null {
  const sure = { inspected: true, tables: [collectionOf(path)], itemCount: 1 };
  const isDocument = path.length % 2 === 0;
  if (path.length === 0) return null;
  if (isPlainRead(request)) {
    const { itemCount: _one, ...read } = sure;
    return fixedRoute(request, place, { ...read, effect: 'read', verb: isDocument ? 'get' : 'list' });
  }
  switch (request.method) {
    case 'POST':
      return isDocument ? null : fixedRoute(request, place, { ...sure, effect: 'insert', verb: 'create' });
    case 'DELETE':
      return isDocument ? fixedRoute(request, place, { ...sure, effect: 'delete', verb: 'delete', where: true }) : null;
    case 'PATCH': {
      if (!isDocument) return null;
      // It makes the document when there is none, unless it says that there must be one.
      const exists = queryField(request, 'currentDocument.exists') === 'true';
      const update: DatabaseWork = { ...sure, effect: 'update', verb: 'patch', where: true };
      return fixedRoute(request, place, ...(exists ? [update] : upsertWorks({ ...sure, verb: 'patch' })));
    }
    default:
      return null;
  }
}

const QUERIES: ReadonlyMap<string, readonly string[]> = new Map([
  ['runQuery', ['structuredQuery', 'transaction', 'newTransaction', 'readTime', 'explainOptions']],
  ['runAggregationQuery', ['structuredAggregationQuery', 'transaction', 'newTransaction', 'readTime', 'explainOptions']],
  ['partitionQuery', ['structuredQuery', 'partitionCount', 'pageToken', 'pageSize', 'readTime']],
  ['batchGet', ['documents', 'mask', 'transaction', 'newTransaction', 'readTime']],
  ['listCollectionIds', ['pageSize', 'pageToken', 'readTime']],
]);

function called(request: RequestView, place: DatabasePlace, name: string, path: readonly string[]): DatabaseRoute | null {
  const verb = name.toLowerCase();
  const members = QUERIES.get(name);
  if (members !== undefined) return (body) => queryActions(request, place, { name, members, path, body });
  if (name === 'commit' || name === 'batchWrite') return (body) => writeActions(request, body, place, verb);
  if (name === 'beginTransaction' || name === 'rollback')
    return fixedRoute(request, place, { effect: 'transaction', inspected: true, verb });
  // `listen` and `write` are streams, and a pipeline may end in a stage that writes.
  return null;
}

interface Query {
  readonly name: string;
  readonly members: readonly string[];
  readonly path: readonly string[];
  readonly body: InspectedBody;
}

/** INVARIANT: a read has only members that are known; Google's servers take `structured_query` for `structuredQuery` too. */
function queryActions(request: RequestView, place: DatabasePlace, { name, members, path, body }: Query) {
  const verb = name.toLowerCase();
  const document = body.bytes.length === 0 && name === 'listCollectionIds' ? {} : databaseDocument(request, body, NAMES);
  const known = body.problem === null && document !== undefined && Object.keys(document).every((key) => members.includes(key));
  if (!known) return documentActions(request, place, null, { effect: 'unknown-write', verb });
  if (name === 'batchGet') {
    const items = isJsonArray(document['documents']) ? document['documents'].map(documentCollection) : [];
    const tables = items.every((item) => item !== null) ? items.flatMap((item) => (item === null ? [] : [item])) : undefined;
    return documentActions(request, place, [{ effect: 'read', inspected: true, verb, tables, itemCount: items.length }]);
  }
  const aggregation = document['structuredAggregationQuery'];
  const query = isJsonObject(aggregation) ? aggregation['structuredQuery'] : document['structuredQuery'];
  const tables = name === 'listCollectionIds' ? undefined : (queriedCollections(query, path) ?? undefined);
  return documentActions(request, place, [{ effect: 'read', inspected: true, verb, tables }]);
}

function documentCollection(name: Json): string | null {
  const parts = typeof name === 'string' ? name.split('/') : [];
  return parts[4] === 'documents' && parts.length > 6 ? collectionOf(parts.slice(5)) : null;
}

const COMMIT_MEMBERS: ReadonlySet<string> = new Set(['writes', 'transaction', 'labels']);

function writeActions(request: RequestView, body: InspectedBody, place: DatabasePlace, verb: string) {
  const document = databaseDocument(request, body, NAMES);
  const unread = { effect: 'unknown-write', verb } as const;
  if (document === undefined || !Object.keys(document).every((key) => COMMIT_MEMBERS.has(key)))
    return documentActions(request, place, null, unread);
  const writes = document['writes'] ?? [];
  const items = isJsonArray(writes) ? writeItems(writes, place.database ?? '') : null;
  // A commit of nothing ends a transaction that only read.
  const empty: DatabaseWork[] = [{ effect: 'transaction', inspected: true, verb }];
  return documentActions(request, place, items === null ? null : items.length === 0 ? empty : gatheredWorks(verb, items), unread);
}

function admin(
  request: RequestView,
  place: DatabasePlace,
  verb: string | undefined,
  kind: string | undefined,
): DatabaseRoute | null {
  if (verb === 'exportDocuments' || verb === 'importDocuments') return (body) => exportActions(request, body, place, verb);
  if (verb === 'bulkDeleteDocuments')
    return fixedRoute(request, place, { effect: 'delete', inspected: true, verb: verb.toLowerCase(), where: false });
  const isSchema = verb === undefined && (kind === undefined || kind === 'collectionGroups');
  return isSchema ? fixedRoute(request, place, { effect: 'schema', inspected: true, verb: request.method.toLowerCase() }) : null;
}

function exportActions(request: RequestView, body: InspectedBody, place: DatabasePlace, name: string) {
  const member = name === 'exportDocuments' ? 'outputUriPrefix' : 'inputUriPrefix';
  const known = new Set([member, 'collectionIds', 'namespaceIds', 'snapshotTime']);
  const document = databaseDocument(request, body, new Set());
  const uri = document?.[member];
  const sure = document !== undefined && Object.keys(document).every((key) => known.has(key)) && typeof uri === 'string';
  const work: DatabaseWork = {
    effect: 'export',
    inspected: sure,
    verb: name.toLowerCase(),
    ...(sure ? { destinations: [uri] } : {}),
  };
  return documentActions(request, place, [work]);
}
