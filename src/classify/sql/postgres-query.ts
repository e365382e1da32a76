// What a PostgreSQL query does: every table it reads, every write in it however deep, every function that is not known to be harmless.

import { effectOfFunction } from './function-effect.ts';
import { namesRows } from './row-condition.ts';
import { openMembers, type Visit, walkScoped } from './scoped-walk.ts';
import type { SqlWork } from './sql-work.ts';
import { isTreeList, isTreeNode, tagged, textOf, type TreeNode } from './tree.ts';

/** The kinds that a query consists of; each may stand in a WITH of another. */
export const QUERY_KINDS: ReadonlySet<string> = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

interface Findings {
  readonly writes: SqlWork[];
  readonly sources: Set<string>;
  readonly locked: boolean[];
  readonly functions: Set<string>;
}

/** INVARIANT: walks the whole tree, because a top node says little: `WITH d AS (DELETE …) SELECT` is a SELECT (threat C19). */
export function postgresQuery(root: TreeNode): SqlWork[] {
  const found: Findings = { writes: [], sources: new Set(), locked: [], functions: new Set() };
  walkScoped(root, (node, scope, open) => visitNode(node, scope, found, open));
  return worksOf(found);
}

function worksOf({ writes, sources, locked, functions }: Findings): SqlWork[] {
  const works = [...writes];
  const tables = [...sources];
  if (tables.length > 0 || (writes.length === 0 && locked.length === 0)) {
    works.push({ effect: 'read', inspected: true, verb: 'select', tables });
  }
  if (locked.length > 0) works.push({ effect: 'transaction', inspected: true, verb: 'lock', tables });
  return [...works, ...callsOf([...functions], writes.length > 0)];
}

/** One work for each sort of harm that functions can do. */
export function callsOf(functions: readonly string[], writes: boolean): SqlWork[] {
  const groups = Map.groupBy(functions, (name) => effectOfFunction(name, writes));
  return [...groups].flatMap(([effect, names]) =>
    effect === null ? [] : [{ effect, inspected: true, verb: 'call', functions: names } satisfies SqlWork],
  );
}

function visitNode(node: TreeNode, scope: ReadonlySet<string>, found: Findings, open: Visit[]): void {
  const inner = scopeWithin(node, scope, open);
  for (const [key, value] of Object.entries(node)) {
    if (key === 'withClause') continue;
    if (key === 'intoClause' && isTreeNode(value)) {
      found.writes.push({ effect: 'schema', inspected: true, verb: 'select into', tables: tablesOf(value['rel']) });
    } else if (isTreeNode(value)) visitTagged(key, value, inner, found, open);
    else open.push({ value, scope: inner });
  }
}

function visitTagged(kind: string, node: TreeNode, scope: ReadonlySet<string>, found: Findings, open: Visit[]): void {
  switch (kind) {
    case 'RangeVar':
      if (node['schemaname'] !== undefined || !scope.has(textOf(node['relname']) ?? '')) {
        for (const table of tablesOf(node)) found.sources.add(table);
      }
      return;
    case 'InsertStmt':
    case 'UpdateStmt':
    case 'DeleteStmt':
    case 'MergeStmt':
      found.writes.push(...writesOf(kind, node));
      open.push({ value: { ...node, relation: undefined }, scope });
      return;
    case 'LockingClause':
      found.locked.push(true);
      return;
    case 'FuncCall':
      found.functions.add(dotted(node['funcname']));
      break;
    case 'A_Expr': {
      const operator = dotted(node['name']);
      // `OPERATOR(schema.+)` calls whatever function stands behind it there.
      if (
        /^[^.]+\../.test(operator) &&
        isTreeList(node['name']) &&
        node['name'].length > 1 &&
        !operator.startsWith('pg_catalog.')
      )
        found.functions.add(operator);
      break;
    }
    default:
  }
  open.push({ value: node, scope });
}

function scopeWithin(node: TreeNode, scope: ReadonlySet<string>, open: Visit[]): ReadonlySet<string> {
  const clause = node['withClause'];
  if (!isTreeNode(clause) || !isTreeList(clause['ctes'])) return scope;
  const members = clause['ctes'].map((entry) => {
    const query = tagged(entry)?.[1] ?? {};
    return { name: textOf(query['ctename']) ?? '', query };
  });
  return openMembers(members, clause['recursive'] === true, scope, open);
}

function writesOf(kind: string, node: TreeNode): SqlWork[] {
  const tables = tablesOf(node['relation']);
  const write = (effect: SqlWork['effect'], verb: string, where?: boolean): SqlWork => ({
    effect,
    inspected: true,
    verb,
    tables,
    where,
  });
  if (kind === 'UpdateStmt') return [write('update', 'update', namesRows(node['whereClause']))];
  if (kind === 'DeleteStmt') return [write('delete', 'delete', namesRows(node['whereClause']))];
  if (kind === 'MergeStmt') return mergeWrites(node, write);
  const conflict = node['onConflictClause'];
  const replaces = isTreeNode(conflict) && conflict['action'] === 'ONCONFLICT_UPDATE';
  // Only rows that collide with those it brings are changed.
  return replaces ? [write('insert', 'upsert'), write('update', 'upsert', true)] : [write('insert', 'insert')];
}

const MERGE_EFFECTS: Readonly<Record<string, 'insert' | 'update' | 'delete'>> = {
  CMD_INSERT: 'insert',
  CMD_UPDATE: 'update',
  CMD_DELETE: 'delete',
};

function mergeWrites(node: TreeNode, write: (effect: SqlWork['effect'], verb: string, where?: boolean) => SqlWork): SqlWork[] {
  const clauses = isTreeList(node['mergeWhenClauses']) ? node['mergeWhenClauses'] : [];
  const where = namesRows(node['joinCondition']);
  const effects = new Set(clauses.map((clause) => MERGE_EFFECTS[textOf(tagged(clause)?.[1]['commandType']) ?? '']));
  return [...effects].flatMap((effect) => {
    if (effect === undefined) return [];
    return [effect === 'insert' ? write(effect, 'merge') : write(effect, 'merge', where)];
  });
}

/** The name of a RangeVar, as it folds: `schema.table`. */
export function tablesOf(relation: unknown): string[] {
  const inner = isTreeNode(relation) && isTreeNode(relation['RangeVar']) ? relation['RangeVar'] : relation;
  if (!isTreeNode(inner)) return [];
  const parts = [inner['catalogname'], inner['schemaname'], inner['relname']].flatMap((part) => textOf(part) ?? []);
  return parts.length === 0 ? [] : [parts.join('.')];
}

/** A list of names, `pg_catalog` left out: it is always looked in first. */
export function dotted(names: unknown): string {
  const parts = isTreeList(names) ? names.map((part) => textOf(tagged(part)?.[1]['sval']) ?? '') : [];
  return (parts[0] === 'pg_catalog' ? parts.slice(1) : parts).join('.');
}
