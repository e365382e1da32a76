// The calls of Elasticsearch that only read, most of them by POST.

import { isPlainRead } from '../../classify/plain-action.ts';
import { isUtf8Type, isJsonType, mediaType } from '../../classify/content-type.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { DatabasePlace, DatabaseWork } from './database-action.ts';
import { databaseDocument, type DatabaseRoute } from './database-api.ts';
import { documentActions, fixedRoute, queryField } from './document-call.ts';
import type { ElasticPath } from './elasticsearch-path.ts';
import { readSearch } from './elasticsearch-search.ts';

/** `{api}/{what}`, GET or POST. */
const SEARCHES: ReadonlySet<string> = new Set([
  '_search',
  '_search/template',
  '_search/scroll',
  '_msearch',
  '_msearch/template',
  '_mget',
  '_count',
  '_validate/query',
  '_field_caps',
  '_async_search',
  '_analyze',
  '_knn_search',
  '_eql/search',
  '_terms_enum',
  '_mtermvectors',
  '_render/template',
  '_pit',
]);
/** Their texts name the indexes. */
const LANGUAGES: ReadonlySet<string> = new Set(['_sql', '_sql/translate', '_query']);
/** OpenSearch's, whose older versions could delete. */
const OLD_SQL: ReadonlySet<string> = new Set(['_plugins/_sql', '_plugins/_ppl', '_opendistro/_sql', '_opendistro/_ppl']);
/** Documents by their ids. */
const BY_ID: ReadonlySet<string> = new Set(['_doc', '_source', '_termvectors', '_explain']);

/** Null: not one of them. */
export function elasticSearchRoute(request: RequestView, path: ElasticPath, place: DatabasePlace): DatabaseRoute | null {
  const { method } = request;
  const name = [path.api, ...path.rest].join('/');
  const work: DatabaseWork = { effect: 'read', inspected: true, verb: path.api.slice(1), tables: path.indexes };
  if (method === 'DELETE' && /^_(?:search\/scroll|pit|search\/point_in_time|async_search\/[^/]+)(?:\/|$)/.test(name))
    return fixedRoute(request, place, { effect: 'transaction', inspected: true, verb: 'close' });
  if (method !== 'GET' && method !== 'POST' && method !== 'HEAD') return null;
  // Term vectors are also made of a document that the body brings along.
  const isById = path.rest.length === 1 || (path.api === '_termvectors' && path.rest.length === 0);
  if (BY_ID.has(path.api) && isById && path.indexes !== undefined) {
    if (isPlainRead(request)) return fixedRoute(request, place, work);
    const isQuery = path.api === '_explain' || path.api === '_termvectors';
    return isQuery ? (body) => searchActions(request, body, place, work) : null;
  }
  if (OLD_SQL.has(name) || LANGUAGES.has(name))
    return (body) => textActions(request, body, place, { work: { ...work, verb: 'query' }, isOld: OLD_SQL.has(name) });
  if (!SEARCHES.has(name)) return null;
  return (body) => searchActions(request, body, place, work);
}

/** INVARIANT: body and `source` are never both taken: which of them counts is the server's to say. */
function searchActions(request: RequestView, body: InspectedBody, place: DatabasePlace, work: DatabaseWork) {
  const unread = { effect: 'unknown-write', verb: work.verb } as const;
  const bytes = searchBytes(request, body);
  if (bytes === null) return documentActions(request, place, null, unread);
  if (bytes.length === 0) return documentActions(request, place, [work]);
  const reading = readSearch(bytes, work.verb === 'msearch');
  if (reading === null) return documentActions(request, place, null, unread);
  const { indexes, scripts, opaque } = reading;
  // A search that names indexes for itself (a point in time, each of many) may leave out the path's.
  const known =
    !opaque && (work.tables !== undefined || ((work.verb === 'mget' || work.verb === 'msearch') && indexes.length > 0));
  const tables = known && (work.tables !== undefined || work.verb === 'mget') ? [...(work.tables ?? []), ...indexes] : undefined;
  return documentActions(request, place, [{ ...work, tables, ...(scripts ? { functions: ['script'] } : {}) }]);
}

function searchBytes(request: RequestView, body: InspectedBody): Buffer | null {
  const source = queryField(request, 'source');
  const type = queryField(request, 'source_content_type');
  if (body.problem !== null || source === null || type === null) return null;
  if (source !== undefined) {
    const isJson = type === undefined || /^application\/(?:x-nd)?json$/.test(type);
    return body.bytes.length === 0 && isJson ? Buffer.from(source) : null;
  }
  if (body.bytes.length === 0) return body.bytes;
  const media = mediaType(request.headers);
  const isJson = isJsonType(media) || /^application\/(?:x-ndjson|vnd\.(?:elasticsearch|opensearch)\+x-ndjson)$/.test(media.type);
  // A type with a problem has no name, so it is not JSON either.
  return isJson && isUtf8Type(media) ? body.bytes : null;
}

interface Text {
  readonly work: DatabaseWork;
  readonly isOld: boolean;
}

/** ES|QL and Elasticsearch's SQL have no word that writes. Which indexes they read is not told. */
function textActions(request: RequestView, body: InspectedBody, place: DatabasePlace, { work, isOld }: Text) {
  const document = databaseDocument(request, body, new Set(['query', 'cursor']));
  const query = document?.['query'];
  const goesOn = typeof document?.['cursor'] === 'string' && query === undefined;
  const reads = typeof query === 'string' && (!isOld || /^\s*(?:select|show|describe|source\s*=|search\s)/i.test(query));
  const sure = request.query.includes('source') ? false : reads || goesOn;
  const { tables: _tables, ...told } = work;
  return documentActions(request, place, sure ? [told] : null, { effect: 'unknown-write', verb: work.verb });
}
