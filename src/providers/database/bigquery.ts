// BigQuery: queries and jobs in JSON, rows that stream in, and datasets and tables by their paths.

import { isPlainRead } from '../../classify/plain-action.ts';
import { isJsonArray } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { googleAnswer } from '../google-error.ts';
import type { Provider } from '../provider.ts';
import { bigqueryDocument } from './bigquery-document.ts';
import { bigqueryJob, bigqueryQuery, bigqueryUpload } from './bigquery-job.ts';
import { databaseAction, type DatabasePlace, type DatabaseWork, unknownDatabaseWrite } from './database-action.ts';
import { type DatabaseRoute, databaseProvider } from './database-api.ts';

export const bigquery: Provider = databaseProvider({
  name: 'bigquery',
  system: 'bigquery',
  hosts: ['bigquery.googleapis.com', 'www.googleapis.com', '*.googleapis.com'],
  claims: isBigquery,
  route,
  refuse: (_request, refusal) => googleAnswer(refusal),
});

/** A project is the same through every region's host and through the shared one. */
const SERVER = 'bigquery.googleapis.com';

/** Its own host, a region's, or its paths on the host that many of Google's APIs share. */
function isBigquery({ authority, segments }: RequestView): boolean {
  if (/^(?:[a-z0-9-]+-)?bigquery(?:\.[a-z0-9-]+\.rep|\.mtls)?\.googleapis\.com$/.test(authority.host)) return true;
  return authority.host.endsWith('.googleapis.com') && segments.slice(0, 3).includes('bigquery');
}

function route(request: RequestView): DatabaseRoute | null {
  const { segments, method } = request;
  const upload = segments[0] === 'upload' || segments[0] === 'resumable';
  const [api, version, projects, project = '', kind, ...rest] = upload ? segments.slice(1) : segments;
  if (isPlainRead(request)) return null;
  const place: DatabasePlace = { system: 'bigquery', server: SERVER, dialect: 'bigquery', database: project };
  if (api !== 'bigquery' || version !== 'v2' || projects !== 'projects' || project === '') return null;
  const path = [kind, ...rest.map((part, index) => (index % 2 === 0 ? ':id' : part))].join('/');
  if (method === 'POST' && upload && path === 'jobs') return (body) => bigqueryUpload(request, body, place);
  if (upload) return null;
  if (method === 'POST' && path === 'queries') return (body) => bigqueryQuery(request, body, place);
  if (method === 'POST' && path === 'jobs') return (body) => bigqueryJob(request, body, place);
  const work = pathWork(method, path, rest);
  if (work === null) return (body) => [unknownDatabaseWrite(request, place, body.problem === null)];
  return path.endsWith('insertAll') ? (body) => insertAll(request, body, place, work) : plain(request, place, work);
}

/** `rest` are the segments behind `datasets`: the dataset, `tables`, the table, and what is done with it. */
function pathWork(method: string, path: string, rest: readonly string[]): DatabaseWork | null {
  const [dataset = '', , named] = rest;
  // `…/tables/t:setIamPolicy`: a colon is in no table's name.
  const [table, ...words] = named?.split(':') ?? [];
  const custom = words.length === 0 ? undefined : words.join(':');
  const tables = [table === undefined ? dataset.toLowerCase() : `${dataset}.${table}`.toLowerCase()];
  const sure = (effect: DatabaseWork['effect'], verb: string): DatabaseWork => ({ effect, inspected: true, verb, tables });
  if (custom !== undefined)
    return method === 'POST' && path === 'datasets/:id/tables/:id' && custom === 'setIamPolicy'
      ? sure('grant', 'table policy')
      : null;
  switch (`${method} ${path}`) {
    case 'POST datasets/:id/tables/:id/insertAll':
      return sure('insert', 'insertall');
    case 'DELETE datasets/:id':
      return sure('schema', 'drop dataset');
    case 'DELETE datasets/:id/tables/:id':
      return sure('schema', 'drop table');
    // Who may read it stands among its fields.
    case 'POST datasets':
      return { effect: 'grant', inspected: true, verb: 'dataset' };
    case 'PATCH datasets/:id':
    case 'PUT datasets/:id':
      return sure('grant', 'dataset');
    case 'DELETE jobs/:id/delete':
      // The record of it: what it did stays done.
      return { effect: 'admin', inspected: true, verb: 'delete job' };
    case 'POST jobs/:id/cancel':
      return { effect: 'admin', inspected: true, verb: 'cancel job' };
    case 'POST datasets/:id/tables':
    case 'PATCH datasets/:id/tables/:id':
    case 'PUT datasets/:id/tables/:id':
      return sure('schema', 'table');
    default:
      return null;
  }
}

function plain(request: RequestView, place: DatabasePlace, work: DatabaseWork): DatabaseRoute {
  return (body) => [databaseAction(request, place, { ...work, inspected: work.inspected && body.problem === null })];
}

function insertAll(request: RequestView, body: InspectedBody, place: DatabasePlace, work: DatabaseWork) {
  const rows = bigqueryDocument(request, body)?.['rows'];
  return [databaseAction(request, place, { ...work, itemCount: isJsonArray(rows) ? rows.length : undefined })];
}
