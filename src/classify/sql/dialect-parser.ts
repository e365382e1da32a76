// The door to sqlparser-ts: Apache DataFusion's parser for the SQL dialects that have none of their own here. The only file that imports it.

import { init, Parser } from '@guanmingchiu/sqlparser-ts';
import { isTreeList, isTreeNode, type TreeNode } from './tree.ts';

await init();

export type ParsedDialect = 'mysql' | 'sqlite' | 'bigquery' | 'snowflake' | 'databricks' | 'clickhouse';

/**
 * The statements of a text. Null when it can't be read, which says nothing of whether a server would run it. INVARIANT: `text` went through
 * `plainText` of its dialect, so that where strings and comments end is not this parser's to say.
 */
export function parseDialect(text: string, dialect: ParsedDialect): readonly TreeNode[] | null {
  const parsed = attempt(text, dialect);
  return isTreeList(parsed) && parsed.every(isStatement) ? parsed : null;
}

function isStatement(value: unknown): value is TreeNode {
  return isTreeNode(value);
}

function attempt(text: string, dialect: ParsedDialect): unknown {
  try {
    return Parser.parse(text, dialect);
  } catch {
    return null;
  }
}
