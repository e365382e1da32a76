// A walk over a parser's tree that knows at each place which names a WITH around it gives. Without recursion: how deep it nests is the sender's choice.

import { isTreeList, isTreeNode, type TreeNode } from './tree.ts';

/** What is still to be walked. */
export interface Visit {
  readonly value: unknown;
  /** Names that a WITH around it gives, and that are no tables. */
  readonly scope: ReadonlySet<string>;
}

/** Hands every node to `visitNode`, which adds to `open` what of it is to be walked. */
export function walkScoped(root: TreeNode, visitNode: (node: TreeNode, scope: ReadonlySet<string>, open: Visit[]) => void): void {
  const open: Visit[] = [{ value: root, scope: new Set() }];
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    const { value, scope } = visit;
    if (isTreeList(value)) for (const item of value) open.push({ value: item, scope });
    else if (isTreeNode(value)) visitNode(value, scope, open);
  }
}

/** One query of a WITH. */
interface WithMember {
  readonly name: string;
  readonly query: TreeNode;
}

/** Opens the members of a WITH, and gives the names that hold for the rest of its statement. */
export function openMembers(
  members: readonly WithMember[],
  isRecursive: boolean,
  scope: ReadonlySet<string>,
  open: Visit[],
): ReadonlySet<string> {
  const names = members.map(({ name }) => name);
  const all = new Set([...scope, ...names]);
  members.forEach(({ query }, index) => {
    // Without RECURSIVE a member sees only those before it: `WITH t AS (SELECT * FROM t)` reads the table.
    open.push({ value: query, scope: isRecursive ? all : new Set([...scope, ...names.slice(0, index)]) });
  });
  return all;
}
