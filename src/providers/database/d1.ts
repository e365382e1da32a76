// Cloudflare D1 on the API that all of Cloudflare shares: only the paths of D1's databases are claimed.

import { readSql } from '../../classify/sql/read-sql.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import type { SqlReading } from '../../classify/sql/sql-work.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { databaseAction, type DatabasePlace, unknownDatabaseWrite } from './database-action.ts';
import { databaseDocument, databaseList, type DatabaseRoute, databaseProvider, readTexts, sqlActions } from './database-api.ts';

export const d1: Provider = databaseProvider({
  name: 'd1',
  system: 'd1',
  hosts: ['api.cloudflare.com'],
  claims: (request) =>
    isD1(request) && !(isPlainRead(request) && !['query', 'raw', 'export'].includes(request.segments[6] ?? '')),
  route,
  refuse: (_request, refusal) =>
    jsonAnswer(refusal, {
      success: false,
      errors: [{ code: 10000, message: refusalSentence(refusal) }],
      messages: [],
      result: null,
    }),
});

/** `/client/v4/accounts/{account}/d1/…` */
function isD1({ segments }: RequestView): boolean {
  return segments[0] === 'client' && segments[1] === 'v4' && segments[2] === 'accounts' && segments[4] === 'd1';
}

function route(request: RequestView): DatabaseRoute {
  const { segments, method } = request;
  const [, , , account = '', , kind, database, operation] = segments;
  const place: DatabasePlace = {
    system: 'd1',
    dialect: 'sqlite',
    ...(database === undefined ? {} : { database: `${account}/${database}` }),
  };
  const plain = (effect: 'schema' | 'admin' | 'export', verb: string): DatabaseRoute => {
    return (body) => [databaseAction(request, place, { effect, inspected: body.problem === null, verb })];
  };
  if (kind !== 'database' || segments.length > 8) return unknown(request, place);
  if (method === 'POST' && (operation === 'query' || operation === 'raw')) return (body) => queryActions(request, body, place);
  if (method === 'POST' && operation === 'export') return plain('export', 'export');
  // A file of statements that is uploaded somewhere else and run whole.
  if (method === 'POST' && operation === 'import') return plain('admin', 'import');
  if (operation === undefined && method === 'POST' && database === undefined) return plain('schema', 'create database');
  if (operation === undefined && method === 'DELETE' && database !== undefined) return plain('schema', 'drop database');
  return unknown(request, place);
}

function unknown(request: RequestView, place: DatabasePlace): DatabaseRoute {
  return (body) => [unknownDatabaseWrite(request, place, body.problem === null)];
}

const NAMES: ReadonlySet<string> = new Set(['sql', 'params', 'batch']);

function queryActions(request: RequestView, body: InspectedBody, place: DatabasePlace) {
  if (request.query !== '') return sqlActions(request, place, null);
  const list = databaseList(request, body);
  if (list !== undefined) return sqlActions(request, place, textsReading(list));
  const document = databaseDocument(request, body, NAMES);
  return sqlActions(request, place, document === undefined ? null : queryReading(document));
}

/** One text (of several statements, perhaps) or a batch of them; never both. */
function queryReading(document: JsonObject): SqlReading | null {
  const { batch } = document;
  if (batch === undefined) return textsReading([document]);
  return document['sql'] === undefined && isJsonArray(batch) ? textsReading(batch) : null;
}

function textsReading(list: readonly Json[]): SqlReading | null {
  const texts = list.map((entry) => {
    const sure = isJsonObject(entry) && Object.keys(entry).every((key) => key === 'sql' || key === 'params');
    return sure && typeof entry['sql'] === 'string' ? entry['sql'] : null;
  });
  return readTexts(texts, (text) => readSql(text, 'sqlite'));
}
