// What a statement of another dialect reads, writes and calls, however deep: one walk over the whole tree.

import { dialectNamesRows } from './dialect-condition.ts';
import { callsOf } from './postgres-query.ts';
import { openMembers, type Visit, walkScoped } from './scoped-walk.ts';
import type { SqlWork } from './sql-work.ts';
import { isTreeList, isTreeNode, nodesOf, tagged, textOf, type TreeNode } from './tree.ts';

interface Findings {
  readonly writes: SqlWork[];
  readonly sources: Set<string>;
  /** Files and stages that are read like tables. */
  readonly outside: Set<string>;
  readonly functions: Set<string>;
  locks: boolean;
}

/** INVARIANT: as for PostgreSQL, a top node says little, so every write, table and function below it counts. */
export function dialectQuery(root: TreeNode): SqlWork[] {
  const found: Findings = { writes: [], sources: new Set(), outside: new Set(), functions: new Set(), locks: false };
  walkScoped(root, (node, scope, open) => visitNode(node, scope, found, open));
  return worksOf(found);
}

function worksOf({ writes, sources, outside, functions, locks }: Findings): SqlWork[] {
  const works = [...writes];
  const changed = new Set(writes.flatMap((write) => (write.effect === 'insert' ? [] : (write.tables ?? []))));
  const tables = [...sources].filter((source) => !changed.has(source));
  if (tables.length > 0 || writes.length === 0) works.push({ effect: 'read', inspected: true, verb: 'select', tables });
  if (outside.size > 0) works.push({ effect: 'export', inspected: true, verb: 'select', destinations: [...outside] });
  if (locks) works.push({ effect: 'transaction', inspected: true, verb: 'lock', tables });
  return [...works, ...callsOf([...functions], writes.length > 0)];
}

function visitNode(node: TreeNode, scope: ReadonlySet<string>, found: Findings, open: Visit[]): void {
  const inner = scopeWithin(node, scope, open);
  if (isTreeList(node['locks']) && node['locks'].length > 0) found.locks = true;
  if ('projection' in node && isTreeNode(node['into'])) {
    found.writes.push({ effect: 'schema', inspected: true, verb: 'select into', tables: nameOf(node['into']['name']) });
  }
  if ('within_group' in node && 'name' in node) for (const name of nameOf(node['name'])) found.functions.add(name);
  for (const [key, value] of Object.entries(node)) {
    if (key === 'with' || value === null || typeof value !== 'object') continue;
    const rest = isTreeNode(value) ? visitTagged(key, value, inner, found) : value;
    open.push({ value: rest, scope: inner });
  }
}

/** Gives what of the node is still to be walked. */
function visitTagged(kind: string, node: TreeNode, scope: ReadonlySet<string>, found: Findings): TreeNode {
  const write = WRITES[kind]?.(node);
  if (write !== undefined) {
    found.writes.push(...write);
    // Of an INSERT the target is no source, unless it is a function; of an UPDATE or DELETE it may be joined with others, which are.
    return kind === 'Insert' && !('TableFunction' in table(node)) ? { ...node, table: null } : node;
  }
  if (kind === 'Function' || kind === 'TableFunction') for (const name of nameOf(node['name'])) found.functions.add(name);
  if (kind === 'Table') addTable(node, scope, found);
  return node;
}

