// What a BigQuery job does: its query with the table that the answer goes to, a load, a copy, or an extract to a bucket.

import type { Action } from '../../classify/action.ts';
import { readSql } from '../../classify/sql/read-sql.ts';
import type { SqlReading } from '../../classify/sql/sql-work.ts';
import { isJsonArray, type Json, type JsonObject } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { bigqueryDocument, bigqueryObject, uploadDocument } from './bigquery-document.ts';
import { databaseAction, type DatabasePlace, type DatabaseWork } from './database-action.ts';
import { readTexts, sqlActions } from './database-api.ts';

/** POST …/queries: the text stands at the top. */
export function bigqueryQuery(request: RequestView, body: InspectedBody, place: DatabasePlace): Action[] {
  const document = bigqueryDocument(request, body);
  if (document === undefined) return sqlActions(request, place, null);
  return queryActions(request, place, document, document['dryRun'], undefined);
}

/** POST …/jobs */
export function bigqueryJob(request: RequestView, body: InspectedBody, place: DatabasePlace): Action[] {
  const configuration = bigqueryObject(bigqueryDocument(request, body)?.['configuration']);
  const { kind, job } = configuration === undefined ? NO_JOB : onlyJob(configuration);
  if (configuration === undefined || job === undefined) return sqlActions(request, place, null);
  if (kind === 'query') return queryActions(request, place, job, configuration['dryRun'], job['destinationTable']);
  const works = kind === 'load' ? loadWorks(job) : kind === 'copy' ? copyWorks(job) : extractWorks(job);
  // INVARIANT: `dryRun` is a query's alone. What it makes of other jobs is undefined, so they count as done (E32).
  return works.map((work) => databaseAction(request, place, work));
}

/** POST /upload/…/jobs: a load whose rows are in the request itself. What is in the file is the table's affair. */
export function bigqueryUpload(request: RequestView, body: InspectedBody, place: DatabasePlace): Action[] {
  const configuration = bigqueryObject(uploadDocument(request, body)?.['configuration']);
  const { kind, job } = configuration === undefined ? NO_JOB : onlyJob(configuration);
  const works: DatabaseWork[] =
    kind === 'load' && job !== undefined && job['sourceUris'] === undefined
      ? targetWorks(job['destinationTable'], 'upload', job['writeDisposition'] === 'WRITE_TRUNCATE')
      : [{ effect: 'insert', inspected: false, verb: 'upload' }];
  return works.map((work) => databaseAction(request, place, work));
}

interface Job {
  readonly kind: string | undefined;
  /** Undefined: it can't be read surely. */
  readonly job: JsonObject | undefined;
}

const NO_JOB: Job = { kind: undefined, job: undefined };

/** A job does one thing. */
function onlyJob(configuration: JsonObject): Job {
  const [kind, ...others] = ['query', 'load', 'copy', 'extract'].filter((name) => name in configuration);
  return kind === undefined || others.length > 0 ? NO_JOB : { kind, job: bigqueryObject(configuration[kind]) };
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
  const dataset = datasetOf(query['defaultDataset']);
  const plain = query['useLegacySql'] === false && dryRunIsPlain(dryRun) && isEmpty(query['connectionProperties']);
  const read = plain && typeof text === 'string' ? readTexts([text], (one) => readSql(one, 'bigquery')) : null;
  const reading = read === null || dataset === null ? null : withDataset(read, dataset);
  const whole = dryRun === true ? { ...place, dryRun: true } : place;
  const actions = sqlActions(request, whole, reading);
  if (target === undefined || target === null) return actions;
  const truncates = query['writeDisposition'] === 'WRITE_TRUNCATE';
  return [...actions, ...targetWorks(target, 'query', truncates).map((work) => databaseAction(request, whole, work))];
}

function dryRunIsPlain(dryRun: Json | undefined): boolean {
  return dryRun === undefined || dryRun === null || typeof dryRun === 'boolean';
}

/** In front of every name that stands alone; '' when the request gives none, null when it can't be read surely. */
function datasetOf(reference: Json | undefined): string | null {
  if (reference === undefined || reference === null) return '';
  const { projectId, datasetId } = bigqueryObject(reference) ?? {};
  return typeof datasetId === 'string' && datasetId !== '' ? `${projectOf(projectId)}${datasetId}.`.toLowerCase() : null;
}

/** INVARIANT: a table is told with its dataset also where the request says the dataset once for all its names. */
function withDataset(reading: SqlReading, dataset: string): SqlReading {
  const whole = (table: string): string => (table.includes('.') ? table : `${dataset}${table}`);
  return { ...reading, works: reading.works.map((work) => ({ ...work, tables: work.tables?.map(whole) })) };
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
  const { projectId, datasetId, tableId } = bigqueryObject(reference) ?? {};
  if (typeof datasetId !== 'string' || typeof tableId !== 'string') return null;
  return `${projectOf(projectId)}${datasetId}.${tableId}`.toLowerCase();
}

function projectOf(projectId: Json | undefined): string {
  return typeof projectId === 'string' && projectId !== '' ? `${projectId}.` : '';
}

function textsOf(value: Json | undefined): readonly string[] | null {
  if (!isJsonArray(value) || value.length === 0) return null;
  return value.every((item) => typeof item === 'string') ? value : null;
}
