// Stand-ins for the databases that are asked over HTTP: each takes a statement as its vendor documents, answers with no rows, and keeps what came.

import { sendJson, startOrigin, type Answer, type Origin } from './origin.ts';
import type { ThrowawayCa } from './throwaway-ca.ts';

export const DATABASE_HOSTS = [
  'abcdefgh.supabase.co',
  'rest.acme.example',
  'api.us-east-2.aws.neon.tech',
  'aws.connect.psdb.cloud',
  'app-acme.turso.io',
  'rds-data.us-east-1.amazonaws.com',
  'abc.clickhouse.cloud',
  'api.cloudflare.com',
  'bigquery.googleapis.com',
  'acme.snowflakecomputing.com',
  'acme.cloud.databricks.com',
] as const;

/** One server for all, told apart by path, so that a client may also be sent straight to it. */
export async function startDatabaseOrigin(ca: ThrowawayCa): Promise<Origin> {
  const answer: Answer = async (_request, response, received) => {
    const body = (await received.body()).toString('utf8');
    const { pathname } = new URL(received.target, 'https://origin.example');
    if (pathname === '/') {
      response.setHeader('content-type', 'text/plain');
      return response.end('');
    }
    return sendJson(response, 200, pathname === '/v2/pipeline' ? pipeline(JSON.parse(body)) : (ANSWERS[pathname] ?? {}));
  };
  return startOrigin({ leaf: await ca.issue(['localhost', ...DATABASE_HOSTS]), answer });
}

const ANSWERS: Readonly<Record<string, unknown>> = {
  '/rest/v1/users': [],
  '/users': [],
  '/sql': { fields: [], rows: [], command: 'SELECT', rowCount: 0, rowAsArray: false },
  '/psdb.v1alpha1.Database/Execute': { session: { signature: 's', vitessSession: {} }, result: {} },
  '/Execute': { numberOfRecordsUpdated: 0, records: [] },
  '/client/v4/accounts/acc1/d1/database/db1/query': {
    success: true,
    errors: [],
    messages: [],
    result: [{ success: true, results: [] }],
  },
  '/bigquery/v2/projects/acme/jobs': { jobReference: { projectId: 'acme', jobId: 'read-1' }, status: { state: 'RUNNING' } },
  '/api/v2/statements': { code: '090001', data: [], statementHandle: '01a2' },
  '/api/2.0/sql/statements': { statement_id: '01ee', status: { state: 'SUCCEEDED' } },
};

/** Hrana answers request by request. */
function pipeline(document: { readonly requests: ReadonlyArray<{ readonly type: string }> }): unknown {
  const result = { cols: [], rows: [], affected_row_count: 0, last_insert_rowid: null };
  const results = document.requests.map(({ type }) => ({
    type: 'ok',
    response: type === 'execute' ? { type, result } : { type },
  }));
  return { baton: null, base_url: null, results };
}
