// The writes of a Firestore commit, and the collections that its paths and queries name.

import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../classify/strict-json.ts';
import type { GatheredItem } from './document-call.ts';

/** `users/alice/orders/1` is `users/orders`: ids of documents may name people. */
export function collectionOf(path: readonly string[]): string {
  return path.filter((_, index) => index % 2 === 0).join('/');
}

const WRITE_MEMBERS: ReadonlySet<string> = new Set([
  'update',
  'delete',
  'transform',
  'updateMask',
  'updateTransforms',
  'currentDocument',
]);

/** Null: one of them could not be read surely. `database` is the path's: a write to another one is not read. */
export function writeItems(writes: readonly Json[], database: string): GatheredItem[] | null {
  const items: GatheredItem[] = [];
  for (const write of writes) {
    const known = isJsonObject(write) && Object.keys(write).every((key) => WRITE_MEMBERS.has(key));
    const found = known ? writeItem(write, database) : null;
    if (found === null) return null;
    items.push(...found);
  }
  return items;
}

function writeItem(write: JsonObject, database: string): GatheredItem[] | null {
  const { update, transform } = write;
  const kinds = [update, write['delete'], transform].filter((kind) => kind !== undefined);
  if (kinds.length !== 1) return null;
  const name = isJsonObject(update) ? update['name'] : isJsonObject(transform) ? transform['document'] : write['delete'];
  const table = typeof name === 'string' ? documentTable(name, database) : null;
  if (table === null) return null;
  const tables = [table];
  if (write['delete'] !== undefined) return [{ effect: 'delete', tables }];
  const current = write['currentDocument'];
  const exists = isJsonObject(current) ? current['exists'] : undefined;
  if (exists === false) return [{ effect: 'insert', tables }];
  const updates: GatheredItem = { effect: 'update', tables };
  return exists === true ? [updates] : [{ effect: 'insert', tables }, updates];
}

/** `projects/{project}/databases/{database}/documents/{path}` */
function documentTable(name: string, database: string): string | null {
  const [projects, project = '', databases, own = '', documents, ...path] = name.split('/');
  const sure = projects === 'projects' && databases === 'databases' && documents === 'documents';
  return sure && `${project}/${own}` === database && path.length > 0 && path.length % 2 === 0 ? collectionOf(path) : null;
}

/** Null: not known, as of a query over all collections of a name, wherever they are. */
export function queriedCollections(query: Json | undefined, parent: readonly string[]): string[] | null {
  const from = isJsonObject(query) ? query['from'] : undefined;
  if (!isJsonArray(from) || from.length === 0) return null;
  const tables: string[] = [];
  for (const one of from) {
    const known = isJsonObject(one) && Object.keys(one).every((key) => key === 'collectionId' || key === 'allDescendants');
    const id = known ? one['collectionId'] : undefined;
    if (!known || typeof id !== 'string' || (one['allDescendants'] ?? false) !== false) return null;
    tables.push([collectionOf(parent), id].filter((part) => part !== '').join('/'));
  }
  return tables;
}
