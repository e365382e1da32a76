// Airtable: records of a base's tables, their schema, and uploads to their cells.

import { isPlainRead } from '../../classify/plain-action.ts';
import { readPairs } from '../../classify/form.ts';
import { isJsonArray, isJsonObject } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import type { DatabasePlace, DatabaseWork } from './database-action.ts';
import { databaseDocument, type DatabaseRoute, databaseProvider } from './database-api.ts';
import { documentActions, fixedRoute, upsertWorks } from './document-call.ts';

const CONTENT = 'content.airtable.com';

export const airtable: Provider = databaseProvider({
  name: 'airtable',
  system: 'airtable',
  hosts: ['api.airtable.com', CONTENT],
  route,
  // 422 is the one status of which its SDK shows the message; it retries 429 alone.
  refuse: (_request, refusal) => {
    const answer = jsonAnswer(refusal, { error: { type: 'NOT_AUTHORIZED', message: refusalSentence(refusal) } });
    return { ...answer, status: refusal.kind === 'failed' ? refusal.status : 422 };
  },
});

/** `/v0/{base}/{table}/{record}`, `/v0/meta/bases/{base}/tables/…` */
function route(request: RequestView): DatabaseRoute | null {
  const [version, base = '', table, ...rest] = request.segments;
  if (version !== 'v0' || base === '') return null;
  if (base === 'meta') return isPlainRead(request) ? null : schema(request, request.segments.slice(2));
  const place: DatabasePlace = { system: 'airtable', server: 'api.airtable.com', database: base };
  if (!/^app[A-Za-z0-9]{3,40}$/.test(base) || table === undefined) return null;
  if (request.authority.host === CONTENT) {
    const isUpload = request.method === 'POST' && rest.at(-1) === 'uploadAttachment';
    return isUpload ? fixedRoute(request, place, { effect: 'update', inspected: true, verb: 'upload', where: true }) : null;
  }
  return records(request, place, table, rest);
}

/** Who may do what in a base is among these too (`collaborators`, `shares`, `invites`). */
function schema(request: RequestView, [kind, base, what]: readonly string[]): DatabaseRoute | null {
  if (kind !== 'bases') return null;
  const place: DatabasePlace = { system: 'airtable', ...(base === undefined ? {} : { database: base }) };
  if (base === undefined || what === 'tables')
    return fixedRoute(request, place, { effect: 'schema', inspected: true, verb: 'schema' });
  const isGrant = what === 'collaborators' || what === 'invites' || what === 'shares' || what === 'interfaces';
  if (isGrant) return fixedRoute(request, place, { effect: 'grant', inspected: true, verb: what });
  return request.method === 'DELETE' && what === undefined
    ? fixedRoute(request, place, { effect: 'schema', inspected: true, verb: 'delete base' })
    : null;
}

function records(request: RequestView, place: DatabasePlace, table: string, rest: readonly string[]): DatabaseRoute | null {
  const sure = { inspected: true, tables: [table] };
  const [record, what] = rest;
  if (isPlainRead(request))
    return what === undefined ? fixedRoute(request, place, { ...sure, effect: 'read', verb: 'list' }) : null;
  if (record === 'listRecords' && what === undefined && request.method === 'POST') {
    const work: DatabaseWork = { ...sure, effect: 'read', verb: 'list' };
    return (body) => documentActions(request, place, isRead(request, body) ? [work] : null);
  }
  if (what === 'comments' && request.method === 'POST')
    return fixedRoute(request, place, { ...sure, effect: 'insert', verb: 'comment' });
  if (what !== undefined || (record !== undefined && request.method === 'POST')) return null;
  if (request.method === 'DELETE') return fixedRoute(request, place, deleteWork(request, sure, record));
  if (request.method !== 'POST' && request.method !== 'PATCH' && request.method !== 'PUT') return null;
  return (body) => written(request, place, sure, { body, record });
}

function isRead(request: RequestView, body: InspectedBody): boolean {
  return body.bytes.length === 0 ? body.problem === null : databaseDocument(request, body, new Set()) !== undefined;
}

/** The records stand in the path or, up to ten of them, in the query. */
function deleteWork(request: RequestView, sure: Omit<DatabaseWork, 'effect'>, record: string | undefined): DatabaseWork {
  const { fields, problem } = readPairs(request.query);
  const named = fields.filter(({ path }) => path[0] === 'records').length + (record === undefined ? 0 : 1);
  const inspected = problem === null && named > 0 && !request.hasBody;
  return { ...sure, effect: 'delete', inspected, verb: 'delete', where: named > 0, ...(inspected ? { itemCount: named } : {}) };
}

const NAMES: ReadonlySet<string> = new Set(['records', 'fields', 'performUpsert', 'typecast']);

interface Written {
  readonly body: InspectedBody;
  readonly record: string | undefined;
}

function written(request: RequestView, place: DatabasePlace, sure: Omit<DatabaseWork, 'effect'>, { body, record }: Written) {
  const effect = request.method === 'POST' ? 'insert' : 'update';
  const verb = { POST: 'create', PATCH: 'update', PUT: 'replace' }[request.method] ?? 'update';
  const document = request.query === '' ? databaseDocument(request, body, NAMES) : undefined;
  const list = document?.['records'];
  const itemCount = record !== undefined || document?.['fields'] !== undefined ? 1 : isJsonArray(list) ? list.length : undefined;
  if (document === undefined || itemCount === undefined || (list !== undefined && record !== undefined))
    return documentActions(request, place, null, { effect, verb });
  const work = { ...sure, verb, itemCount };
  const upsert = effect === 'update' && isJsonObject(document['performUpsert']);
  if (upsert) return documentActions(request, place, upsertWorks({ ...work, verb: 'upsert' }));
  return documentActions(request, place, [{ ...work, effect, ...(effect === 'update' ? { where: true } : {}) }]);
}
