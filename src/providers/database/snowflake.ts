// Snowflake: the SQL API, and the endpoint that its drivers use.

import { readSql } from '../../classify/sql/read-sql.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import { isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { type NativeAnswer, type Refusal, refusalSentence } from '../refusal.ts';
import { databaseAction, type DatabasePlace } from './database-action.ts';
import { databaseDocument, type DatabaseRoute, databaseProvider, readTexts, sqlActions } from './database-api.ts';

export const snowflake: Provider = databaseProvider({
  name: 'snowflake',
  system: 'snowflake',
  hosts: ['*.snowflakecomputing.com', '*.snowflakecomputing.cn'],
  route,
  refuse,
});

const PLACE: DatabasePlace = { system: 'snowflake', dialect: 'snowflake' };
const NAMES: ReadonlySet<string> = new Set([
  'statement',
  'sqlText',
  'database',
  'schema',
  'role',
  'parameters',
  'bindings',
  'describeOnly',
]);
/** Parameters under which a text is read as it is here. */
const HARMLESS_PARAMETERS: ReadonlySet<string> = new Set([
  'multi_statement_count',
  'timezone',
  'query_tag',
  'statement_timeout_in_seconds',
  'date_output_format',
  'timestamp_output_format',
  'time_output_format',
  'binary_output_format',
  'rows_per_resultset',
  'use_cached_result',
]);
/** Logging in and keeping a session alive: no statement runs, and none is stored. */
const SESSIONS: ReadonlySet<string> = new Set([
  'session/v1/login-request',
  'session/authenticator-request',
  'session/token-request',
  'session/heartbeat',
  'session',
  'queries/v1/abort-request',
  'telemetry/send',
  'telemetry/send/sessionless',
]);

function route(request: RequestView): DatabaseRoute | null {
  const path = request.segments.join('/');
  if (isPlainRead(request) || request.method !== 'POST') return null;
  if (path === 'api/v2/statements') return (body) => statementActions(request, body, 'statement');
  if (path === 'queries/v1/query-request') return (body) => statementActions(request, body, 'sqlText');
  if (SESSIONS.has(path) || /^api\/v2\/statements\/[0-9a-f-]{36}\/cancel$/.test(path)) {
    return (body) => [
      databaseAction(request, PLACE, { effect: 'transaction', inspected: body.problem === null, verb: 'session' }),
    ];
  }
  return null;
}

function statementActions(request: RequestView, body: InspectedBody, name: 'statement' | 'sqlText') {
  const document = databaseDocument(request, body, NAMES);
  const other = name === 'statement' ? 'sqlText' : 'statement';
  if (document === undefined || other in document || !sureParameters(document['parameters']))
    return sqlActions(request, PLACE, null);
  const text = document[name];
  // `MULTI_STATEMENT_COUNT` only says how many the server takes: all that are there are judged in any case.
  const reading = readTexts([typeof text === 'string' ? text : null], (one) => readSql(one, 'snowflake'));
  const actions = sqlActions(request, placeOf(document), reading);
  const role = document['role'] ?? null;
  // A role of its own is taken on for this statement.
  return role === null
    ? actions
    : [...actions, databaseAction(request, placeOf(document), { effect: 'admin', inspected: true, verb: 'use role' })];
}

function placeOf(document: JsonObject): DatabasePlace {
  const { database } = document;
  return typeof database === 'string' && database !== '' ? { ...PLACE, database: database.toLowerCase() } : PLACE;
}

function sureParameters(parameters: Json | undefined): boolean {
  if (parameters === undefined || parameters === null) return true;
  return isJsonObject(parameters) && Object.keys(parameters).every((key) => HARMLESS_PARAMETERS.has(key.toLowerCase()));
}

/** The SQL API's error has a status of its own; the drivers look for `success` in a 200. */
function refuse(request: RequestView, refusal: Refusal): NativeAnswer {
  const message = refusalSentence(refusal);
  if (request.segments[0] !== 'queries') {
    const answer = jsonAnswer(refusal, { code: '003001', sqlState: '42501', message });
    return { ...answer, status: refusal.kind === 'failed' ? refusal.status : 422 };
  }
  const answer = jsonAnswer(refusal, {
    success: false,
    code: '003001',
    message,
    data: { sqlState: '42501', errorCode: '003001' },
  });
  return { ...answer, status: refusal.kind === 'failed' ? refusal.status : 200 };
}