function addTable(node: TreeNode, scope: ReadonlySet<string>, found: Findings): void {
  const named = textOf(node['table_name']);
  const names = named === undefined ? nameOf(node['name']) : [named.toLowerCase()];
  for (const name of names) {
    if (isTreeNode(node['args'])) found.functions.add(name);
    else if (/^@|\/|:\/\//.test(name)) found.outside.add(name);
    else if (name.includes('.') || !scope.has(name)) found.sources.add(name);
  }
}

function scopeWithin(node: TreeNode, scope: ReadonlySet<string>, open: Visit[]): ReadonlySet<string> {
  const clause = node['with'];
  if (!isTreeNode(clause) || !isTreeList(clause['cte_tables'])) return scope;
  const members = clause['cte_tables'].map((member) => {
    const query = isTreeNode(member) ? member : {};
    const alias = isTreeNode(query['alias']) ? query['alias']['name'] : undefined;
    return { name: isTreeNode(alias) ? (textOf(alias['value']) ?? '').toLowerCase() : '', query };
  });
  // Some dialects let a member name itself without RECURSIVE, others then mean the table: it is counted as one.
  return openMembers(members, clause['recursive'] === true, scope, open);
}

type WriteReader = (node: TreeNode) => SqlWork[] | undefined;

const WRITES: Readonly<Record<string, WriteReader>> = {
  Insert: (node) => ('table' in node ? insertWorks(node) : undefined),
  Update: (node) => ('assignments' in node && 'table' in node ? [work('update', 'update', node, node['table'])] : undefined),
  Delete: (node) => ('from' in node ? [work('delete', 'delete', node, node['from'])] : undefined),
  Merge: (node) => ('clauses' in node ? mergeWorks(node) : undefined),
};

function insertWorks(node: TreeNode): SqlWork[] {
  const target = table(node);
  const tables = nameOf(target['TableName']);
  if ('TableFunction' in target) return [{ effect: 'insert', inspected: true, verb: 'insert' }];
  const conflict = node['on'];
  const updates = isTreeNode(conflict) && !JSON.stringify(conflict).includes('"DoNothing"');
  if (node['overwrite'] === true) {
    return [
      { effect: 'insert', inspected: true, verb: 'insert overwrite', tables },
      { effect: 'delete', inspected: true, verb: 'insert overwrite', tables, where: false },
    ];
  }
  if (!updates && node['replace_into'] !== true && node['or'] !== 'Replace') {
    return [{ effect: 'insert', inspected: true, verb: 'insert', tables }];
  }
  return [
    { effect: 'insert', inspected: true, verb: 'upsert', tables },
    { effect: 'update', inspected: true, verb: 'upsert', tables, where: true },
  ];
}

function mergeWorks(node: TreeNode): SqlWork[] {
  const clauses = isTreeList(node['clauses']) ? node['clauses'] : [];
  const where = dialectNamesRows(node['on']);
  const kinds = new Set(clauses.map((clause) => (isTreeNode(clause) ? actionKind(clause['action']) : 'unknown-write')));
  return [...kinds].map((effect) => ({
    effect,
    inspected: effect !== 'unknown-write',
    verb: 'merge',
    tables: tablesIn(node['table']),
    ...(effect === 'insert' ? {} : { where }),
  }));
}

function actionKind(action: unknown): 'insert' | 'update' | 'delete' | 'unknown-write' {
  const kind = textOf(action) ?? tagged(action)?.[0] ?? '';
  if (kind === 'Insert') return 'insert';
  if (kind === 'Update') return 'update';
  return kind === 'Delete' ? 'delete' : 'unknown-write';
}

function work(effect: 'update' | 'delete', verb: string, node: TreeNode, target: unknown): SqlWork {
  return { effect, inspected: true, verb, tables: tablesIn(target), where: dialectNamesRows(node['selection']) };
}

function table(node: TreeNode): TreeNode {
  return isTreeNode(node['table']) ? node['table'] : {};
}

/** Every table named in a FROM or in the target of a write: which of the joined ones is written is not told apart. */
function tablesIn(root: unknown): string[] {
  return [...nodesOf(root)].flatMap((node) => (isTreeNode(node['Table']) ? nameOf(node['Table']['name']) : []));
}

/** `[{ Identifier: … }, …]` as `schema.table`, lower case; empty when it is no plain name. */
export function nameOf(name: unknown): string[] {
  if (!isTreeList(name)) return [];
  const parts = name.map((part) => {
    const inner = isTreeNode(part) && isTreeNode(part['Identifier']) ? part['Identifier'] : part;
    return isTreeNode(inner) ? textOf(inner['value']) : undefined;
  });
  return parts.length > 0 && parts.every((part) => part !== undefined) ? [parts.join('.').toLowerCase()] : [];
}
