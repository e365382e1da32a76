// A tool that runs SQL, as the same actions that a database's API makes of a statement.

import type { Action, EntityRef } from '../classify/action.ts';
import { serverParents } from '../classify/resource-parents.ts';
import { readSql } from '../classify/sql/read-sql.ts';
import type { SqlDialect } from '../classify/sql/sql-work.ts';
import type { JsonObject } from '../classify/strict-json.ts';
import type { RequestView } from '../http/request-view.ts';
import { sqlActions } from '../providers/database/database-api.ts';
import { saidIn, textAt } from './argument-at.ts';
import { DIALECTS, type ToolMapping } from './tool-mapping.ts';

function isDialect(text: string | undefined): text is SqlDialect {
  return text !== undefined && Object.hasOwn(DIALECTS, text);
}

/** `args`: null when they could not be read. */
export function databaseTool(view: RequestView, mapping: ToolMapping, args: JsonObject | null): readonly Action[] {
  const dialect = saidIn(mapping, 'dialect');
  const statement = args === null ? null : textAt(args, mapping.given['statement']);
  const database = args === null ? null : textAt(args, mapping.given['database']);
  const readable = isDialect(dialect) && typeof statement === 'string' && database !== null;
  const place = { system: saidIn(mapping, 'system') ?? dialect ?? 'unknown', dialect, ...(database ? { database } : {}) };
  const actions = sqlActions(view, place, readable ? readSql(statement, dialect) : null);
  return actions.map((action) => ({ ...action, ...databaseOf(mapping, action) }));
}

/** `Database::"host/name"` of the server that the file names, else of the tool itself. INVARIANT: never of the model's host, which is no database. */
function databaseOf(mapping: ToolMapping, { facts }: Action): { resource: EntityRef; parents: readonly EntityRef[] } {
  const server = saidIn(mapping, 'server') ?? (mapping.names[0] ?? 'unknown').replaceAll('/', '%2F');
  const database = facts['database'];
  const resource = { type: 'Database', id: typeof database === 'string' ? `${server}/${database}` : server };
  return { resource, parents: serverParents(server) };
}
