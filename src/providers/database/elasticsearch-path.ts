// The paths of Elasticsearch and OpenSearch: which indexes they name, which API they call, and on what hosts that is believed.

import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';

export interface ElasticPath {
  /** Names, patterns and aliases, as written, split at commas. Undefined: the path names none, so that it may be all of them. */
  readonly indexes: readonly string[] | undefined;
  /** `_search`; empty for an index alone, and for the old `/{index}/{type}/{id}`. */
  readonly api: string;
  /** Behind the API's name: an id, `template`. */
  readonly rest: readonly string[];
  /** Type and id of the old form. */
  readonly typed: readonly string[];
}

/** At the start of a path. Not here: names that other software uses as well (`_api`, `_next`). */
const ALONE = setOf(
  '_bulk _search _msearch _mget _count _reindex _aliases _alias _cluster _snapshot _ingest _scripts _security _ml _watcher _sql _query ' +
    '_analyze _async_search _eql _field_caps _pit _render _settings _forcemerge _refresh _flush _cache _template _index_template ' +
    '_component_template _data_stream _ilm _slm _nodes _tasks _plugins _opendistro _all _termvectors _mtermvectors _validate ' +
    '_license _transform _enrich _cat _rollover _update_by_query _delete_by_query',
);
/** Behind an index. */
const BEHIND = setOf(
  '_doc _create _update _bulk _search _msearch _mget _count _delete_by_query _update_by_query _mapping _mappings _settings _alias ' +
    '_aliases _rollover _shrink _split _clone _close _open _forcemerge _refresh _flush _cache _validate _field_caps _termvectors ' +
    '_mtermvectors _terms_enum _knn_search _eql _async_search _pit _analyze _source _explain _block',
);

export function elasticPath({ segments }: RequestView): ElasticPath {
  const [first = ''] = segments;
  const named = first !== '' && (!first.startsWith('_') || first === '_all');
  const behind = named ? segments.slice(1) : segments;
  const at = behind.findIndex((segment) => segment.startsWith('_'));
  // `/{index}/{type}/_search` is old; in `/{index}/{type}/{id}` an id may begin like an API.
  const isApi = at === 0 || (at === 1 && named && BEHIND.has(behind[1] ?? ''));
  return {
    indexes: named ? first.split(',') : undefined,
    api: isApi ? (behind[at] ?? '') : '',
    rest: isApi ? behind.slice(at + 1) : [],
    typed: isApi ? behind.slice(0, at) : behind,
  };
}

const HOSTED = [
  '*.es.amazonaws.com',
  '*.aoss.amazonaws.com',
  '*.found.io',
  '*.elastic-cloud.com',
  '*.elastic.cloud',
  '*.cloud.es.io',
];

/** AWS's newer names (`search-x.aos.us-east-1.on.aws`) share their end with other products. */
export const ELASTIC_HOSTS: readonly string[] = [...HOSTED, '*.on.aws'];

/** Of a hosted deployment, its other parts among them. */
export function isElasticHost(host: string): boolean {
  return HOSTED.some((pattern) => host.endsWith(pattern.slice(1))) || /\.aoss?\.[a-z0-9-]+\.on\.aws$/.test(host);
}

/** Kibana and the other parts of a deployment: APIs of their own, of which Kibana's can do all that Elasticsearch's can. */
export function isElasticPart(host: string): boolean {
  return /\.(?:kb|apm|fleet|ent|profiling)\./.test(host);
}

/** Says the head that this is Elasticsearch, on a host that nobody knows? Its clients say so, and its paths do. */
export function looksElastic(request: RequestView): boolean {
  const { headers, authority, segments } = request;
  if (authority.port === 9200 || authority.port === 9243) return true;
  if (headers.has('x-elastic-client-meta') || headers.has('x-opensearch-product-origin')) return true;
  if (/^application\/vnd\.elasticsearch\+/i.test(headers.get('content-type') ?? '')) return true;
  const [first = '', second = '', third = ''] = segments;
  if (first.startsWith('_') && first !== '_all') {
    // `/_search` on a web site is a page; with a body, or a query that says what to look for, it is this.
    return ALONE.has(first) && !(isPlainRead(request) && !/^(?:_search|_msearch|_mget|_count|_sql)$/.test(first));
  }
  if (isPlainRead(request)) return /^_(?:search|msearch|mget|count|doc|source|termvectors)$/.test(second);
  return BEHIND.has(second) || BEHIND.has(third);
}

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}
