// What each statement of another dialect than PostgreSQL's does. A kind that is not known is an unknown write that could not be inspected.

import { dialectQuery, nameOf } from './dialect-query.ts';
import { type DatabaseEffect, type SqlWork, unreadWork } from './sql-work.ts';
import { isTreeList, isTreeNode, textOf, type TreeNode } from './tree.ts';

/** EXPLAIN holds a statement, which may be another. */
const MAX_DEPTH = 4;

/** By the name of the node, the first that fits. */
const KINDS: ReadonlyArray<readonly [RegExp, DatabaseEffect]> = [
  [/^(?:Show.*|ExplainTable)$/, 'read'],
  [/^(?:StartTransaction|Commit|Rollback|Savepoint|ReleaseSavepoint|LockTables|UnlockTables|Lock)$/, 'transaction'],
  [/^(?:Grant|Revoke|Deny|(?:Create|Alter|Drop)(?:Role|User|Policy|Login))$/, 'grant'],
  [/^(?:ExportData|Unload|Copy|Directory)$/, 'export'],
  [/^(?:Create|Drop)(?:Database|Extension|Secret|Server|Connector|Stage|External.*)$/, 'admin'],
  [/^(?:Create|Alter)(?:Table|View|Index|Schema|Function|Procedure|Trigger|Type|Sequence|VirtualTable|Macro|Domain)$/, 'schema'],
  [/^(?:Drop(?:Function|Procedure|Trigger|Domain)?|RenameTable|Comment)$/, 'schema'],
  [
    /^(?:Attach.*|Detach.*|Kill|Install|Load|Analyze|Vacuum|OptimizeTable|Flush|Cache|UNCache|Use|AlterSession|Remove|List|LISTEN|NOTIFY)$/,
    'admin',
  ],
];

/** With these the next text is read otherwise: where a string ends, which bytes are a character. */
const PARSING_SETTINGS = /sql_mode|charset|character_set|collation|names|quoted_identifiers|escaped|ansi/i;

/** Never empty. */
export function dialectStatement(statement: TreeNode, depth = 0): SqlWork[] {
  const [kind = '', ...others] = Object.keys(statement);
  const value = statement[kind];
  const node = isTreeNode(value) ? value : {};
  if (others.length > 0 || depth > MAX_DEPTH) return [unreadWork()];
  switch (kind) {
    case 'Query':
    case 'Insert':
    case 'Update':
    case 'Delete':
    case 'Merge':
      return dialectQuery(statement);
    case 'Explain':
      return explain(node, depth);
    case 'Truncate':
      return [sure('delete', 'truncate', { tables: truncated(node), where: false })];
    case 'Set':
      return setting(node);
    case 'Call':
      return [sure('call', 'call', { functions: nameOf(node['name']) }), ...beyondRead(dialectQuery({ args: node['args'] }))];
    case 'CopyIntoSnowflake':
      return copyInto(node);
    case 'Execute':
    case 'Prepare':
      return [unreadWork('admin', kind.toLowerCase())];
    default:
      return other(kind, node);
  }
}

function other(kind: string, node: TreeNode): SqlWork[] {
  const effect = KINDS.find(([pattern]) => pattern.test(kind))?.[1];
  if (effect === undefined) return [unreadWork()];
  const verb = kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  if (effect === 'read') return [sure('read', verb, { tables: nameOf(node['table_name']) })];
  if (effect === 'transaction') return [sure('transaction', verb)];
  if (kind === 'Drop' && /^(?:Role|User)$/.test(textOf(node['object_type']) ?? '')) return [sure('grant', 'drop')];
  const named = isTreeList(node['names']) ? node['names'].flatMap(nameOf) : nameOf(node['name']);
  const tables = effect === 'schema' || effect === 'grant' ? { tables: named } : {};
  return [sure(effect, verb, { ...tables, ...destinationsOf(kind, node) }), ...beyondRead(dialectQuery({ ...node, name: null }))];
}

/** The rest of a statement that is no query: what it reads, if anything, and what it calls. */
function beyondRead(works: readonly SqlWork[]): SqlWork[] {
  return works.filter((work) => work.effect !== 'read' || (work.tables?.length ?? 0) > 0);
}

function explain(node: TreeNode, depth: number): SqlWork[] {
  const inner = isTreeNode(node['statement']) ? dialectStatement(node['statement'], depth + 1) : [unreadWork()];
  if (
    node['analyze'] === true ||
    JSON.stringify(node['options'] ?? null)
      .toLowerCase()
      .includes('analyze')
  )
    return inner;
  if (!inner.every((work) => work.inspected)) return [unreadWork()];
  return [sure('read', 'explain', { tables: inner.flatMap((work) => work.tables ?? []) })];
}

function truncated(node: TreeNode): string[] {
  const targets = isTreeList(node['table_names']) ? node['table_names'] : [];
  return targets.flatMap((target) => (isTreeNode(target) ? nameOf(target['name']) : []));
}

/** `SET @x = 1` is a variable of the session; everything else may widen what it may do. */
function setting(node: TreeNode): SqlWork[] {
  if (PARSING_SETTINGS.test(JSON.stringify(node))) return [unreadWork('admin', 'set')];
  const single = isTreeNode(node['SingleAssignment']) ? nameOf(node['SingleAssignment']['variable'])[0] : undefined;
  const harmless = 'SetTransaction' in node || (single !== undefined && /^@[^@]/.test(single));
  return [sure(harmless ? 'transaction' : 'admin', 'set'), ...beyondRead(dialectQuery(node))];
}

/** Snowflake: from a table to a stage or bucket, or the other way. */
function copyInto(node: TreeNode): SqlWork[] {
  const into = nameOf(node['into']);
  const from = nameOf(node['from_obj']);
  const inner = beyondRead(dialectQuery({ from_query: node['from_query'] ?? null }));
  if (node['kind'] === 'Location') return [sure('export', 'copy into', { tables: from, destinations: into }), ...inner];
  return [sure('insert', 'copy into', { tables: into }), sure('export', 'copy into', { destinations: from }), ...inner];
}

/** BigQuery's EXPORT DATA names its bucket in `uri`. */
function destinationsOf(kind: string, node: TreeNode): Partial<SqlWork> {
  if (kind !== 'ExportData') return {};
  const destinations = [...JSON.stringify(node['options'] ?? null).matchAll(/String":"([a-z0-9]+:\/\/[^"]*)"/g)].flatMap(
    (match) => match[1] ?? [],
  );
  return { destinations };
}

function sure(effect: DatabaseEffect, verb: string, more: Partial<SqlWork> = {}): SqlWork {
  return { effect, inspected: true, verb, ...more };
}
