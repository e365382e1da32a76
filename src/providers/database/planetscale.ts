// PlanetScale's serverless API: MySQL statements with their values already in them.

import { readSql } from '../../classify/sql/read-sql.ts';
import { writeJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { databaseAction, type DatabasePlace } from './database-action.ts';
import { databaseDocument, type DatabaseRoute, databaseProvider, readTexts, sqlActions } from './database-api.ts';

export const planetscale: Provider = databaseProvider({
  name: 'planetscale',
  system: 'planetscale',
  hosts: ['*.psdb.cloud'],
  route,
  // 200 with an error in it is how the API itself says no: the driver raises its DatabaseError.
  refuse: (_request, refusal) => ({
    ...jsonAnswer(refusal, { session: {}, error: { code: 'PERMISSION_DENIED', message: refusalSentence(refusal) } }),
    status: refusal.kind === 'failed' ? refusal.status : 200,
  }),
});

const PLACE: DatabasePlace = { system: 'planetscale', dialect: 'mysql' };
const NAMES: ReadonlySet<string> = new Set(['query', 'session', 'options']);

function route(request: RequestView): DatabaseRoute | null {
  const path = request.segments.join('/');
  if (path === 'psdb.v1alpha1.Database/CreateSession' && request.method === 'POST') {
    return (body) => [
      databaseAction(request, PLACE, { effect: 'transaction', inspected: body.problem === null, verb: 'createsession' }),
    ];
  }
  return path === 'psdb.v1alpha1.Database/Execute' ? (body) => executeActions(request, body) : null;
}

function executeActions(request: RequestView, body: InspectedBody) {
  const document = request.method === 'POST' && request.query === '' ? databaseDocument(request, body, NAMES) : undefined;
  const session = writeJson(document?.['session'] ?? null);
  // The session comes back with every call, and may say that strings end otherwise.
  const sure = document !== undefined && Object.keys(document).every((key) => NAMES.has(key)) && !/sql_?mode/i.test(session);
  const query = document?.['query'];
  return sqlActions(
    request,
    PLACE,
    sure ? readTexts([typeof query === 'string' ? query : null], (text) => readSql(text, 'mysql')) : null,
  );
}
