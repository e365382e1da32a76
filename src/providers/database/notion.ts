// Notion: pages, blocks, databases and comments; searches and queries are POSTs that only read.

import { isPlainRead } from '../../classify/plain-action.ts';
import { isJsonObject, type Json } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import type { DatabasePlace, DatabaseWork } from './database-action.ts';
import { databaseDocument, type DatabaseRoute, databaseProvider } from './database-api.ts';
import { documentActions, fixedRoute } from './document-call.ts';

export const notion: Provider = databaseProvider({
  name: 'notion',
  system: 'notion',
  hosts: ['api.notion.com'],
  route,
  refuse: (_request, refusal) =>
    jsonAnswer(refusal, { object: 'error', status: 403, code: 'restricted_resource', message: refusalSentence(refusal) }),
});

const PLACE: DatabasePlace = { system: 'notion' };
const NAMES: ReadonlySet<string> = new Set([
  'parent',
  'archived',
  'in_trash',
  'is_archived',
  'erase_content',
  'filter',
  'sorts',
  'query',
]);
const PARENT_NAMES: ReadonlySet<string> = new Set(['type', 'database_id', 'data_source_id', 'page_id', 'block_id', 'workspace']);

/** `/v1/{kind}/{id}/{what}` */
function route(request: RequestView): DatabaseRoute | null {
  const [version, kind = '', id, what, more] = request.segments;
  if (version !== 'v1' || more !== undefined || isPlainRead(request)) return null;
  const path = [kind, ...(id === undefined ? [] : [':id']), ...(what === undefined ? [] : [what])].join('/');
  const tables = id === undefined ? undefined : [plainId(id)];
  const sure = { inspected: true, tables };
  switch (`${request.method} ${path}`) {
    case 'POST search':
      return read(request, { ...sure, effect: 'read', verb: 'search' });
    case 'POST databases/:id/query':
    case 'POST data_sources/:id/query':
      return read(request, { ...sure, effect: 'read', verb: 'query' });
    case 'POST pages':
      return created(request, 'insert', 'create page');
    case 'POST comments':
      return created(request, 'insert', 'comment');
    case 'POST databases':
    case 'POST data_sources':
      return created(request, 'schema', `create ${kind === 'databases' ? 'database' : 'data source'}`);
    case 'PATCH databases/:id':
    case 'PATCH data_sources/:id':
      return fixedRoute(request, PLACE, { ...sure, effect: 'schema', verb: 'update' });
    case 'PATCH pages/:id':
    case 'PATCH blocks/:id':
      return changed(request, sure);
    case 'PATCH blocks/:id/children':
      return fixedRoute(request, PLACE, { ...sure, effect: 'insert', verb: 'append' });
    case 'DELETE blocks/:id':
      return fixedRoute(request, PLACE, { ...sure, effect: 'delete', verb: 'delete', where: true, itemCount: 1 });
    case 'POST file_uploads':
    case 'POST file_uploads/:id/send':
    case 'POST file_uploads/:id/complete':
      return fixedRoute(request, PLACE, { inspected: true, effect: 'insert', verb: 'upload' });
    default:
      return null;
  }
}

/** Ids come with hyphens and without. */
function plainId(id: string): string {
  return id.replaceAll('-', '').toLowerCase();
}

/** INVARIANT: a read has a body that is strictly read; a bare POST of it has none. */
function read(request: RequestView, work: DatabaseWork): DatabaseRoute {
  return (body) => {
    const sure = body.bytes.length === 0 ? body.problem === null : databaseDocument(request, body, NAMES) !== undefined;
    return documentActions(request, PLACE, sure ? [work] : null, { effect: 'unknown-write', verb: work.verb });
  };
}

function created(request: RequestView, effect: 'insert' | 'schema', verb: string): DatabaseRoute {
  return (body) => {
    const parent = databaseDocument(request, body, NAMES)?.['parent'];
    const tables = parentIds(parent);
    // A comment may answer a discussion, which is known by its own id.
    const sure = tables !== null || verb === 'comment';
    const work: DatabaseWork = { effect, inspected: true, verb, tables: tables ?? undefined, itemCount: 1 };
    return documentActions(request, PLACE, sure && body.problem === null && isRead(request, body) ? [work] : null, {
      effect,
      verb,
    });
  };
}

function isRead(request: RequestView, body: InspectedBody): boolean {
  return databaseDocument(request, body, NAMES) !== undefined;
}

/** Null: a parent that is not known. A workspace has no id. */
function parentIds(parent: Json | undefined): readonly string[] | null {
  if (!isJsonObject(parent) || !Object.keys(parent).every((key) => PARENT_NAMES.has(key))) return null;
  const ids = [parent['database_id'], parent['data_source_id'], parent['page_id'], parent['block_id']];
  const named = ids.flatMap((id) => (typeof id === 'string' ? [plainId(id)] : []));
  return named.length === 0 && parent['workspace'] !== true ? null : named;
}

/** To the trash is a delete, whatever else is changed; out of it is a change. */
function changed(request: RequestView, sure: Omit<DatabaseWork, 'effect'>): DatabaseRoute {
  return (body) => {
    const document = databaseDocument(request, body, NAMES);
    const unread = { effect: 'update', verb: 'update', tables: sure.tables } as const;
    if (document === undefined) return documentActions(request, PLACE, null, unread);
    const flags = [document['archived'], document['in_trash'], document['is_archived'], document['erase_content']];
    const deletes = flags.some((flag) => flag !== undefined && flag !== false && flag !== null);
    const rest = Object.keys(document).some((key) => !/^(?:archived|in_trash|is_archived)$/.test(key));
    const works: DatabaseWork[] = [];
    if (deletes) works.push({ ...sure, effect: 'delete', verb: 'trash', where: true, itemCount: 1 });
    if (rest || !deletes) works.push({ ...sure, effect: 'update', verb: 'update', where: true, itemCount: 1 });
    return documentActions(request, PLACE, works, unread);
  };
}
