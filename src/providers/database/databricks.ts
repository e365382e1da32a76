// Databricks: statements by its REST API. What the drivers send is Thrift, which is not read here.

import { readSql } from '../../classify/sql/read-sql.ts';
import { isPlainRead } from '../../classify/plain-action.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { databaseAction, type DatabasePlace } from './database-action.ts';
import { databaseDocument, type DatabaseRoute, databaseProvider, readTexts, sqlActions } from './database-api.ts';

export const databricks: Provider = databaseProvider({
  name: 'databricks',
  system: 'databricks',
  hosts: ['*.databricks.com', '*.azuredatabricks.net'],
  route,
  refuse: (_request, refusal) => jsonAnswer(refusal, { error_code: 'PERMISSION_DENIED', message: refusalSentence(refusal) }),
});

const PLACE: DatabasePlace = { system: 'databricks', dialect: 'databricks' };
const NAMES: ReadonlySet<string> = new Set(['statement', 'parameters', 'catalog', 'schema', 'warehouse_id']);

function route(request: RequestView): DatabaseRoute | null {
  const path = request.segments.join('/');
  if (isPlainRead(request) || request.method !== 'POST') return null;
  if (/^sql\/(?:1\.0\/(?:warehouses|endpoints)\/[^/]+|protocolv1\/.*)$/.test(path)) return () => sqlActions(request, PLACE, null);
  if (/^api\/2\.0\/sql\/statements\/[0-9a-f-]{36}\/cancel$/.test(path)) {
    return (body) => [
      databaseAction(request, PLACE, { effect: 'transaction', inspected: body.problem === null, verb: 'cancel' }),
    ];
  }
  return path === 'api/2.0/sql/statements' ? (body) => statementActions(request, body) : null;
}

function statementActions(request: RequestView, body: InspectedBody) {
  const document = request.query === '' ? databaseDocument(request, body, NAMES) : undefined;
  if (document === undefined) return sqlActions(request, PLACE, null);
  const { statement, catalog, schema } = document;
  const named = [catalog, schema].flatMap((part) => (typeof part === 'string' && part !== '' ? part.toLowerCase() : []));
  const place = named.length === 0 ? PLACE : { ...PLACE, database: named.join('.') };
  return sqlActions(
    request,
    place,
    readTexts([typeof statement === 'string' ? statement : null], (text) => readSql(text, 'databricks')),
  );
}
