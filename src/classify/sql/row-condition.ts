// Does a WHERE of PostgreSQL say which rows? `1 = 1`, `true` and `id = id` do not, and what is not understood does not either.

import { isTreeList, isTreeNode, nodesOf, shapeOf, tagged, type TreeNode } from './tree.ts';

/** A condition nested deeper than this is taken to say nothing. */
const MAX_DEPTH = 40;

/**
 * True when at least one condition that must hold compares a column with something else. It is no proof: `id > 0` may be every row. Linear in
 * the tree but for AND and OR, which are walked once for each level.
 */
export function namesRows(condition: unknown, depth = 0): boolean {
  const found = tagged(condition);
  if (found === null || depth > MAX_DEPTH) return false;
  const [kind, node] = found;
  switch (kind) {
    case 'BoolExpr':
      return ofBoolean(node, depth);
    case 'A_Expr':
      return comparesColumn(node);
    case 'ColumnRef':
    case 'BooleanTest':
    case 'CurrentOfExpr':
      return true;
    case 'NullTest':
      return node['nulltesttype'] === 'IS_NULL';
    case 'SubLink':
      return hasColumn(node);
    case 'FuncCall':
      return hasColumn(node['args']);
    default:
      return false;
  }
}

function ofBoolean(node: TreeNode, depth: number): boolean {
  const parts = isTreeList(node['args']) ? node['args'] : [];
  if (node['boolop'] === 'AND_EXPR') return parts.some((part) => namesRows(part, depth + 1));
  if (node['boolop'] === 'OR_EXPR') return parts.length > 0 && parts.every((part) => namesRows(part, depth + 1));
  // NOT of a lone comparison is one; NOT of more may hold for every row (`NOT (a = 1 AND a = 2)`).
  return parts.every((part) => !isBoolean(part) && namesRows(part, depth + 1));
}

function isBoolean(part: unknown): boolean {
  return isTreeNode(part) && 'BoolExpr' in part;
}

function comparesColumn(node: TreeNode): boolean {
  if (shape(node['lexpr']) === shape(node['rexpr'])) return false;
  if (node['kind'] === 'AEXPR_LIKE' || node['kind'] === 'AEXPR_ILIKE') {
    if (/"sval":"[%_]*"/.test(shape(node['rexpr']))) return false;
  }
  return hasColumn(node['lexpr']) || hasColumn(node['rexpr']);
}

function shape(value: unknown): string {
  return shapeOf(value, 'location');
}

function hasColumn(root: unknown): boolean {
  return nodesOf(root).some((node) => 'ColumnRef' in node);
}
