// RDS Data API: statements for Aurora, which speaks PostgreSQL or MySQL without the request saying which.

import type { Action } from '../../classify/action.ts';
import { awsHead } from '../../classify/aws-call.ts';
import { AWS_HOSTS } from '../../classify/aws-host.ts';
import { readPostgresOrMysql } from '../../classify/sql/read-sql.ts';
import { isJsonArray, type JsonObject } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { awsRefusal } from '../aws-refusal.ts';
import type { Provider } from '../provider.ts';
import { databaseAction, type DatabasePlace } from './database-action.ts';
import { databaseDocument, type DatabaseRoute, databaseProvider, readTexts, sqlActions } from './database-api.ts';

/** Bodies are signed, so no constraint can edit them: there is no `edit`. */
export const rdsData: Provider = databaseProvider({
  name: 'rds-data',
  system: 'rds-data',
  hosts: [...AWS_HOSTS, '*'],
  claims: (request) => awsHead(request)?.service === 'rds-data',
  route,
  refuse: awsRefusal,
});

const OPERATIONS: ReadonlySet<string> = new Set([
  'Execute',
  'BatchExecute',
  'ExecuteSql',
  'BeginTransaction',
  'CommitTransaction',
  'RollbackTransaction',
]);

const NAMES: ReadonlySet<string> = new Set([
  'resourceArn',
  'secretArn',
  'database',
  'schema',
  'sql',
  'sqlStatements',
  'dbClusterOrInstanceArn',
  'awsSecretStoreArn',
  'transactionId',
]);

function route(request: RequestView): DatabaseRoute | null {
  const [operation = '', ...rest] = request.segments;
  if (rest.length > 0 || request.method !== 'POST' || !OPERATIONS.has(operation)) return null;
  return (body) => operationActions(request, body, operation);
}

function operationActions(request: RequestView, body: InspectedBody, operation: string): readonly Action[] {
  const head = awsHead(request);
  // INVARIANT: a signature that nobody checks makes no read of what is sent to a host that is not AWS's.
  const sure = head?.problem === null && head.onAwsHost && request.query === '';
  const document = sure ? databaseDocument(request, body, NAMES) : undefined;
  const place = document === undefined ? null : placeOf(document);
  if (document === undefined || place === null) return sqlActions(request, { system: 'rds-data' }, null);
  if (operation.endsWith('Transaction')) {
    const verb = operation.replace('Transaction', ' transaction').toLowerCase();
    return [databaseAction(request, place, { effect: 'transaction', inspected: true, verb })];
  }
  // The old operation's `sqlStatements` are several; in the others a repeat by parameter sets is the same statement again.
  const sql = operation === 'ExecuteSql' ? document['sqlStatements'] : document['sql'];
  const sets = document['parameterSets'];
  const reading = readTexts([typeof sql === 'string' ? sql : null], (text) => readPostgresOrMysql(withoutNames(text)));
  const actions = sqlActions(request, place, reading);
  if (!isJsonArray(sets)) return actions;
  return actions.map((action) => ({ ...action, facts: { ...action.facts, itemCount: sets.length } }));
}

/**
 * `:name` stands for a value; PostgreSQL's own parser knows `$1`. In a string it changes nothing that is judged, and it adds no quote.
 */
function withoutNames(text: string): string {
  return text.replace(/(?<![:\w]):[A-Za-z_]\w*/g, () => '$1');
}

/** `schema` sets the search path, which says what a bare table is: it goes in front of nothing here, so it is not taken. */
function placeOf(document: JsonObject): DatabasePlace | null {
  const arn = document['resourceArn'] ?? document['dbClusterOrInstanceArn'];
  const database = document['database'];
  const named = typeof database === 'string' && database !== '' ? database : undefined;
  if (typeof arn !== 'string' || !/^arn:aws[a-z-]*:rds:[a-z0-9-]+:[0-9]+:(?:cluster|db):[A-Za-z0-9_-]+$/.test(arn)) return null;
  if (document['schema'] !== undefined && document['schema'] !== null) return null;
  return { system: 'rds-data', server: arn, ...(named === undefined ? {} : { database: named }) };
}
