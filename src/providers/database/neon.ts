// Neon's SQL over HTTP: PostgreSQL statements in JSON, and the database in a header that is a connection string.

import { MAX_POSTGRES_WORDS, readSql } from '../../classify/sql/read-sql.ts';
import { isJsonArray, isJsonObject, type JsonObject } from '../../classify/strict-json.ts';
import type { SqlReading } from '../../classify/sql/sql-work.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import type { DatabasePlace } from './database-action.ts';
import { databaseDocument, databaseProvider, readTexts, sqlActions, staysReadOnly } from './database-api.ts';

export const neon: Provider = databaseProvider({
  name: 'neon',
  system: 'neon',
  hosts: ['*.neon.tech'],
  accountHeaders: ['neon-connection-string'],
  route: (request) =>
    request.segments.join('/') === 'sql' && request.method !== 'OPTIONS' ? (body) => neonActions(request, body) : null,
  // PostgreSQL's own protocol, in pieces. It is not read, so nothing is said there unless a policy takes what it can't see.
  socket: (request) => ({
    classify: () => sqlActions(request, { system: 'neon', dialect: 'postgresql' }, null),
    refuse: () => null,
  }),
  // The driver makes a NeonDbError of any 400 with a message.
  refuse: (_request, refusal) => ({
    ...jsonAnswer(refusal, { message: refusalSentence(refusal), code: '42501', severity: 'ERROR' }),
    status: refusal.kind === 'failed' ? refusal.status : 400,
  }),
});

const NAMES: ReadonlySet<string> = new Set(['query', 'params', 'queries', 'sql']);

function neonActions(request: RequestView, body: InspectedBody) {
  const place = neonPlace(request);
  const document = request.method === 'POST' && request.query === '' ? databaseDocument(request, body, NAMES) : undefined;
  const reading = document === undefined ? null : neonReading(document);
  if (place === null || reading === null) return sqlActions(request, { system: 'neon', dialect: 'postgresql' }, null);
  const readOnly = isJsonArray(document?.['queries']) && saysReadOnly(request) && staysReadOnly(reading);
  return sqlActions(request, { ...place, ...(readOnly ? { readOnlyTransaction: true } : {}) }, reading);
}

/** One query, or a list of them in one transaction; never both. */
function neonReading(document: JsonObject): SqlReading | null {
  const { query, queries } = document;
  if ((query === undefined) === (queries === undefined)) return null;
  if (queries !== undefined && !isJsonArray(queries)) return null;
  const entries = isJsonArray(queries) ? queries : [document];
  const texts = entries.map((entry) => {
    if (!isJsonObject(entry)) return null;
    // `params` are values; everything else that is not known could be another statement.
    const sure = Object.keys(entry).every(
      (key) => key === 'query' || key === 'params' || key === 'arrayMode' || key === 'fullResults',
    );
    return sure && typeof entry['query'] === 'string' ? entry['query'] : null;
  });
  return readTexts(texts, (text) => readSql(text, 'postgresql'), MAX_POSTGRES_WORDS);
}

function saysReadOnly(request: RequestView): boolean {
  return request.headers.all('neon-batch-read-only').join() === 'true';
}

/** What a connection string may add without changing how statements are read, or as whom. */
const HARMLESS_OPTIONS: ReadonlySet<string> = new Set([
  'sslmode',
  'channel_binding',
  'application_name',
  'connect_timeout',
  'pool_timeout',
  'sslrootcert',
]);

/** INVARIANT: nothing of the credentials in the header comes out of here: neither user nor password is a fact. Null: it can't be read surely. */
function neonPlace(request: RequestView): DatabasePlace | null {
  const [text, second] = request.headers.all('neon-connection-string');
  if (text === undefined || second !== undefined || !URL.canParse(text)) return null;
  const url = new URL(text);
  const database = decoded(url.pathname.slice(1));
  const host = url.hostname.toLowerCase();
  if (!/^postgres(?:ql)?:$/.test(url.protocol) || !host.endsWith('.neon.tech') || database === null || url.hash !== '')
    return null;
  // `options=-c …` sets anything before the first statement: the search path, or how strings end.
  if (![...url.searchParams.keys()].every((key) => HARMLESS_OPTIONS.has(key))) return null;
  return { system: 'neon', dialect: 'postgresql', server: host, database };
}

function decoded(text: string): string | null {
  try {
    const name = decodeURIComponent(text);
    return /^[^/\0]{1,63}$/.test(name) ? name : null;
  } catch {
    return null;
  }
}
