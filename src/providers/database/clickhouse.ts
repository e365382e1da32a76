// ClickHouse over HTTP: the statement stands in the query, in the body, or in both, one behind the other.

import { isUtf8 } from 'node:buffer';
import { readForm, readPairs } from '../../classify/form.ts';
import { mediaType } from '../../classify/content-type.ts';
import { readSql } from '../../classify/sql/read-sql.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import type { SqlReading } from '../../classify/sql/sql-work.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider } from '../provider.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from '../refusal.ts';
import type { DatabasePlace } from './database-action.ts';
import { type DatabaseRoute, databaseProvider, sqlActions } from './database-api.ts';

const CLOUD = '*.clickhouse.cloud';
const SHARED = { system: 'clickhouse', route, refuse, accountHeaders: ['x-clickhouse-user', 'x-clickhouse-database'] };

export const clickhouse: Provider = databaseProvider({ ...SHARED, name: 'clickhouse', hosts: [CLOUD] });

/** On any other host by its own ports with a query, or by its own request fields. */
export const clickhouseAnywhere: Provider = databaseProvider({
  ...SHARED,
  name: 'clickhouse-anywhere',
  hosts: ['*'],
  claims: ({ authority, headers, segments, query }) => {
    if (authority.host.endsWith(CLOUD.slice(1)) || segments.length > 0) return false;
    const named = ['x-clickhouse-user', 'x-clickhouse-key', 'x-clickhouse-database', 'x-clickhouse-format'].some((name) =>
      headers.has(name),
    );
    return named || ((authority.port === 8123 || authority.port === 8443) && /(?:^|&)query=/.test(query));
  },
});

/** Settings that change neither how a text is read nor what may be done with it. `readonly` can only be raised. */
const HARMLESS =
  /^(?:query|database|query_id|session_id|session_timeout|session_check|default_format|output_format_json_.*|date_time_.*_format|max_(?:execution_time|threads|result_.*|rows_to_read|bytes_to_read|block_size|insert_.*)|wait_(?:end_of_query|for_async_insert)|async_insert|send_progress_in_http_headers|http_headers_progress_interval_ms|enable_http_compression|buffer_size|compress|readonly|param_.*|insert_deduplicate|add_http_cors_header|stacktrace|user|password|role)$/;

function route(request: RequestView): DatabaseRoute | null {
  const hasQuery = /(?:^|&)query=/.test(request.query);
  if (isPlainRead(request) && !hasQuery) return null;
  // A handler of the operator's own on another path runs whatever it was set up to run.
  return (body) => sqlActions(request, placeOf(request), request.segments.length === 0 ? clickhouseReading(request, body) : null);
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);

function clickhouseReading(request: RequestView, body: InspectedBody): SqlReading | null {
  const fields = queryFields(request);
  if (body.problem !== null || !isUtf8(body.bytes) || fields === null || !METHODS.has(request.method)) return null;
  // A form or parts may hold the query, or tables that go with it.
  if (/^(?:multipart\/|application\/x-www-form-urlencoded)/.test(mediaType(request.headers).type) && body.bytes.length > 0) {
    if (readForm(body.bytes).fields.some((field) => field.path.length > 1 || field.value !== '')) return null;
  }
  const inQuery = fields.get('query') ?? '';
  const inBody = body.bytes.toString('utf8');
  // Behind a whole INSERT the body is rows, in whatever format: only its head is read.
  const head = INSERT_HEAD.exec(inQuery === '' ? inBody : inQuery)?.[0];
  if (head !== undefined && (inQuery === '' || head.length === inQuery.length))
    return oneReading(`${head.replace(FORMAT, '')} VALUES (1)`);
  if (inQuery.trim() !== '' && inBody.trim() !== '') return null;
  return oneReading(inQuery.trim() === '' ? inBody : inQuery);
}

/** `INSERT INTO table (columns) FORMAT name` or `… VALUES`: ClickHouse takes everything behind it for rows. */
const INSERT_HEAD = /^\s*insert\s+into\s+(?:table\s+)?[\w.`"]{1,200}\s*(?:\([\w\s,.`"]*\)\s*)?(?:format\s+\w+|values\b)\s*/i;
const FORMAT = /(?:format\s+\w+|values)\s*$/i;

/** The server takes one statement at a time. */
function oneReading(text: string): SqlReading | null {
  const reading = readSql(text, 'clickhouse');
  return reading.statementCount === 1 ? reading : reading.works.every((work) => !work.inspected) ? reading : null;
}

/** Null when it can't be read surely, or sets something by which a text is read or judged otherwise by the server. */
function queryFields(request: RequestView): ReadonlyMap<string, string> | null {
  const { fields, problem } = readPairs(request.query);
  const found = new Map<string, string>();
  for (const { path, value } of fields) {
    const [name = '', ...deeper] = path;
    if (found.has(name) || deeper.length > 0 || !HARMLESS.test(name)) return null;
    found.set(name, value);
  }
  return problem === null ? found : null;
}

function placeOf(request: RequestView): DatabasePlace {
  const fields = queryFields(request);
  const database = fields?.get('database') ?? request.headers.get('x-clickhouse-database');
  return { system: 'clickhouse', dialect: 'clickhouse', ...(database ? { database } : {}) };
}

/** Text, as the server writes it; the client reads the code and the name out of it. */
function refuse(_request: RequestView, refusal: Refusal): NativeAnswer {
  return {
    status: refusal.kind === 'failed' ? refusal.status : 403,
    headers: ['content-type', 'text/plain; charset=UTF-8', 'x-clickhouse-exception-code', '497'],
    body: Buffer.from(`Code: 497. DB::Exception: ${refusalSentence(refusal)}. (ACCESS_DENIED) (version 25.1)\n`),
  };
}
