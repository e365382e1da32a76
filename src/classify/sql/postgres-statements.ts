// What each statement of PostgreSQL does. A kind that is not known is an unknown write that could not be inspected.

import { callsOf, dotted, postgresQuery, QUERY_KINDS, tablesOf } from './postgres-query.ts';
import { GRANTING_COMMANDS, HARMLESS_SETTINGS, PARSING_SETTINGS, UTILITIES } from './postgres-utility.ts';
import { type SqlWork, unreadWork } from './sql-work.ts';
import { isTreeList, isTreeNode, nodesOf, tagged, textOf, type TreeNode } from './tree.ts';

/** EXPLAIN and PREPARE hold a statement, which may hold another (EXPLAIN of a CREATE TABLE AS). */
const MAX_DEPTH = 4;

/** Never empty. `prepared` are the names that earlier statements of the same text gave, and is added to. */
export function postgresStatement(statement: unknown, prepared: Set<string>, depth = 0): SqlWork[] {
  const found = tagged(statement);
  if (found === null || depth > MAX_DEPTH) return [unreadWork()];
  const [kind, node] = found;
  if (QUERY_KINDS.has(kind)) return postgresQuery({ [kind]: node });
  const reader = READERS[kind];
  return reader === undefined ? utility(kind, node) : reader(node, prepared, depth);
}

type Reader = (node: TreeNode, prepared: Set<string>, depth: number) => SqlWork[];

const READERS: Readonly<Record<string, Reader>> = {
  ExplainStmt: explain,
  TransactionStmt: (node) => [sure(/PREPARED?$/.test(textOf(node['kind']) ?? '') ? 'admin' : 'transaction', 'transaction')],
  VariableSetStmt: (node) => setting(node),
  CopyStmt: (node) => copy(node),
  CallStmt: (node) => call(node),
  TruncateStmt: (node) => [sure('delete', 'truncate', { tables: relations(node), where: false })],
  PrepareStmt(node, prepared, depth) {
    prepared.add(textOf(node['name']) ?? '');
    // Judged as if it ran: what runs it later says only its name.
    return postgresStatement(node['query'], prepared, depth + 1);
  },
  ExecuteStmt(node, prepared) {
    const calls = callsOf(dottedCalls(node['params']), true);
    return prepared.has(textOf(node['name']) ?? '')
      ? [sure('transaction', 'execute'), ...calls]
      : [unreadWork('call', 'execute')];
  },
  DeclareCursorStmt: (node, prepared, depth) => postgresStatement(node['query'], prepared, depth + 1),
};

/** Without ANALYZE nothing runs; the plan still tells of the tables it is about. */
function explain(node: TreeNode, prepared: Set<string>, depth: number): SqlWork[] {
  const options = isTreeList(node['options']) ? node['options'].map((option) => tagged(option)?.[1] ?? {}) : [];
  const inner = postgresStatement(node['query'], prepared, depth + 1);
  if (options.some((option) => option['defname'] === 'analyze')) return inner;
  const tables = inner.flatMap((work) => work.tables ?? []);
  return inner.every((work) => work.inspected) ? [sure('read', 'explain', { tables })] : [unreadWork()];
}

function setting(node: TreeNode): SqlWork[] {
  const name = (textOf(node['name']) ?? '').toLowerCase();
  // A text that is read in another way than ours can't be judged, now or later in its session.
  if (PARSING_SETTINGS.has(name)) return [unreadWork('admin', 'set')];
  const harmless = HARMLESS_SETTINGS.has(name) || name === 'transaction' || name === 'session characteristics';
  return [sure(harmless ? 'transaction' : 'admin', 'set')];
}

function copy(node: TreeNode): SqlWork[] {
  const tables = tablesOf(node['relation']);
  const inner = isTreeNode(node['query']) ? postgresQuery(node['query']) : [];
  if (node['is_program'] === true) return [sure('admin', 'copy program', { tables }), ...inner];
  const file = textOf(node['filename']);
  const destinations = file === undefined ? [] : [file];
  if (node['is_from'] !== true) return [sure('export', 'copy to', { tables, destinations }), ...inner];
  const insert = sure('insert', 'copy from', { tables });
  return file === undefined ? [insert] : [insert, sure('export', 'copy from', { destinations })];
}

function call(node: TreeNode): SqlWork[] {
  const target = isTreeNode(node['funccall']) ? node['funccall'] : {};
  const name = dotted(target['funcname']).toLowerCase();
  const arguments_ = dottedCalls(target['args']);
  return [sure('call', 'call', { functions: name === '' ? [] : [name] }), ...callsOf(arguments_, true)];
}

function utility(kind: string, node: TreeNode): SqlWork[] {
  const known = UTILITIES.get(kind);
  if (known === undefined) return [unreadWork()];
  const [effect, verb] = known;
  if (kind === 'CreateTableAsStmt') return createAs(node);
  const inner = isTreeNode(node['query']) ? postgresQuery(node['query']) : [];
  if (kind === 'AlterTableStmt' && granting(node)) return [sure('grant', verb, { tables: relations(node) })];
  if (kind === 'DropStmt') return [drop(node)];
  if (effect === 'read') return [sure(effect, verb, { tables: [] })];
  return [
    sure(effect, verb, effect === 'schema' || effect === 'grant' ? { tables: relations({ ...node, query: undefined }) } : {}),
    ...inner,
  ];
}

function createAs(node: TreeNode): SqlWork[] {
  const into = isTreeNode(node['into']) ? node['into'] : {};
  const inner = tagged(node['query']);
  const target = sure('schema', 'create table as', { tables: tablesOf(into['rel']) });
  if (inner !== null && QUERY_KINDS.has(inner[0])) return [target, ...postgresQuery({ [inner[0]]: inner[1] })];
  return [target, unreadWork('call', 'execute')];
}

function granting(node: TreeNode): boolean {
  const commands = isTreeList(node['cmds']) ? node['cmds'] : [];
  return commands.some((command) => GRANTING_COMMANDS.has(textOf(tagged(command)?.[1]['subtype']) ?? ''));
}

function drop(node: TreeNode): SqlWork {
  const objects = isTreeList(node['objects']) ? node['objects'] : [];
  const type = textOf(node['removeType']) ?? '';
  const tables = objects.flatMap((object) => {
    const name = dotted(tagged(object)?.[1]['items']);
    return name === '' ? [] : [name];
  });
  return sure(type === 'OBJECT_POLICY' ? 'grant' : 'schema', `drop ${type.replace('OBJECT_', '').toLowerCase()}`, { tables });
}

/** Every table that is named anywhere below. */
function relations(root: TreeNode): string[] {
  const found: string[] = [];
  for (const node of nodesOf(root)) {
    if ('relname' in node) found.push(...tablesOf(node));
  }
  return found;
}

function dottedCalls(root: unknown): string[] {
  const found: string[] = [];
  for (const node of nodesOf(root)) {
    if ('funcname' in node) found.push(dotted(node['funcname']));
  }
  return found;
}

function sure(effect: SqlWork['effect'], verb: string, more: Partial<SqlWork> = {}): SqlWork {
  return { effect, inspected: true, verb, ...more };
}
