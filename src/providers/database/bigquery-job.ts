// What a BigQuery job does: its query with the table that the answer goes to, a load, a copy, or an extract to a bucket.

import type { Action } from '../../classify/action.ts';
import { readSql } from '../../classify/sql/read-sql.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { databaseAction, type DatabasePlace, type DatabaseWork } from './database-action.ts';
import { databaseDocument, readTexts, sqlActions } from './database-api.ts';

export const JOB_NAMES: ReadonlySet<string> = new Set([
  'query',
  'dryRun',
  'useLegacySql',
  'configuration',
  'connectionProperties',
  'rows',
]);

/** POST …/queries: the text stands at the top. */
export function bigqueryQuery(request: RequestView, body: InspectedBody, place: DatabasePlace): Action[] {
  const document = databaseDocument(request, body, JOB_NAMES);
  if (document === undefined) return sqlActions(request, place, null);
  return queryActions(request, place, document, document['dryRun'], undefined);
}

/** POST …/jobs */
export function bigqueryJob(request: RequestView, body: InspectedBody, place: DatabasePlace): Action[] {
  const configuration = databaseDocument(request, body, JOB_NAMES)?.['configuration'];
  if (!isJsonObject(configuration)) return sqlActions(request, place, null);
  const kinds = ['query', 'load', 'copy', 'extract'].filter((kind) => kind in configuration);
  const job = configuration[kinds[0] ?? ''];
  if (kinds.length !== 1 || !isJsonObject(job)) return sqlActions(request, place, null);
  if (kinds[0] === 'query') return queryActions(request, place, job, configuration['dryRun'], job['destinationTable']);
  const works = kinds[0] === 'load' ? loadWorks(job) : kinds[0] === 'copy' ? copyWorks(job) : extractWorks(job);
  const dry = configuration['dryRun'] === true ? { dryRun: true } : {};
  return works.map((work) => databaseAction(request, { ...place, ...dry }, work));
}

/**
 * `dryRun` runs nothing; it is a fact, and no ground for another action. A destination makes a write of a SELECT: the table is filled, and
 * with WRITE_TRUNCATE emptied first.
 */
function queryActions(
  request: RequestView,
  place: DatabasePlace,
  query: JsonObject,
  dryRun: Json | undefined,
  target: Json | undefined,
): Action[] {
  const text = query['query'];
  // Legacy SQL is another language, and what a session has set or defined before is not seen here.
  const sure = query['useLegacySql'] === false && dryRunIsPlain(dryRun) && isEmpty(query['connectionProperties']);
  const reading = sure && typeof text === 'string' ? readTexts([text], (one) => readSql(one, 'bigquery')) : null;
  const whole = dryRun === true ? { ...place, dryRun: true } : place;
  const actions = sqlActions(request, whole, reading);
  if (target === undefined || target === null) return actions;
  const truncates = query['writeDisposition'] === 'WRITE_TRUNCATE';
  return [...actions, ...targetWorks(target, 'query', truncates).map((work) => databaseAction(request, whole, work))];
}

function dryRunIsPlain(dryRun: Json | undefined): boolean {
  return dryRun === undefined || dryRun === null || typeof dryRun === 'boolean';
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || (isJsonArray(value) && value.length === 0);
}

function targetWorks(target: Json | undefined, verb: string, truncates: boolean): DatabaseWork[] {
  const table = tableOf(target);
  if (table === null) return [{ effect: 'insert', inspected: false, verb }];
  const insert: DatabaseWork = { effect: 'insert', inspected: true, verb, tables: [table] };
  return truncates ? [insert, { effect: 'delete', inspected: true, verb, tables: [table], where: false }] : [insert];
}

function loadWorks(job: JsonObject): DatabaseWork[] {
  const destinations = textsOf(job['sourceUris']);
  const insert = targetWorks(job['destinationTable'], 'load', job['writeDisposition'] === 'WRITE_TRUNCATE');
  return [
    ...insert,
    { effect: 'export', inspected: destinations !== null, verb: 'load', destinations: destinations ?? undefined },
  ];
}

function copyWorks(job: JsonObject): DatabaseWork[] {
  const sources = isJsonArray(job['sourceTables']) ? job['sourceTables'] : [job['sourceTable'] ?? null];
  const tables = sources.map(tableOf);
  const sure = tables.every((table) => table !== null);
  const read: DatabaseWork = { effect: 'read', inspected: sure, verb: 'copy', tables: sure ? tables : undefined };
  return [...targetWorks(job['destinationTable'], 'copy', job['writeDisposition'] === 'WRITE_TRUNCATE'), read];
}

function extractWorks(job: JsonObject): DatabaseWork[] {
  const table = tableOf(job['sourceTable']);
  const destinations =
    textsOf(job['destinationUris']) ?? textsOf(job['destinationUri'] === undefined ? undefined : [job['destinationUri']]);
  const sure = table !== null && destinations !== null;
  return [{ effect: 'export', inspected: sure, verb: 'extract', ...(sure ? { tables: [table], destinations } : {}) }];
}

/** `dataset.table`, with its project in front when it names one. */
function tableOf(reference: Json | undefined): string | null {
  if (!isJsonObject(reference)) return null;
  const { projectId, datasetId, tableId } = reference;
  if (typeof datasetId !== 'string' || typeof tableId !== 'string') return null;
  const project = typeof projectId === 'string' && projectId !== '' ? `${projectId}.` : '';
  return `${project}${datasetId}.${tableId}`.toLowerCase();
}

function textsOf(value: Json | undefined): readonly string[] | null {
  if (!isJsonArray(value) || value.length === 0) return null;
  return value.every((item) => typeof item === 'string') ? value : null;
}
