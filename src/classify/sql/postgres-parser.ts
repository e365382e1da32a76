// The door to libpg-query: PostgreSQL's own parser, compiled to WASM. The only file that imports it.

import { loadModule, parseSync } from 'libpg-query';
import { isTreeNode, type TreeNode } from './tree.ts';

// The instance is small (25 ms, 2 MB) and has no I/O of its own after this, so that reading a statement stays a plain function.
await loadModule();

/**
 * The statements of a text as PostgreSQL 18 reads them, or null when it would refuse the text as a whole (it parses all before it runs any).
 * INVARIANT: the caller refuses NUL, at which the parser stops and the server would not.
 */
export function parsePostgres(text: string): readonly TreeNode[] | null {
  const parsed = attempt(text);
  if (!isTreeNode(parsed)) return null;
  const list = parsed['stmts'];
  if (list === undefined) return [];
  if (!Array.isArray(list)) return null;
  const statements = list.map((raw: unknown) => (isTreeNode(raw) ? raw['stmt'] : undefined));
  return statements.every(isTreeNode) ? statements : null;
}

function attempt(text: string): unknown {
  try {
    return parseSync(text);
  } catch {
    return null; // a syntax error, or a nest so deep that the parser's stack ran out: it stays usable (tested)
  }
}
