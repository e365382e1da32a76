// The trees that SQL parsers give, as plain JSON: walked by name, because no typing of 300 node kinds is one that we could check.

export interface TreeNode {
  readonly [member: string]: unknown;
}

export function isTreeNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isTreeList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** `{ "SelectStmt": {…} }`: the one name and what stands under it. Null for anything else. */
export function tagged(value: unknown): readonly [kind: string, node: TreeNode] | null {
  if (!isTreeNode(value)) return null;
  const [kind, ...others] = Object.keys(value);
  if (kind === undefined || others.length > 0) return null;
  const node = value[kind];
  return isTreeNode(node) ? [kind, node] : null;
}

/** Every node of a tree, the root among them, at any depth. */
export function* nodesOf(root: unknown): Generator<TreeNode> {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (isTreeList(value)) for (const item of value) open.push(item);
    else if (isTreeNode(value)) {
      yield value;
      for (const member of Object.values(value)) open.push(member);
    }
  }
}

/** The same text for two expressions that are written alike, wherever they stand: `place` is the member that says where. */
export function shapeOf(value: unknown, place: string): string {
  return JSON.stringify(value, (key, member: unknown) => (key === place ? undefined : member)) ?? '';
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
