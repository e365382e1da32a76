// Does a WHERE of another dialect say which rows? The same question as `row-condition.ts`, over the other parser's tree.

import { isTreeNode, nodesOf, shapeOf, tagged, type TreeNode } from './tree.ts';

const MAX_DEPTH = 40;
const COMPARISONS: ReadonlySet<string> = new Set([
  'InList',
  'InSubquery',
  'InUnnest',
  'Between',
  'RLike',
  'AnyOp',
  'IsNull',
  'IsTrue',
  'IsFalse',
]);

export function dialectNamesRows(condition: unknown, depth = 0): boolean {
  const found = tagged(condition);
  if (found === null) return isTreeNode(condition) && 'CompoundIdentifier' in condition;
  if (depth > MAX_DEPTH) return false;
  const [kind, node] = found;
  if (kind === 'Nested') return dialectNamesRows(node, depth + 1);
  if (kind === 'Identifier') return true;
  if (kind === 'BinaryOp') return ofOperator(node, depth);
  if (kind === 'UnaryOp')
    return (
      node['op'] === 'Not' && isTreeNode(node['expr']) && !isBoolean(node['expr']) && dialectNamesRows(node['expr'], depth + 1)
    );
  if (kind === 'Like' || kind === 'ILike')
    return hasColumn(node['expr']) && !/String":"[%_]*"/.test(JSON.stringify(node['pattern'] ?? null));
  if (kind === 'Exists') return hasColumn(node['subquery']);
  if (kind === 'Function') return hasColumn(node['args']);
  return COMPARISONS.has(kind) && hasColumn(node);
}

function ofOperator(node: TreeNode, depth: number): boolean {
  const { op, left, right } = node;
  if (op === 'And') return dialectNamesRows(left, depth + 1) || dialectNamesRows(right, depth + 1);
  if (op === 'Or') return dialectNamesRows(left, depth + 1) && dialectNamesRows(right, depth + 1);
  return shape(left) !== shape(right) && (hasColumn(left) || hasColumn(right));
}

function isBoolean(node: TreeNode): boolean {
  const inner = isTreeNode(node['Nested']) ? node['Nested'] : node;
  const operator = isTreeNode(inner['BinaryOp']) ? inner['BinaryOp']['op'] : undefined;
  return operator === 'And' || operator === 'Or';
}

function shape(value: unknown): string {
  return shapeOf(value, 'span');
}

function hasColumn(root: unknown): boolean {
  return nodesOf(root).some((node) => 'Identifier' in node || 'CompoundIdentifier' in node);
}
